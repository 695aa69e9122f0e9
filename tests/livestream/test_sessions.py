from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from services.events.catalog import (
    MerchantWithdrawn,
    ProductCertified,
    ProductChanged,
    ProductReinstated,
    ProductWithdrawn,
    WithdrawnPeriod,
)
from services.events.livestream import ProductLinked, ProductUnlinked, SessionEnded, SessionScheduled, SessionStarted
from services.events.orders import ReinstatementInForce, WithdrawalInForce
from services.kit.principal import Role
from services.livestream.jobs import tend_once
from tests.livestream.support import GUEST, OFFICER, OTHER_OFFICER, VIEWER, World, sale
from tests.support.service import BUREAU, principal


def test_a_session_is_scheduled_goes_live_and_ends_and_says_so(world: World) -> None:
    soon = world.h.now() + timedelta(hours=1)
    session = world.schedule(starts_at=soon, stream_url="https://live.example.com/17")
    assert session["state"] == "scheduled" and [p["product_id"] for p in session["products"]] == [str(p) for p in world.products]
    assert world.act(session["session_id"], "start").ok()["state"] == "live"
    ended = world.act(session["session_id"], "end").ok()
    assert ended["state"] == "ended" and ended["business_date"] == world.today.isoformat()
    assert len(world.h.published(SessionScheduled)) == len(world.h.published(SessionStarted)) == 1
    assert len(world.h.published(ProductLinked)) == 2
    (event,) = world.h.published(SessionEnded)
    assert (event["participants"], event["peak"], event["business_date"]) == (0, 0, world.today.isoformat())


def test_wrong_transitions_are_refused(world: World) -> None:
    session_id = world.schedule()["session_id"]
    world.act(session_id, "end").refused("WRONG_STATE")
    world.act(session_id, "pin", {"product_id": world.products[0]}).refused("SESSION_NOT_LIVE")
    world.act(session_id, "join", who=VIEWER).refused("SESSION_NOT_LIVE")
    world.act(session_id, "start").ok()
    world.act(session_id, "start").refused("WRONG_STATE")
    world.act(session_id, "end").ok()
    for verb, body in (
        ("start", {}),
        ("end", {}),
        ("link", {"product_ids": world.products}),
        ("unlink", {"product_id": world.products[0]}),
    ):
        world.act(session_id, verb, body).refused("WRONG_STATE")
    for verb, body in (("pin", {"product_id": world.products[0]}), ("unpin", {}), ("attribution", {"product_id": world.products[0]})):
        world.act(session_id, verb, body).refused("SESSION_NOT_LIVE")


def test_the_business_date_is_that_of_the_start_even_when_it_ends_after_midnight(world: World) -> None:
    session_id, day = world.live(), world.today
    world.h.shift_clock(timedelta(hours=23))
    assert world.act(session_id, "end").ok()["business_date"] == day.isoformat()


def test_a_past_start_and_a_plain_http_link_are_refused(world: World) -> None:
    world.h.post("/sessions", world.streamer, {"title": "t", "starts_at": world.h.now() - timedelta(minutes=1)}).refused("PAST_DATE")
    world.h.post("/sessions", world.streamer, {"title": "t", "stream_url": "http://live.example.com"}).refused("STREAM_LINK_REFUSED")


def test_a_streamer_has_one_live_session_at_a_time(world: World) -> None:
    world.live()
    second = world.schedule()["session_id"]
    world.act(second, "start").refused("ALREADY_LIVE")


def test_only_certified_sellable_products_can_be_linked_all_or_none(world: World) -> None:
    session_id = world.schedule(product_ids=[])["session_id"]
    expired = world.certify(certificates=())
    suspended = world.certify(state="suspended")
    lost = world.certify(merchant_id=uuid4())
    world.act(session_id, "link", {"product_ids": [world.products[0], suspended]}).refused("NOT_SELLABLE")
    answer = world.act(session_id, "link", {"product_ids": [expired, suspended, lost, uuid4()]})
    assert [e["facts"]["reason"] for e in answer.refused("SEVERAL")["errors"]] == [
        "not_certified",
        "suspended",
        "merchant_not_certified",
        "not_certified",
    ]
    assert world.shown(session_id)["products"] == []
    world.h.post("/sessions", world.streamer, {"title": "t", "product_ids": [suspended]}).refused("NOT_SELLABLE")


def test_one_product_is_pinned_at_a_time_and_only_a_linked_one(world: World) -> None:
    session_id, (first, second) = world.live(), world.products
    world.act(session_id, "pin", {"product_id": first}).ok()
    assert world.act(session_id, "pin", {"product_id": second}).ok()["pinned_product_id"] == str(second)
    assert [p["pinned"] for p in world.shown(session_id)["products"]] == [False, True]
    world.act(session_id, "pin", {"product_id": world.certify()}).refused("NOT_LINKED")
    assert world.act(session_id, "unpin").ok()["pinned_product_id"] is None
    world.act(session_id, "pin", {"product_id": first}).ok()
    assert world.act(session_id, "unlink", {"product_id": first}).ok()["pinned_product_id"] is None


