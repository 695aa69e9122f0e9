from __future__ import annotations

import pytest

from tests.journeys.world import World, world_of
from tests.matrix.cast import Cast, make_cast
from tests.support.system import System


@pytest.fixture(scope="session")
def cast(system: System) -> Cast:
    return make_cast(_world(system))


def _world(system: System) -> World:
    return world_of(system)
