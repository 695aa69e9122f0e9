"""The generated Python client is the schema's, and every user's example runs through it against the started system."""

from __future__ import annotations

import asyncio
import filecmp
import json
import subprocess
import sys
from collections.abc import Coroutine
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.runner.state import ROOT
from tests.journeys.client import PASSWORD, Client, new_key, wait_for
from tests.journeys.world import World, unique

CLIENTS = ROOT / "clients" / "python"
CONFIG, PACKAGE = CLIENTS / "pyproject.toml", CLIENTS / "bangfu_client"


def test_the_client_is_generated_from_the_present_schema(tmp_path: Path) -> None:
    """To renew it: ariadne-codegen --config clients/python/pyproject.toml"""
    config = CONFIG.read_text("utf-8").replace('"clients/python"', json.dumps(str(tmp_path)))
    (tmp_path / "pyproject.toml").write_text(config)
    program = [sys.executable, "-c", "from ariadne_codegen.main import main; main()", "--config", str(tmp_path / "pyproject.toml")]
    made = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr[-2000:]
    fresh = tmp_path / "bangfu_client"
    names = sorted({p.name for folder in (fresh, PACKAGE) for p in folder.glob("*.py")})
    same, differing, missing = filecmp.cmpfiles(fresh, PACKAGE, names, shallow=False)
    assert (differing, missing) == ([], []), "generate it anew"
    assert len(same) > 40


