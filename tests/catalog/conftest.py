from __future__ import annotations

from collections.abc import Callable

import pytest

from services.catalog.app import SERVICE
from tests.support.service import Harness


@pytest.fixture
def catalog(make_service: Callable[..., Harness]) -> Harness:
    return make_service(SERVICE)
