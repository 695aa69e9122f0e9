"""Rules without an engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.errors import InvalidQuantity, PastDate, WrongState
from services.kit.time import at_local, start_of_day
from services.livestream.domain.certified import Product, Standing, Withdrawn
from services.livestream.domain.errors import SessionNotLive, StreamLinkRefused
from services.livestream.domain.outside import Draft, Line, after, mistakes, read_line
from services.livestream.domain.session import NEEDS_LIVE, NEEDS_OPEN, Session, check_starts_at, check_stream_url

DAY = date(2026, 5, 18)
GOOD = Standing("certified", ((DAY - timedelta(days=30), DAY + timedelta(days=30)),))


def product(own: Standing = GOOD, merchant: Standing | None = GOOD) -> Product:
    return Product(uuid4(), "P1", uuid4(), "香瓜", "371522", "箱", 4990, None, own, merchant)


def session(state: str) -> Session:
    now = datetime(2026, 5, 18, 12, tzinfo=UTC)
    return Session(
        uuid4(),
        "ZC-1",
        uuid4(),
        "371522",
        "t",
        state,
        now,
        now if state != "scheduled" else None,
        now if state == "ended" else None,
        None,
        None,
        0,
        1,
    )


@given(st.lists(st.sampled_from(["start", "end", *sorted(NEEDS_LIVE), *sorted(NEEDS_OPEN)]), max_size=12))
def test_a_session_goes_from_scheduled_to_live_to_ended_and_never_back(acts: list[str]) -> None:
    order, current = ["scheduled", "live", "ended"], session("scheduled")
    for act in acts:
        before = current.state
        try:
            if act in ("start", "end"):
                current = replace(current, state=current.after(act))
                assert order.index(current.state) == order.index(before) + 1
                assert (before, act) in {("scheduled", "start"), ("live", "end")}
            else:
                current.require(act)
                assert before == "live" if act in NEEDS_LIVE else before != "ended"
        except SessionNotLive:
            assert act in NEEDS_LIVE and before != "live"
        except WrongState:
            assert (before, act) not in {("scheduled", "start"), ("live", "end")} and act not in NEEDS_LIVE


def test_a_product_may_be_sold_until_the_midnight_after_its_last_day() -> None:
    item = product()
    last = start_of_day(DAY + timedelta(days=31))
    assert item.refusal_at(last - timedelta(microseconds=1)) is None
    assert item.refusal_at(last) == "expired"
    assert item.refusal_at(start_of_day(DAY - timedelta(days=30)) - timedelta(seconds=1)) == "expired"


def test_the_merchant_s_standing_counts_like_the_product_s() -> None:
    at = at_local(DAY, 12)
    assert product(merchant=None).refusal_at(at) == "merchant_not_certified"
    assert product(merchant=replace(GOOD, state="suspended")).refusal_at(at) == "merchant_suspended"
    assert product(replace(GOOD, state="recalled")).refusal_at(at) == "recalled"
    assert product(replace(GOOD, withdrawals=(Withdrawn("suspended", at),))).refusal_at(at) == "suspended"
    assert product(replace(GOOD, withdrawals=(Withdrawn("suspended", at - timedelta(hours=2), at),))).refusal_at(at) is None


hours = st.integers(min_value=-24, max_value=72)


@given(st.lists(st.tuples(hours, hours), max_size=5), st.lists(st.tuples(hours, hours), max_size=3))
def test_certified_on_some_day_agrees_with_looking_at_every_hour(own: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    start = start_of_day(DAY)

    def standing(spans: list[tuple[int, int]]) -> Standing:
        return replace(
            GOOD, withdrawals=tuple(Withdrawn("suspended", start + timedelta(hours=min(s)), start + timedelta(hours=max(s))) for s in spans)
        )

    item = product(standing(own), standing(other))
    by_hand = any(item.refusal_at(start + timedelta(hours=h)) is None for h in range(24))
    assert item.sellable_some_time_on(DAY, DAY) == by_hand


def test_what_has_been_revoked_since_was_certified_then() -> None:
    item = product(replace(GOOD, state="revoked", withdrawals=(Withdrawn("revoked", at_local(DAY, 18)),)))
    assert item.sellable_some_time_on(DAY, DAY)
    assert not item.sellable_some_time_on(DAY + timedelta(days=1), DAY + timedelta(days=1))


@pytest.mark.parametrize(
    "url",
    [
        "http://live.example.com/1",
        "javascript:alert(1)",
        "https://",
        "https://user:pw@live.example.com/",
        "https://localhost/1",
        "//live.example.com/1",
        "https://live.example.com/ 1",
        "https://live.example.com\\@x.y",
        "https://例子.com/1",
        "ftp://live.example.com",
        "https://live.example.com:99999/",
    ],
)
def test_a_stream_link_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(StreamLinkRefused):
        check_stream_url(url)


def test_a_plain_https_link_is_taken_as_it_is() -> None:
    assert check_stream_url("https://live.example.com/room/17?from=app") == "https://live.example.com/room/17?from=app"


def test_a_session_cannot_be_scheduled_into_the_past() -> None:
    now = datetime(2026, 5, 18, 12, tzinfo=UTC)
    check_starts_at(now, now)
    with pytest.raises(PastDate):
        check_starts_at(now - timedelta(seconds=1), now)


@pytest.mark.parametrize("quantity", ["0", "-1", "1e30", "NaN", "Infinity", "1.5", "１２", "", "abc", "1,5"])
def test_a_quantity_that_is_not_a_positive_number_of_its_unit_is_refused(quantity: str) -> None:
    with pytest.raises(InvalidQuantity):
        read_line(1, uuid4(), quantity, "箱", 100, 0, "lines.0")


def test_jin_are_kept_as_kilograms() -> None:
    line = read_line(1, uuid4(), "5", "斤", 100, 0, "lines.0")
    assert (line.quantity, line.unit) == (Decimal("2.5"), "kg")


NOW = at_local(DAY, 23)


def draft(*lines: Line, **changes: object) -> Draft:
    plain: dict[str, object] = {
        "title": "t",
        "platform": "短视频平台",
        "started_at": at_local(DAY, 19),
        "ended_at": at_local(DAY, 21),
        "participants": 100,
        "peak": 9,
        "paid_fen": sum(x.gross_fen for x in lines),
        "refund_fen": sum(x.refund_fen for x in lines),
        "evidence": "截图",
        "lines": lines,
    }
    return Draft(**{**plain, **changes})  # type: ignore[arg-type]


def test_a_whole_record_has_no_mistake_and_each_mistake_is_named() -> None:
    item = product()
    known, line = {item.product_id: item}, Line(1, item.product_id, Decimal(2), "箱", 9980, 500)

    def codes(d: Draft, cutover: datetime | None = None, **who: object) -> list[str]:
        return [e.code for e in mistakes(d, known, NOW, cutover, **who)]  # type: ignore[arg-type]

    assert codes(draft(line)) == []
    assert codes(draft(line, paid_fen=9979)) == ["TOTALS_DIFFER"]
    assert codes(draft(line, refund_fen=0)) == ["TOTALS_DIFFER"]
    assert codes(draft(line, ended_at=at_local(DAY, 19))) == ["BAD_PERIOD"]
    assert codes(draft(line, ended_at=at_local(DAY, 23, 1))) == ["IN_THE_FUTURE"]
    assert codes(draft(line), at_local(DAY, 20)) == ["PERIOD_CLOSED"]
    assert codes(draft(line, line)) == ["DOUBLE_PRODUCT"]
    assert codes(draft(replace(line, unit="袋"))) == ["WRONG_UNIT"]
    assert codes(draft(replace(line, unit="kg"))) == []
    assert codes(draft(replace(line, product_id=uuid4()))) == ["NOT_CERTIFIED_THEN"]
    assert codes(draft(line), merchant_id=uuid4()) == ["NOT_YOUR_PRODUCT"]
    old = draft(line, started_at=at_local(DAY - timedelta(days=100), 19), ended_at=at_local(DAY - timedelta(days=100), 20))
    assert codes(old) == ["PERIOD_CLOSED", "NOT_CERTIFIED_THEN"]


def test_an_outside_session_is_confirmed_or_returned_once() -> None:
    assert (after("submitted", "confirm"), after("submitted", "return"), after("returned", "resubmit")) == (
        "confirmed",
        "returned",
        "submitted",
    )
    for state, act in (
        ("confirmed", "confirm"),
        ("confirmed", "return"),
        ("returned", "confirm"),
        ("void", "confirm"),
        ("submitted", "resubmit"),
    ):
        with pytest.raises(WrongState):
            after(state, act)