@pytest.fixture
def bangfu(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The generated package, as a user of it would have it on his path."""
    monkeypatch.syspath_prepend(str(CLIENTS))
    import bangfu_client

    return bangfu_client


def _client(bangfu: Any, who: Client) -> Any:
    return bangfu.Bangfu(url=who.url, headers={"Authorization": f"Bearer {who.token()}", "Accept-Language": "en"})


def _run(asked: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asked)


def test_the_shoppers_example_buys(world: World, bangfu: Any) -> None:
    product = world.product(world.merchant(), stock="50")
    shopper = world.account()
    wait_for(lambda: world.visitor.ask("query($q: String!) { search(query: $q) { total } }", q=product.name)["total"], what="found")
    given = {"url": world.url, "login": shopper.login, "password": PASSWORD, "words": product.name, "paymentMethod": "pm_card_visa"}
    script = CLIENTS / "examples" / "shopper.py"
    done = subprocess.run(
        [sys.executable, str(script), json.dumps(given)], env={"PYTHONPATH": str(CLIENTS)}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"state": "paid", "orders": [{"state": "paid", "amount": "25.00"}]}


def test_a_canteen_calls_off_approves_and_accepts(world: World, bangfu: Any) -> None:
    inputs = bangfu.input_types
    merchant = world.merchant()
    product = world.product(merchant)
    institution = world.institution()
    contract_id = world.contract(institution, (product, "10.00", "100"))
    buyer, approver, seller = (_client(bangfu, who) for who in (institution.buyer, institution.approver, merchant.owner))

    async def path() -> None:
        mine = (await buyer.own_contracts()).contracts.nodes
        assert [c.id for c in mine] == [contract_id]
        line = (await buyer.contract_with_rest(contract_id)).contract.lines[0]
        assert (line.price.amount, line.left_quantity) == ("10.00", Decimal(100))
        lines = [inputs.CallOffLineInput(lineNo=line.line_no, quantity=Decimal("12"))]
        wanted = inputs.CallOffContractInput(
            contractId=contract_id, deliverOn=date.fromisoformat(world.day(1)), lines=lines, idempotencyKey=new_key()
        )
        call_off = (await buyer.call_off(wanted)).call_off_contract.call_off
        assert call_off.amount.amount == "120.00"
        waiting = (await approver.call_offs_to_approve()).call_offs.nodes
        assert [c.id for c in waiting] == [call_off.id]
        assert (await approver.call_off_in_full(call_off.id)).call_off.lines[0].quantity == Decimal(12)
        assert (await approver.approve_call_off(call_off.id)).approve_call_off.call_off.state == "approved"
        refused = (await buyer.call_off(wanted.model_copy(update={"idempotency_key": new_key(), "lines": []}))).call_off_contract
        assert refused.call_off is None and refused.user_errors[0].field == "lines"
        assert (await seller.confirm_call_off(call_off.id)).confirm_call_off.call_off.state == "confirmed"
        sent = inputs.DispatchDeliveryInput(
            callOffId=call_off.id, lines=[inputs.DeliveryLineInput(lineNo=1, quantity=Decimal(12))], idempotencyKey=new_key()
        )
        delivery = (await seller.dispatch_delivery(sent)).dispatch_delivery.delivery
        door = (await buyer.delivery_at_the_door(delivery.id)).delivery
        assert door.lines[0].delivered_quantity == Decimal(12)
        taken = [inputs.AcceptedLineInput(lineNo=1, acceptedQuantity=Decimal(11), rejectedQuantity=Decimal(1), reason="bruised")]
        accepted = await buyer.accept_delivery(inputs.AcceptDeliveryInput(id=delivery.id, lines=taken, idempotencyKey=new_key()))
        assert accepted.accept_delivery.delivery.amount.amount == "110.00"

    _run(path())


def test_a_merchant_packs_and_counts(world: World, bangfu: Any) -> None:
    inputs = bangfu.input_types
    merchant = world.merchant()
    product = world.product(merchant, stock="20")
    _, checkout = world.buy((product, "3"))
    seller = _client(bangfu, merchant.owner)

    async def path() -> None:
        orders = (await seller.orders_to_pack(merchant.id)).orders.nodes
        assert [(o.id, o.amount.amount) for o in orders] == [(checkout.order_id, "37.50")]
        slip = (await seller.parcel_slip(checkout.order_id)).order
        assert slip.recipient.phone and slip.lines[0].quantity == Decimal(3)
        assert (await seller.ship_order(checkout.order_id)).ship_order.order.state == "shipped"
        counted = inputs.SetStockInput(productId=product.id, quantity=Decimal(40), idempotencyKey=new_key())
        assert (await seller.set_stock(counted)).set_stock.stock.available == Decimal(40)
        assert [s.available for s in (await seller.stock_list(merchant.id)).stock.nodes] == [Decimal(40)]

    _run(path())


def test_a_streamer_goes_live_and_ends(world: World, bangfu: Any) -> None:
    product = world.product(world.merchant())
    streamer = world.streamer()
    host = _client(bangfu, streamer.host)

    async def path() -> None:
        made = (await host.schedule_session(bangfu.input_types.ScheduleSessionInput(title=unique("助农")))).schedule_session
        session_id = made.session.id
        for _ in range(100):  # the room learns of a certificate a moment after it was given
            linked = (await host.link_products(session_id, [product.id])).link_products
            if linked.session:
                break
            await asyncio.sleep(0.1)
        assert [p.product_id for p in linked.session.products] == [product.id]
        assert (await host.go_live(session_id)).start_session.session.state == "live"
        pinned = (await host.pin_product(session_id, product.id)).pin_product
        assert pinned.session.pinned_product_id == product.id
        assert (await host.end_session(session_id)).end_session_broadcast.session.state == "ended"
        assert (await host.session_results(session_id)).live_session.results.net.amount == "0.00"

    _run(path())


def test_officers_and_operators_read_what_is_theirs(world: World, bangfu: Any) -> None:
    merchant = world.merchant("371503")
    application, _ = world.apply_product(merchant)
    bureau, county, operator = (_client(bangfu, who) for who in (world.bureau, world.county("371503"), world.operator))

    async def path() -> None:
        queue = (await county.review_queue(first=100)).applications.nodes
        assert application["id"] in [a.id for a in queue]
        duty = next(s for s in (await county.application_in_full(application["id"])).application.steps if s.open and s.by == "county")
        verdict = bangfu.enums.Verdict.PASS
        passed = (await county.review(application["id"], duty.duty, verdict)).review_application.application
        assert next(s for s in passed.steps if s.duty == duty.duty).verdict == "pass"
        lines = (await county.county_sale_lines(bangfu.input_types.SaleFilter(countyCode="371503"))).sale_lines
        assert all(isinstance(line.business_date, date) for line in lines.nodes)
        figures = (await bureau.program_figures()).figures
        assert figures.as_of == world.today and {f.key for f in figures.items}
        rows = (await bureau.figure_rows(figures.items[0].key, first=5)).figure_rows
        assert rows.figure.key == figures.items[0].key
        assert {k.service for k in (await operator.import_kinds()).import_kinds} == {"catalog", "orders", "livestream", "reporting"}
        assert all(p.applied <= p.head for s in (await operator.copies_in_sync()).sync for p in s.positions)
        upload = (await operator.create_upload("certificates.csv")).create_upload.upload
        assert upload.url.startswith("http") and upload.max_bytes > 0
        me = (await operator.who_am_i()).me
        assert "OPERATOR" in [g.role.value for g in me.grants]
        with pytest.raises(bangfu.GraphQLClientGraphQLMultiError) as refused:
            await county.import_kinds()
        assert refused.value.errors[0].extensions["code"] == "FORBIDDEN"

    _run(path())
