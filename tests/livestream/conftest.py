from __future__ import annotations

from collections.abc import Callable

import pytest

from services.livestream.app import SERVICE
from tests.livestream.support import World, make_world
from tests.support.service import Harness


@pytest.fixture
def world(make_service: Callable[..., Harness]) -> World:
    return make_world(make_service(SERVICE))
