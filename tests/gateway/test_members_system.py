"""Members of merchants and institutions, and what a key or a chosen role may, against the services that own the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from services.kit.principal import Grant, Principal, Role
from tests.journeys.client import Client, Refused, raw, wait_for
from tests.journeys.world import World, world_of
from tests.support.system import System

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("persons")]

MEMBERS = """query($role: Role!, $scope: String!, $after: String) { members(role: $role, scope: $scope, first: 1, after: $after) {
    nodes { accountId role loginHint } pageInfo { hasNextPage endCursor } } }"""


@pytest.fixture(scope="session")
def world(system: System) -> World:
    return world_of(system)


def refusal(act: Any, *arguments: Any, **fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments, **fields)
    return str(refused.value.codes[0])


def prove(world: World, client: Client) -> Client:
    """As if the code had come: test_persons_system.py goes the whole way."""
    with psycopg.connect(world.system.database_url("gateway"), autocommit=True) as conn:
        conn.execute("UPDATE identities SET verified_at = bangfu_now() WHERE account_id = %s", [raw(client.account_id)])
    return client


def invite(inviter: Client, role: str, scope: str, login: str) -> str:
    return str(inviter.do("inviteMember", "code", role=role, scope=scope, login=login)["code"])


def members(client: Client, role: str, scope: str) -> list[tuple[str, str]]:
    """Page by page."""
    found, after = [], None
    while True:
        page = client.ask(MEMBERS, role=role, scope=scope, after=after)
        found += [(raw(n["accountId"]), n["role"]) for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def roles_of(client: Client) -> set[tuple[str, str]]:
    return {(g["role"], raw(g["scope"])) for g in client.ask("{ myRoles { role scope } }") if len(g["scope"]) > 30}


def test_a_merchants_members_come_and_go(world: World) -> None:
    merchant, other = world.merchant(), world.merchant("371503")
    owner, newcomer, third = merchant.owner, prove(world, world.account()), prove(world, world.account())
    assert refusal(other.owner.do, "inviteMember", "code", role="MERCHANT", scope=merchant.id, login=newcomer.login) == "NOT_FOUND"
    assert refusal(other.owner.ask, MEMBERS, role="MERCHANT", scope=merchant.id) == "NOT_FOUND"
    assert refusal(owner.do, "removeMember", role="MERCHANT", scope=merchant.id, accountId=owner.account_id) == "LAST_MEMBER"

    code, unused = invite(owner, "MERCHANT", merchant.id, newcomer.login), invite(owner, "MERCHANT", merchant.id, third.login)
    assert refusal(third.do, "acceptInvitation", "state", code=code) == "INVITED_IS_ANOTHER"
    newcomer.do("acceptInvitation", "state", code=code)
    world.wait_for_role(newcomer, "MERCHANT", merchant.id)
    assert {a for a, _ in members(owner, "MERCHANT", merchant.id)} == {raw(owner.account_id), raw(newcomer.account_id)}
    assert refusal(other.owner.do, "removeMember", role="MERCHANT", scope=merchant.id, accountId=newcomer.account_id) == "NOT_FOUND"

    newcomer.do("removeMember", role="MERCHANT", scope=merchant.id, accountId=owner.account_id)
    wait_for(lambda: ("MERCHANT", raw(merchant.id)) not in roles_of(owner), what="the grant is taken away")
    assert refusal(owner.ask, "query($m: ID!) { stock(merchantId: $m) { nodes { productId } } }", m=merchant.id) in (
        "FORBIDDEN",
        "NOT_FOUND",
    )
    assert refusal(third.do, "acceptInvitation", "state", code=unused) == "INVITATION_VOID", "who invited him may not any more"
    assert members(newcomer, "MERCHANT", merchant.id) == [(raw(newcomer.account_id), "MERCHANT")]


def test_an_institutions_members_come_and_go(world: World) -> None:
    institution, stranger = world.institution(), world.institution("371503")
    newcomer = prove(world, world.account())
    code = invite(institution.buyer, "CANTEEN_BUYER", institution.id, newcomer.login)
    newcomer.do("acceptInvitation", "state", code=code)
    world.wait_for_role(newcomer, "CANTEEN_BUYER", institution.id)
    held = members(newcomer, "CANTEEN_BUYER", institution.id)
    assert {r for _, r in held} == {"CANTEEN_BUYER", "CANTEEN_APPROVER", "GROUP_ORGANISER"}
    assert len(held) == 4
    asked = {"role": "CANTEEN_BUYER", "scope": institution.id, "accountId": newcomer.account_id}
    assert refusal(stranger.buyer.do, "removeMember", **asked) == "NOT_FOUND"
    assert refusal(world.county("371502").do, "removeMember", **asked) == "FORBIDDEN"
    institution.buyer.do("removeMember", **asked)
    wait_for(lambda: roles_of(newcomer) == set(), what="the grant is taken away")
    assert refusal(institution.buyer.do, "removeMember", **asked) == "NOT_FOUND"


def test_a_key_reads_its_owners_orders_and_no_more(world: World) -> None:
    merchant = world.merchant()
    shopper, checkout = world.buy((world.product(merchant), "1"))
    secret = shopper.do("createApiKey", "secret", name="账本", scopes=["orders:read"], expiresAt=world.instant(days=30))["secret"]
    key = replace(shopper, _token=(secret, float("inf")))
    own = key.ask("{ orders { nodes { id } } }")["nodes"]
    assert [o["id"] for o in own] == [checkout.order_id]
    assert key.ask("query($id: ID!) { order(id: $id) { orderNo } }", id=checkout.order_id)["orderNo"]
    assert refusal(key.do, "cancelOrder", "state", id=checkout.order_id) == "FORBIDDEN"
    assert refusal(key.ask, "{ cart { lines { quantity } } }") == "FORBIDDEN"
    assert refusal(key.ask, "query($id: ID!) { node(id: $id) { id } }", id=checkout.order_id) == "FORBIDDEN"
    stranger = world.shopper()
    theirs = stranger.do("createApiKey", "secret", name="k", scopes=["orders:read"], expiresAt=world.instant(days=1))["secret"]
    other = replace(stranger, _token=(theirs, float("inf")))
    assert refusal(other.ask, "query($id: ID!) { order(id: $id) { orderNo } }", id=checkout.order_id) == "NOT_FOUND"


def test_a_role_set_aside_is_set_aside_in_the_services_too(world: World) -> None:
    """Catalog knows members itself, so that a grant on its way is not missed: not of one who acts in another role."""
    merchant = world.merchant()
    account, fields = raw(merchant.owner.account_id), {"merchant_id": raw(merchant.id)}
    shopper = (Grant(Role.SHOPPER, account),)
    assert world.direct.get("catalog", "/products", Principal(account, shopper), **fields).status == 200
    limited = world.direct.get("catalog", "/products", Principal(account, shopper, {"limited": "role"}), **fields)
    assert limited.status in (403, 404)
    merchant.owner.do("actAs", "role", role="SHOPPER")
    document = "query($m: ID!) { merchantProducts(merchantId: $m) { nodes { id } } }"
    assert refusal(merchant.owner.ask, document, m=merchant.id) == "FORBIDDEN"
    merchant.owner.do("actAs", "role")
    assert merchant.owner.ask(document, m=merchant.id)["nodes"] == []
