"""A county officer sees her county's lines, figures and reports; none but the city sees the city's; nobody's sums hold another's money."""

from __future__ import annotations

import pytest

from services.kit.principal import Grant, Principal, Role
from tests.journeys.client import Client, Refused, pages, raw
from tests.journeys.world import World, fen
from tests.support.direct import acting
from tests.system.conftest import Side

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pairs")]

LINES = "originCounty consumptionCounty merchantId amount { amount }"
STRANGER = "371522"  # a county with neither of the two


def test_a_county_officer_sees_no_row_whose_origin_and_consumption_are_others(world: World, sides: tuple[Side, Side]) -> None:
    mine, other = sides
    officer = world.county(mine.county)
    seen = pages(officer, "saleLines", "filter: {}", LINES)
    assert seen
    assert all(mine.county in (line["originCounty"], line["consumptionCounty"]) for line in seen)
    assert pages(officer, "saleLines", f'filter: {{merchantId: "{other.merchant.id}"}}', LINES) == []
    total = officer.ask(
        "query($m: ID!) { sums(by: CHANNEL, filter: {merchantId: $m}) { total { lines gross { amount } } } }", m=other.merchant.id
    )
    assert (total["total"]["lines"], fen(total["total"]["gross"])) == (0, 0)


def test_nor_does_the_service_show_them(world: World, sides: tuple[Side, Side]) -> None:
    mine, other = sides
    who = acting(Role.COUNTY_OFFICER, mine.county)
    for service, path in (("reporting", "/lines"), ("orders", "/sale-lines")):
        rows = world.direct.get(service, path, who, first=100).ok()["items"]
        assert rows
        assert all(mine.county in (r["origin_county"], r["consumption_county"]) for r in rows)
        assert world.direct.get(service, path, who, merchant_id=raw(other.merchant.id)).ok()["items"] == []
    for path in (
        f"/documents/order/{raw(other.checkout.order_id)}",
        f"/documents/slip/{raw(other.slip_id)}",
        f"/documents/delivery/{raw(other.delivery_id)}",
        f"/slips/{raw(other.slip_id)}",
    ):
        assert world.direct.get("orders", path, who).status == 404, path
    assert world.direct.get("orders", f"/documents/order/{raw(mine.checkout.order_id)}", who).status == 200


def test_her_report_and_figures_hold_her_county_only(world: World, sides: tuple[Side, Side]) -> None:
    mine, other = sides
    officer = world.county(mine.county)
    hers = officer.ask("{ figures { countyCode items { key value } } }")
    assert hers["countyCode"] == mine.county
    city = world.bureau.ask("{ figures { countyCode items { key value } } }")
    assert city["countyCode"] is None
    total = {
        name: next(fen(f["value"]) for f in answer["items"] if f["key"] == "sales_total")
        for name, answer in (("her", hers), ("city", city))
    }
    assert total["her"] < total["city"]
    with pytest.raises(Refused):
        officer.ask("query($c: String) { figures(countyCode: $c) { asOf } }", c=other.county)
    with pytest.raises(Refused):
        officer.do("requestReport", "id", **{"from": world.day(), "until": world.day(), "countyCode": other.county})
    made = officer.do("requestReport", "id countyCode", **{"from": world.day(), "until": world.day()})
    assert made["countyCode"] == mine.county, "without a county it is hers"
    with pytest.raises(Refused):
        world.county(other.county).ask("query($id: ID!) { report(id: $id) { state } }", id=made["id"])
    rows = pages(officer, "figureRows", 'key: "sales_total"', "originCounty consumptionCounty")
    assert rows
    assert all(mine.county in (r["originCounty"], r["consumptionCounty"]) for r in rows)


@pytest.mark.parametrize("path", ["/figures", "/figures/sales_total/rows", "/reports", "/reconciliation"])
@pytest.mark.parametrize("role", ["shopper", "merchant", "canteen_buyer", "canteen_approver", "group_organiser", "outlet"])
def test_none_of_them_has_a_city_wide_report(world: World, sides: tuple[Side, Side], path: str, role: str) -> None:
    client, principal = sides[0].as_(role)
    assert world.direct.get("reporting", path, principal).status == 403
    document = {
        "/figures": "{ figures { items { value } } }",
        "/figures/sales_total/rows": '{ figureRows(key: "sales_total") { nodes { number } } }',
        "/reports": "{ reports { nodes { id } } }",
        "/reconciliation": "{ reconciliation { state } }",
    }[path]
    with pytest.raises(Refused) as refused:
        client.ask(document)
    assert refused.value.codes == ["FORBIDDEN"]


