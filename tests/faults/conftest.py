from __future__ import annotations

import pytest

from tests.journeys.world import World, world_of
from tests.support.system import System


@pytest.fixture(scope="session")
def world(system: System) -> World:
    """Of the shared system: nothing of it is killed."""
    return world_of(system)


@pytest.fixture
def fault_world(fault_system: System) -> World:
    """Of the system whose processes are killed; one test at a time has it."""
    return world_of(fault_system, veterans=False)