def test_a_room_controller_pins_and_links_until_he_is_somebody_else_s(world: World) -> None:
    controller, session_id = principal(), world.live()
    world.act(session_id, "pin", {"product_id": world.products[0]}, controller).refused("NOT_FOUND")
    world.act(session_id, "controllers", {"account_id": controller.subject}).ok()
    assert world.act(session_id, "pin", {"product_id": world.products[0]}, controller).ok()["pinned_product_id"]
    assert world.shown(session_id, controller)["results"] is not None
    world.act(session_id, "controllers", {"account_id": principal().subject}, controller).refused("NOT_FOUND")
    assert world.h.get("/sessions", controller).ok()["items"][0]["results"] is not None


def test_nobody_else_runs_a_session_and_everybody_may_look(world: World) -> None:
    session_id = world.live()
    acts = (
        ("link", {"product_ids": world.products}),
        ("unlink", {"product_id": world.products[0]}),
        ("start", {}),
        ("pin", {"product_id": world.products[0]}),
        ("unpin", {}),
        ("end", {}),
        ("controllers", {"account_id": uuid4()}),
    )
    others = (VIEWER, GUEST, OTHER_OFFICER, BUREAU, principal(Role.STREAMER, uuid4()), principal(Role.MERCHANT, world.merchant_id))
    for who in others:
        for verb, body in acts:
            world.act(session_id, verb, body, who).refused("NOT_FOUND")
        shown = world.shown(session_id, who)
        assert shown["state"] == "live" and len(shown["products"]) == 2
        assert (shown["results"] is not None) == (who is BUREAU)
    for verb, body in acts[:-2]:
        world.act(session_id, verb, body, OFFICER).refused("NOT_FOUND")
    assert world.shown(session_id, OFFICER)["results"] is not None
    assert world.act(session_id, "end", {}, OFFICER).ok()["state"] == "ended"
    world.h.post("/sessions", VIEWER, {"title": "t"}).refused("FORBIDDEN")
    world.h.post("/sessions", world.streamer, {"title": "t", "streamer_id": uuid4()}).refused("NOT_FOUND")
    world.act(str(uuid4()), "start").refused("NOT_FOUND")


def withdrawn(world: World, product_id: object, version: int = 2) -> ProductWithdrawn:
    return ProductWithdrawn(
        product=world.product(product_id, version, state="suspended"),
        withdrawal_id=uuid4(),
        kind="suspended",  # type: ignore[arg-type]
        decided_at=world.h.now(),
    )


def test_a_product_withdrawn_while_pinned_is_gone_with_its_reason(world: World) -> None:
    session_id, (first, second) = world.live(), world.products
    world.act(session_id, "pin", {"product_id": first}).ok()
    world.h.deliver(withdrawn(world, first))
    shown = world.shown(session_id, world.streamer)
    assert shown["pinned_product_id"] is None and [p["product_id"] for p in shown["products"]] == [str(second)]
    assert [(u["product_id"], u["reason"]) for u in shown["unlinked"]] == [(str(first), "suspended")]
    assert [(e["product_id"], e["reason"]) for e in world.h.published(ProductUnlinked)] == [(str(first), "suspended")]
    world.act(session_id, "attribution", {"product_id": first}, VIEWER).refused("NOT_LINKED")
    world.act(session_id, "link", {"product_ids": [first]}).refused("NOT_SELLABLE")


def test_what_orders_put_in_force_counts_before_catalog_s_own_news_arrives(world: World) -> None:
    session_id, first = world.schedule()["session_id"], world.products[0]
    withdrawal_id = uuid4()
    world.h.deliver(
        WithdrawalInForce(subject="product", subject_id=first, withdrawal_id=withdrawal_id, kind="recalled", from_instant=world.h.now())
    )
    assert len(world.shown(session_id)["products"]) == 1
    world.act(session_id, "link", {"product_ids": [first]}).refused("NOT_SELLABLE")
    world.h.deliver(ReinstatementInForce(subject="product", subject_id=first, withdrawal_id=withdrawal_id, until_instant=world.h.now()))
    assert len(world.shown(session_id)["products"]) == 1, "the host decides whether it comes back"
    assert len(world.act(session_id, "link", {"product_ids": [first]}).ok()["products"]) == 2


def test_a_reinstatement_in_force_ends_the_interval_that_catalog_still_shows_open(world: World) -> None:
    session_id, first = world.schedule()["session_id"], world.products[0]
    withdrawal_id, begun = uuid4(), world.h.now()
    world.h.deliver(withdrawn(world, first))
    world.h.deliver(
        WithdrawalInForce(subject="product", subject_id=first, withdrawal_id=withdrawal_id, kind="suspended", from_instant=begun)
    )
    shown_open = world.product(first, 9, withdrawals=(WithdrawnPeriod(kind="suspended", from_instant=begun),))
    world.h.deliver(ProductReinstated(product=shown_open, withdrawal_id=withdrawal_id, decided_at=begun))
    world.act(session_id, "link", {"product_ids": [first]}).refused("NOT_SELLABLE")
    world.h.deliver(ReinstatementInForce(subject="product", subject_id=first, withdrawal_id=withdrawal_id, until_instant=world.h.now()))
    world.act(session_id, "link", {"product_ids": [first]}).ok()


