"""Every process is killed in the middle of a selling path: nothing acknowledged is lost, nothing is done twice.

`./bangfu test` kills each process once, at a step drawn from a printed seed (BANGFU_SEED=… repeats it); `--full` kills each at every
step, all on one running system.
"""

from __future__ import annotations

import os
import random
import threading
from collections import defaultdict

import pytest

from infra.runner.processes import TABLE
from tests.faults.invariants import check_whole, sold_exactly, stock_adds_up
from tests.faults.steps import Path, Shop
from tests.journeys.world import World

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("fault-system")]

PROCESSES = [p.name for p in TABLE if p.kind != "task"]


def seed() -> int:
    return int(os.environ.get("BANGFU_SEED") or random.SystemRandom().randrange(1, 1_000_000))


@pytest.mark.timeout(600)
def test_each_process_killed_once_loses_and_doubles_nothing(fault_world: World) -> None:
    drawn = seed()
    print(f"BANGFU_SEED={drawn}")
    chance = random.Random(drawn)
    shop = Shop.open(fault_world)
    path = Path.of(shop)
    victims = chance.sample(PROCESSES, len(PROCESSES))
    plan: dict[int, list[str]] = defaultdict(list)
    for number, victim in enumerate(victims):
        plan[number % len(path.steps)].append(victim)
    walk(path, plan, chance)
    after(shop, [path])


@pytest.mark.full
@pytest.mark.timeout(3000)
def test_each_process_killed_at_every_step_loses_and_doubles_nothing(fault_world: World) -> None:
    drawn = seed()
    print(f"BANGFU_SEED={drawn}")
    chance = random.Random(drawn)
    shop = Shop.open(fault_world)
    paths = []
    for shift in range(max(len(PROCESSES), len(Path.of(shop).steps))):
        path = Path.of(shop)
        steps = len(path.steps)
        walk(path, {s: [PROCESSES[(s + shift) % len(PROCESSES)]] for s in range(steps)}, chance)
        paths.append(path)
        fault_world.system.wait_ready()
    after(shop, paths)


def walk(path: Path, plan: dict[int, list[str]], chance: random.Random) -> None:
    """Each step while its victims are killed, one after the other, at an instant drawn too."""
    system = path.shop.world.system
    for number, (name, step) in enumerate(path.steps):
        victims, failure = plan.get(number, []), list[BaseException]()

        def run(step=step, failure=failure) -> None:  # type: ignore[no-untyped-def]
            try:
                step()
            except BaseException as error:
                failure.append(error)

        walking = threading.Thread(target=run)
        walking.start()
        for victim in victims:
            walking.join(chance.uniform(0, 0.06))
            system.kill(victim)
            print(f"{name}: killed {victim}")
        walking.join()
        for victim in victims:
            system.wait_ready(victim)
        if failure:
            raise AssertionError(f"step “{name}” while {victims} was killed") from failure[0]


def after(shop: Shop, paths: list[Path]) -> None:
    shop.world.system.wait_ready()
    check_whole(shop.world)
    promised: dict[str, list[int]] = defaultdict(list)
    for path in paths:
        for channel, amounts in path.promised.items():
            promised[channel] += amounts
    sold_exactly(shop.world, shop.merchant, promised)
    stock_adds_up(shop.world, shop.product, shop.stock)
    for path in paths:
        path.wait_report()
