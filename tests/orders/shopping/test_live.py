"""Sold in a live session: genuine tokens only, and a token that does not fit costs the shopper nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc import jwt

from services.events.livestream import OutsideLine, OutsideSessionConfirmed, SessionEnded, SessionStarted
from services.events.orders import RefundRecorded, SaleRecorded
from services.kit.db import every, value
from services.kit.ids import new_id
from services.kit.principal import Principal, signing_key
from tests.orders.shopping.conftest import RECIPIENT, Shop
from tests.orders.support import assert_ledger_holds, certificate, open_market
from tests.support.service import BUREAU, SEEDS, new_seed

SESSION = uuid4()


def token(shop: Shop, who: Principal, product_id: UUID, *, seed: str = SEEDS["livestream"], kid: str = "livestream", **changes: Any) -> str:
    now = int(shop.orders.now().timestamp())
    claims = {"iss": "livestream", "aud": "orders-attribution", "sub": who.subject, "session_id": str(SESSION),
              "product_id": str(product_id), "iat": now, "exp": now + 1800, "grace_seconds": 600} | changes
    return jwt.encode({"alg": "Ed25519", "kid": kid}, claims, signing_key(seed), algorithms=["Ed25519"])


def started(shop: Shop) -> None:
    shop.orders.deliver(SessionStarted(session_id=SESSION, session_no="ZB-1", title="开园", streamer_id=uuid4(), county_code="371502",
                                       started_at=shop.orders.now()))


def ended(shop: Shop) -> None:
    now = shop.orders.now()
    shop.orders.deliver(SessionEnded(
        session_id=SESSION, session_no="ZB-1", title="开园", county_code="371502", started_at=now, ended_at=now, business_date=now.date(),
        participants=10, peak=5), version=2)


def bought(shop: Shop, who: Principal, product_id: UUID, attribution: str) -> dict[str, Any]:
    line = {"product_id": product_id, "quantity": "1", "offer_version": 1, "attribution_token": attribution}
    placed = shop.orders.post("/checkout", who, {"lines": [line], "recipient": RECIPIENT}, key=f"live-{uuid4()}").ok()
    shop.start(who, placed["payment_id"], "pm_card_visa").ok()
    return dict(shop.orders.published(SaleRecorded)[-1]["lines"][0])


def reason(shop: Shop) -> str:
    with shop.orders.db.reading() as conn:
        return str(value(conn, "SELECT attribution FROM order_lines ORDER BY line_id DESC LIMIT 1"))


def test_a_genuine_token_makes_the_sale_the_sessions(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    started(shop)
    line = bought(shop, shopper, product, token(shop, shopper, product))
    assert (line["channel"], line["session_id"], reason(shop)) == ("live", str(SESSION), "live")


def test_a_token_that_does_not_fit_is_passed_over_and_says_why(shop: Shop, shopper: Principal) -> None:
    product, other = shop.stocked(), shop.stocked(1)
    started(shop)
    past = int((shop.orders.now() - timedelta(minutes=1)).timestamp())
    for attribution, why in (
        (token(shop, shopper, other), "other_product"), (token(shop, shopper, product, sub="someone else"), "other_person"),
        (token(shop, shopper, product, exp=past), "expired"),
    ):
        line = bought(shop, shopper, product, attribution)
        assert (line["channel"], line["session_id"], reason(shop)) == ("online", None, why)
    genuine = token(shop, shopper, product, exp=int((shop.orders.now() + timedelta(hours=3)).timestamp()))
    ended(shop)
    assert bought(shop, shopper, product, genuine)["channel"] == "live"
    shop.orders.shift_clock(timedelta(minutes=11))
    assert bought(shop, shopper, product, genuine)["channel"] == "online"
    assert reason(shop) == "session_ended"


def test_a_forged_token_is_refused_and_nothing_is_placed(shop: Shop, shopper: Principal) -> None:
    product = shop.stocked()
    good = token(shop, shopper, product)
    head, body, signature = good.split(".")
    none = jwt.encode({"alg": "Ed25519", "kid": "orders"}, {"sub": "x"}, signing_key(SEEDS["orders"]), algorithms=["Ed25519"])
    for forged in (token(shop, shopper, product, seed=new_seed()), f"{head}.{body}.", f"{head}.{body[:-2]}xx.{signature}", "x.y.z", none,
                   token(shop, shopper, product, kid="gateway"), token(shop, shopper, product, aud="orders")):
        line = {"product_id": product, "quantity": "1", "offer_version": 1, "attribution_token": forged}
        answer = shop.orders.post("/checkout", shopper, {"lines": [line], "recipient": RECIPIENT}, key=f"forged-{uuid4()}")
        assert answer.refused("ATTRIBUTION_FORGED")["field"] == "lines.0.attribution_token"
    assert shop.stock() == ("100", "0")


def confirmed(shop: Shop, session_id: UUID, *lines: OutsideLine, **changes: Any) -> OutsideSessionConfirmed:
    values: dict[str, Any] = {
        "session_id": session_id, "session_no": "ZB-007", "title": "香瓜专场", "platform": "短视频平台", "county_code": "371522",
        "started_at": datetime(2025, 5, 18, 15, 30, tzinfo=UTC), "ended_at": datetime(2025, 5, 18, 17, tzinfo=UTC),
        "business_date": date(2025, 5, 18), "participants": 22000, "evidence": "平台后台截图", "lines": lines}
    return OutsideSessionConfirmed(**values | changes)


def test_an_outside_session_becomes_reported_lines_of_its_day_with_its_refunds(shop: Shop) -> None:
    session, product = new_id(), shop.market.products[0]
    line = OutsideLine(line_no=1, product_id=product.product_id, quantity=Decimal(104), unit="箱", gross_fen=494_000, refund_fen=12_000)
    for _ in range(2):
        shop.orders.deliver(confirmed(shop, session, line))
    (sale,), (refund,) = shop.orders.published(SaleRecorded), shop.orders.published(RefundRecorded)
    assert [(x["channel"], x["evidence"], x["business_date"], x["amount_fen"], x["session_id"]) for x in sale["lines"]] == [
        ("live", "reported", "2025-05-18", 494_000, str(session))]
    assert (refund["lines"][0]["amount_fen"], refund["lines"][0]["business_date"]) == (-12_000, "2025-05-18")
    document = shop.orders.get(f"/documents/session/{session}", BUREAU).ok()
    assert (document["no"], document["amount_fen"], document["platform"]) == ("ZB-007", 482_000, "短视频平台")
    assert_ledger_holds(shop.orders)


def test_a_withdrawn_import_of_a_session_is_undone_on_its_own_day(shop: Shop) -> None:
    session, import_id, product = new_id(), new_id(), shop.market.products[0].product_id
    line = OutsideLine(line_no=1, product_id=product, quantity=Decimal(2), unit="箱", gross_fen=5000, refund_fen=100)
    shop.orders.deliver(confirmed(shop, session, line, import_id=import_id), lane="import")
    for _ in range(2):
        shop.orders.deliver(confirmed(shop, session, line, import_id=import_id, void=True), version=2, lane="import")
    with shop.orders.db.reading() as conn:
        assert every(conn, "SELECT business_date FROM sale_lines GROUP BY business_date HAVING sum(amount_fen) <> 0") == []
        assert value(conn, "SELECT count(*) FROM sale_lines") == 4
        assert {r["lane"] for r in every(conn, "SELECT lane FROM outbox WHERE name IN ('sale_recorded', 'refund_recorded')")} == {"import"}
    shop.orders.deliver(confirmed(shop, session, line, import_id=import_id), version=3, lane="import")
    with shop.orders.db.reading() as conn:
        assert value(conn, "SELECT sum(amount_fen) FROM sale_lines") == 4900
    assert_ledger_holds(shop.orders)


def test_an_outside_line_of_a_product_not_certified_that_day_is_refused(shop: Shop) -> None:
    from services.kit.errors import DomainError

    market = open_market(shop.orders, changes=[{"certificates": (certificate(date(2025, 6, 1), date(2025, 12, 31)),)}])
    line = OutsideLine(line_no=1, product_id=market.products[0].product_id, quantity=Decimal(2), unit="箱", gross_fen=5000)
    with pytest.raises(DomainError) as refused:
        shop.orders.deliver(confirmed(shop, new_id(), line))
    assert refused.value.code == "NOT_CERTIFIED_THEN"
    assert shop.orders.published(SaleRecorded) == []
