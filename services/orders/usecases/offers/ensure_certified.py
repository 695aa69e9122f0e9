"""The rule every way of selling shares, judged under the offers' locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.kit.db import Conn
from services.kit.errors import DomainError, Several
from services.kit.time import business_date
from services.orders.domain.errors import NotCertifiedThen, UnknownProduct
from services.orders.domain.offers.offer import Offer
from services.orders.domain.offers.standing import Standing
from services.orders.store.offers import offers


@dataclass(frozen=True)
class At:
    """A product sold at an instant (online, acceptance, slip). ``field`` names the input."""

    product_id: UUID
    instant: datetime
    field: str | None = None


@dataclass(frozen=True)
class During:
    """A product reported for a period, both days included (sheets, external lines, outside sessions)."""

    product_id: UUID
    first: date
    last: date
    field: str | None = None


@dataclass(frozen=True)
class Judged:
    """``offer`` locked; ``standing`` read after the lock; ``sold_at`` the instant by which the line is judged."""

    offer: Offer
    standing: Standing
    sold_at: datetime


def judge(need: At | During, offer: Offer | None, standing: Standing | None) -> Judged | DomainError:
    if offer is None or standing is None:
        return UnknownProduct(need.field, product_id=need.product_id)
    if isinstance(need, At):
        if standing.refusal_at(need.instant) is not None:
            return NotCertifiedThen(need.field, name=offer.name, when=business_date(need.instant))
        return Judged(offer, standing, need.instant)
    sold_at = standing.last_instant_in_force(need.first, need.last)
    if sold_at is None:
        when = need.first if need.first == need.last else f"{need.first}–{need.last}"
        return NotCertifiedThen(need.field, name=offer.name, when=when)
    return Judged(offer, standing, sold_at)


def ensure_certified(conn: Conn, needs: Sequence[At | During]) -> list[Judged]:
    """One judgement a need, in order. Locks the offers in id order first. Raises the refusal, or Several at once."""
    locked = offers.lock(conn, (n.product_id for n in needs))
    standings = offers.standings(conn, locked.values())
    judged = [judge(n, locked.get(n.product_id), standings.get(n.product_id)) for n in needs]
    raise_all(j for j in judged if isinstance(j, DomainError))
    return [j for j in judged if isinstance(j, Judged)]


def raise_all(errors: Iterable[DomainError]) -> None:
    """Nothing without errors; the error itself when it is the only one."""
    found = list(errors)
    if len(found) == 1:
        raise found[0]
    if found:
        raise Several(found)
