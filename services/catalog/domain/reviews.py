"""A review path: steps by position; those of one position run side by side, the next position waits for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from services.catalog.domain.errors import ReasonRequired, StepNotOpen
from services.kit.errors import InvalidInput

Verdict = Literal["pass", "return", "reject"]
ApplicationState = Literal["in_review", "returned", "rejected", "notice", "passed", "certified"]


@dataclass(frozen=True)
class Step:
    duty: str
    position: int
    by: Literal["county", "department"]
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Outcome:
    """``notice_until``: the last day on which objections are taken; certification is possible after it."""

    state: ApplicationState
    notice_until: date | None = None


def open_position(steps: Sequence[Step]) -> int | None:
    return min((s.position for s in steps if s.verdict is None), default=None)


def is_open(state: ApplicationState, steps: Sequence[Step], duty: str) -> bool:
    position = open_position(steps)
    return state == "in_review" and any(s.duty == duty and s.verdict is None and s.position == position for s in steps)


def judge(
    state: ApplicationState, steps: Sequence[Step], duty: str, verdict: Verdict, reason: str | None, *, today: date, notice_days: int
) -> Outcome:
    """What the application becomes by this verdict. Raises StepNotOpen or ReasonRequired."""
    if not is_open(state, steps, duty):
        raise StepNotOpen("duty", duty=duty)
    if verdict != "pass" and not reason:
        raise ReasonRequired("reason")
    if verdict == "return":
        return Outcome("returned")
    if verdict == "reject":
        return Outcome("rejected")
    if any(s.verdict is None for s in steps if s.duty != duty):
        return Outcome("in_review")
    if notice_days:
        return Outcome("notice", today + timedelta(days=notice_days))
    return Outcome("passed")


def as_of_today(state: ApplicationState, notice_until: date | None, today: date) -> ApplicationState:
    """Public notice ends by the clock."""
    return "passed" if state == "notice" and notice_until is not None and today > notice_until else state


def check_path(steps: Sequence[Step]) -> None:
    """Positions 1, 2, … without a gap, each duty once, county steps before departments'. Raises InvalidInput."""
    positions = sorted({s.position for s in steps})
    if not steps or positions != list(range(1, len(positions) + 1)):
        raise InvalidInput("steps", "positions 1, 2, … without a gap")
    if len({s.duty for s in steps}) != len(steps):
        raise InvalidInput("steps", "a duty stands once")
    first_department = min((s.position for s in steps if s.by == "department"), default=len(steps) + 1)
    if any(s.by == "county" and s.position > first_department for s in steps):
        raise InvalidInput("steps", "the county comes before the departments")