@pytest.mark.parametrize("role", ["shopper", "merchant", "canteen_buyer", "outlet"])
def test_none_of_them_asks_for_one(world: World, sides: tuple[Side, Side], role: str) -> None:
    client, principal = sides[0].as_(role)
    body = {"from": world.day(), "until": world.day()}
    assert world.direct.post("reporting", "/reports", principal, body, key="denied-report-1").status == 403
    with pytest.raises(Refused):
        client.do("requestReport", "id", **body)


def test_a_merchants_sums_hold_only_his_own(world: World, sides: tuple[Side, Side]) -> None:
    for mine, other in (sides, sides[::-1]):
        owner, principal = mine.as_("merchant")
        quantity = 7 if mine is sides[0] else 11
        total = owner.ask("{ sums(by: MERCHANT) { nodes { key net { amount } } total { net { amount } lines } } }")
        assert [n["key"] for n in total["nodes"]] == [raw(mine.merchant.id)]
        assert fen(total["total"]["net"]) == quantity * 3500
        assert world.direct.get("reporting", "/sums", principal, by="merchant").ok()["total"]["net_fen"] == quantity * 3500
        asked = world.direct.get("reporting", "/sums", principal, by="channel", merchant_id=raw(other.merchant.id))
        assert asked.status in (403, 404) or asked.body["total"]["lines"] == 0
        for dimension in ("ORIGIN_COUNTY", "INSTITUTION", "OUTLET"):
            keys = {n["key"] for n in owner.ask(f"{{ sums(by: {dimension}) {{ nodes {{ key }} }} }}")["nodes"]}
            assert not keys & {other.county, raw(other.institution.id), raw(other.outlet.id)}, dimension


def test_an_institutions_sums_hold_only_its_own_purchases(world: World, sides: tuple[Side, Side]) -> None:
    for number, mine in enumerate(sides):
        total = mine.institution.buyer.ask("{ sums(by: INSTITUTION) { nodes { key } total { net { amount } } } }")
        assert [n["key"] for n in total["nodes"]] == [raw(mine.institution.id)]
        assert fen(total["total"]["net"]) == (7, 11)[number] * 1000


def test_a_county_without_a_part_in_it_sees_nothing_of_it(world: World, sides: tuple[Side, Side]) -> None:
    officer = world.county(STRANGER)
    for mine in sides:
        assert pages(officer, "saleLines", f'filter: {{merchantId: "{mine.merchant.id}"}}', LINES) == []
        for kind, document_id in (("order", mine.checkout.order_id), ("slip", mine.slip_id), ("delivery", mine.delivery_id)):
            with pytest.raises(Refused, match="NOT_FOUND"):
                officer.ask("query($k: String!, $i: String!) { document(kind: $k, id: $i) { number } }", k=kind, i=raw(document_id))
        with pytest.raises(Refused):
            officer.do("approveOutlet", "state", id=mine.outlet.id)


def test_a_visitor_sees_the_shop_and_nothing_behind_it(world: World, sides: tuple[Side, Side]) -> None:
    mine = sides[0]
    visitor: Client = world.visitor
    assert visitor.ask("query($id: ID!) { product(id: $id) { id } }", id=mine.product.id)
    for document, variables in (
        ("{ figures { asOf } }", {}),
        ("{ saleLines { nodes { id } } }", {}),
        ("{ sums(by: CHANNEL) { total { lines } } }", {}),
        ("query($id: ID!) { order(id: $id) { id } }", {"id": mine.checkout.order_id}),
        ("query($id: ID!) { contract(id: $id) { id } }", {"id": mine.contract_id}),
        ("{ sync { service } }", {}),
        ("{ certifiedProof { lineId } }", {}),
        ("{ me { id } }", {}),
    ):
        try:
            assert visitor.ask(document, **variables) is None
        except Refused as refused:
            if not set(refused.codes) <= {"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"}:
                raise
    nobody = Principal("anonymous")
    for service, path in (("orders", f"/orders/{raw(mine.checkout.order_id)}"), ("reporting", "/figures"), ("orders", "/sale-lines")):
        assert world.direct.get(service, path, nobody).status in (401, 403, 404)


def test_a_role_without_its_scope_opens_nothing(world: World) -> None:
    for role in (Role.MERCHANT, Role.COUNTY_OFFICER, Role.CANTEEN_BUYER, Role.OUTLET):
        who = Principal("0197fedc-0000-7000-8000-00000000000b", (Grant(role, ""),))
        for service, path in (("reporting", "/lines"), ("orders", "/sale-lines")):
            reply = world.direct.get(service, path, who)
            assert reply.status in (403, 404, 422) or reply.ok()["items"] == [], (role, path)