def test_a_merchant_withdrawn_takes_all_her_products_out_of_every_room(world: World) -> None:
    session_id = world.live()
    other = world.certify(merchant_id=(merchant := uuid4()))
    world.h.deliver(
        MerchantWithdrawn(
            merchant=world.merchant(version=2, state="revoked"), withdrawal_id=uuid4(), kind="revoked", decided_at=world.h.now()
        )
    )
    assert world.shown(session_id)["products"] == []
    assert {e["reason"] for e in world.h.published(ProductUnlinked)} == {"merchant_revoked"}
    assert other and merchant
    world.h.deliver(
        WithdrawalInForce(
            subject="merchant", subject_id=world.merchant_id, withdrawal_id=uuid4(), kind="revoked", from_instant=world.h.now()
        )
    )
    assert len(world.h.published(ProductUnlinked)) == 2


def test_expiry_comes_by_the_clock_to_what_is_read_pinned_and_attributed(world: World) -> None:
    session_id, first = world.live(), world.products[0]
    world.act(session_id, "pin", {"product_id": first}).ok()
    world.h.shift_clock(timedelta(days=201))
    assert world.shown(session_id)["products"] == [] and world.shown(session_id)["pinned_product_id"] is None
    world.act(session_id, "pin", {"product_id": world.products[1]}).refused("NOT_SELLABLE")
    world.act(session_id, "attribution", {"product_id": first}, VIEWER).refused("NOT_SELLABLE")
    tend_once(world.h.db)
    assert [e["reason"] for e in world.h.published(ProductUnlinked)] == ["expired", "expired"]
    tend_once(world.h.db)
    assert len(world.h.published(ProductUnlinked)) == 2


def test_an_older_version_of_a_product_changes_nothing(world: World) -> None:
    first = world.products[0]
    world.h.deliver(ProductChanged(product=world.product(first, 5, price_fen=7000)))
    world.h.deliver(withdrawn(world, first, version=4))
    session = world.schedule()
    assert next(p for p in session["products"] if p["product_id"] == str(first))["price_fen"] == 7000
    world.h.deliver(ProductReinstated(product=world.product(first, 6, price_fen=8000), withdrawal_id=uuid4(), decided_at=world.h.now()))
    assert {p["price_fen"] for p in world.shown(session["session_id"])["products"]} == {8000, 4990}


def test_sold_counts_follow_sales_and_refunds_and_a_line_counts_once(world: World) -> None:
    session_id, first = world.live(), world.products[0]
    event = sale(world, session_id, first, 3, 14970)
    for _ in range(2):
        world.h.deliver(event)
    world.h.deliver(sale(world, session_id, first, 1, 4990, refund=True))
    world.h.deliver(sale(world, uuid4(), first, 9, 44910))
    shown = world.shown(session_id, world.streamer)
    assert shown["products"][0]["sold"] == [{"unit": "箱", "quantity": "2", "lines": 1}]
    assert shown["results"] == {"gross_fen": 14970, "refund_fen": 4990, "net_fen": 9980}
    assert world.shown(session_id, VIEWER)["results"] is None


def test_sessions_are_listed_newest_first_by_state_and_by_ids_in_the_asked_order(world: World) -> None:
    now = world.h.now()
    ids = [world.schedule(starts_at=now + timedelta(hours=h))["session_id"] for h in range(1, 6)]
    seen, cursor = [], None
    while True:
        page = world.h.get("/sessions", VIEWER, first=2, after=cursor).ok()
        seen += [s["session_id"] for s in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ids[::-1]
    world.act(ids[0], "start").ok()
    assert [s["session_id"] for s in world.h.get("/sessions", GUEST, state="live").ok()["items"]] == [ids[0]]
    asked = [ids[3], ids[0], str(uuid4())]
    assert [s["session_id"] for s in world.h.get("/sessions", VIEWER, ids=asked).ok()["items"]] == asked[:2]
    assert world.h.get("/sessions", VIEWER, county_code="371581").ok()["items"] == []
    world.h.get("/sessions", VIEWER, after="nonsense").refused("INVALID_INPUT")


def test_a_forgotten_session_ends_by_itself_after_a_day(world: World) -> None:
    session_id = world.live()
    world.h.shift_clock(timedelta(hours=25))
    tend_once(world.h.db)
    shown = world.shown(session_id)
    assert shown["state"] == "ended"
    assert len(world.h.published(SessionEnded)) == 1


def test_a_recertified_product_can_be_linked_again(world: World) -> None:
    session_id, first = world.live(), world.products[0]
    world.h.deliver(withdrawn(world, first))
    world.h.deliver(ProductCertified(product=world.product(first, 3)))
    assert len(world.act(session_id, "link", {"product_ids": [first]}).ok()["products"]) == 2
    assert world.shown(session_id, world.streamer)["unlinked"] == []
