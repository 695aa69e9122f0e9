from __future__ import annotations

from collections.abc import Callable

import pytest

from services.orders.app import SERVICE
from tests.support.service import Harness


@pytest.fixture
def orders(make_service: Callable[..., Harness]) -> Harness:
    return make_service(SERVICE)
