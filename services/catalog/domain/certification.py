"""The life of a merchant or product: applied → certified ⇄ suspended, recalled → revoked; expiry comes by the clock.

States are kept as decided; `as_of_today` says what the clock makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from services.catalog.domain.errors import BadPeriod, WrongTransition
from services.kit.errors import PastDate

State = Literal["applied", "certified", "suspended", "revoked", "recalled", "expired"]
PublishedState = Literal["certified", "suspended", "revoked", "recalled", "expired"]
Act = Literal["apply", "certify", "renew", "suspend", "revoke", "recall", "reinstate"]
Subject = Literal["merchant", "product"]
Period = tuple[date, date]

STATES: tuple[State, ...] = ("applied", "certified", "suspended", "revoked", "recalled", "expired")
WITHDRAWN: frozenset[State] = frozenset({"suspended", "revoked", "recalled"})
MAX_YEARS = 5

ACT_ZH: dict[Act, str] = {
    "apply": "申请",
    "certify": "认定",
    "renew": "续期",
    "suspend": "暂停",
    "revoke": "撤销",
    "recall": "召回",
    "reinstate": "恢复",
}
# From a state, by an act, to a state. What is not here is refused.
TRANSITIONS: dict[tuple[State, Act], State] = {
    ("applied", "apply"): "applied",
    ("expired", "apply"): "expired",
    ("revoked", "apply"): "revoked",
    ("recalled", "apply"): "recalled",
    ("applied", "certify"): "certified",
    ("expired", "certify"): "certified",
    ("revoked", "certify"): "certified",
    ("recalled", "certify"): "certified",
    ("certified", "renew"): "certified",
    ("expired", "renew"): "certified",
    ("certified", "suspend"): "suspended",
    ("certified", "recall"): "recalled",
    ("suspended", "recall"): "recalled",
    ("certified", "revoke"): "revoked",
    ("suspended", "revoke"): "revoked",
    ("recalled", "revoke"): "revoked",
    ("expired", "revoke"): "revoked",
    ("suspended", "reinstate"): "certified",
    ("recalled", "reinstate"): "certified",
}
PRODUCT_ONLY: frozenset[Act] = frozenset({"recall"})


def after(state: State, act: Act, subject: Subject) -> State:
    """The state that ``act`` leads to. Raises WrongTransition."""
    following = TRANSITIONS.get((state, act))
    if following is None or (subject == "merchant" and act in PRODUCT_ONLY):
        raise WrongTransition(state=state, act=act, act_zh=ACT_ZH[act])
    return following


def as_of_today(state: State, periods: Sequence[Period], today: date) -> State:
    """A certificate that ended makes it expired; one that was renewed, certified again. A decision outweighs the clock."""
    if state not in ("certified", "expired") or not periods:
        return state
    return "certified" if any(until >= today for _, until in periods) else "expired"


def published_state(state: State) -> PublishedState:
    """What copies are told: an application is none of their business; a certification taken back with its import is revoked."""
    return "revoked" if state == "applied" else state


def check_period(valid_from: date, valid_until: date, today: date) -> None:
    """A certificate given now starts today or later and ends within five years. Raises PastDate or BadPeriod."""
    if valid_from < today:
        raise PastDate("valid_from", value=valid_from.isoformat())
    if valid_until < valid_from or valid_until > _years_after(valid_from, MAX_YEARS):
        raise BadPeriod("valid_until", valid_from=valid_from.isoformat(), valid_until=valid_until.isoformat())


def renewal_start(periods: Sequence[Period], today: date) -> date:
    """The day after the last certificate's end, or today when that has passed."""
    last = max((until for _, until in periods), default=today - timedelta(days=1))
    return max(today, last + timedelta(days=1))


def overlapping(periods: Sequence[Period], wanted: Period) -> Period | None:
    return next((p for p in periods if p[0] <= wanted[1] and wanted[0] <= p[1]), None)


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
