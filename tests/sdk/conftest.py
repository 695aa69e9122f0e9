from __future__ import annotations

import pytest

from tests.journeys.world import World, world_of
from tests.support.system import System


@pytest.fixture(scope="session")
def world(system: System) -> World:
    return world_of(system)
