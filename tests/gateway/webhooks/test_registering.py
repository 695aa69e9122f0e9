"""Who may register an address for whom, which addresses, and that nobody sees or moves another's."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.schema.webhooks import PERMISSIONS
from gateway.webhooks.domain import MOST_ENDPOINTS
from services.kit.db import every
from services.kit.ids import new_id
from services.kit.principal import Role
from tests.gateway.conftest import Caller
from tests.gateway.webhooks.conftest import Desk, act, gid, register

URL = "https://erp.example.com/hooks?token=secret-of-the-receiver"
LIST = "{ webhookEndpoints { nodes { id url state secretless: kinds } } }"


def codes(payload: dict[str, Any]) -> list[str]:
    return [e["code"] for e in payload["userErrors"]]


def test_a_member_registers_an_address_for_his_own_only(desk: Desk) -> None:
    own, other = new_id(), new_id()
    merchant = desk.member(Role.MERCHANT, own)
    made = register(merchant, URL, ["ORDER_PAID"], merchantId=gid("Merchant", own))["registered"]
    assert made["endpoint"]["merchantId"] == gid("Merchant", own)
    assert (made["endpoint"]["state"], made["endpoint"]["kinds"]) == ("ACTIVE", ["ORDER_PAID"])
    assert made["secret"].startswith("whsec_")
    for scope in ({"merchantId": gid("Merchant", other)}, {"institutionId": gid("Institution", own)}, {}):
        document = "mutation($input: RegisterWebhookEndpointInput!) { registerWebhookEndpoint(input: $input) { userErrors { code } } }"
        assert merchant.code(document, {"input": {"url": URL, "kinds": ["ORDER_PAID"], **scope}}) == "FORBIDDEN", scope


@pytest.mark.parametrize("role", [Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER])
def test_an_institutions_people_and_the_bureau_register_theirs(desk: Desk, role: Role) -> None:
    institution_id = new_id()
    made = register(desk.member(role, institution_id), URL, institutionId=gid("Institution", institution_id))["registered"]["endpoint"]
    assert (made["institutionId"], made["merchantId"]) == (gid("Institution", institution_id), None)
    assert register(desk.member(Role.BUREAU), URL)["registered"]["endpoint"]["merchantId"] is None


def test_who_has_no_such_role_is_refused_at_the_door(desk: Desk, visitor: Caller) -> None:
    for caller, code in ((visitor, "UNAUTHENTICATED"), (desk.member(Role.OUTLET, new_id()), "FORBIDDEN")):
        assert caller.code(LIST) == code


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com/",
        "ftp://erp.example.com/",
        "https://127.0.0.2/",
        "https://user:pw@erp.example.com/",
        "https://erp.example.com/#x",
        "https://localhost/",
        "https://0x7f000001/",
        "https://erp.example.com:22/",
        "javascript:alert(1)",
        "",
    ],
)
def test_an_address_that_is_not_public_https_is_told_at_once(desk: Desk, url: str) -> None:
    payload = register(desk.member(Role.BUREAU), url)
    assert (codes(payload), payload["userErrors"][0]["field"], payload["registered"]) == (["URL_NOT_ALLOWED"], "url", None)


def test_ten_endpoints_are_enough_for_one(desk: Desk) -> None:
    bureau = desk.member(Role.BUREAU)
    made = [register(bureau, URL) for _ in range(MOST_ENDPOINTS + 1)]
    assert [codes(m) for m in made] == [[]] * MOST_ENDPOINTS + [["TOO_MANY"]]


def test_the_secret_is_shown_once_and_stands_nowhere(desk: Desk) -> None:
    bureau = desk.member(Role.BUREAU)
    made = register(bureau, URL)["registered"]
    changed = act(bureau, "rotateWebhookSecret", "registered { secret endpoint { id } }", id=made["endpoint"]["id"])["registered"]
    assert changed["secret"] != made["secret"]
    with desk.edge.db.reading() as conn:
        stored = str([every(conn, f"SELECT * FROM {t}") for t in ("webhook_endpoints", "webhook_deliveries", "audit", "outbox")])
    for secret in (made["secret"], changed["secret"]):
        assert secret.removeprefix("whsec_") not in stored
    assert "secret" not in {f["name"] for f in bureau.data('{ __type(name: "WebhookEndpoint") { fields { name } } }')["__type"]["fields"]}


def test_another_finds_none_of_it(desk: Desk) -> None:
    """Every mutation and list, asked by a member of another merchant: NOT_FOUND, and nothing changed."""
    own = new_id()
    merchant, stranger = desk.member(Role.MERCHANT, own), desk.member(Role.MERCHANT, new_id())
    endpoint = register(merchant, URL, merchantId=gid("Merchant", own))["registered"]["endpoint"]
    delivery = act(merchant, "pingWebhookEndpoint", "delivery { id }", id=endpoint["id"])["delivery"]
    before = desk.endpoint(endpoint["id"]), desk.deliveries()
    assert stranger.data(LIST)["webhookEndpoints"]["nodes"] == []
    assert stranger.code("query($id: ID!) { webhookDeliveries(endpointId: $id) { nodes { id } } }", {"id": endpoint["id"]}) == "NOT_FOUND"
    for name in (n.partition(".")[2] for n in PERMISSIONS if n.startswith("Mutation.")):
        if name == "registerWebhookEndpoint":
            continue
        fields = {"id": delivery["id"] if name == "replayWebhookDelivery" else endpoint["id"]}
        title = name[0].upper() + name[1:]
        document = f"mutation($input: {title}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        assert stranger.code(document, {"input": fields}) == "NOT_FOUND", name
        assert stranger.code(document, {"input": {"id": gid("WebhookEndpoint", "x")}}) == "NOT_FOUND", name
    assert (desk.endpoint(endpoint["id"]), desk.deliveries()) == before


def test_each_act_is_in_the_audit_trail_without_the_receivers_password(desk: Desk) -> None:
    bureau = desk.member(Role.BUREAU)
    endpoint = register(bureau, URL)["registered"]["endpoint"]
    act(bureau, "changeWebhookEndpoint", "endpoint { id }", id=endpoint["id"], kinds=["STATEMENT_READY"])
    for name in ("pauseWebhookEndpoint", "resumeWebhookEndpoint"):
        act(bureau, name, "endpoint { state }", id=endpoint["id"])
    act(bureau, "replayFailedWebhooks", "count", id=endpoint["id"])
    act(bureau, "removeWebhookEndpoint", "done", id=endpoint["id"])
    with desk.edge.db.reading() as conn:
        rows = every(conn, "SELECT act, before, after FROM audit WHERE act LIKE 'webhook:%%' ORDER BY position")
    assert [r["act"].partition(":")[2] for r in rows] == ["register", "change", "pause", "resume", "replay", "remove"]
    assert "erp.example.com" in str(rows) and "secret-of-the-receiver" not in str(rows)
    assert bureau.data(LIST)["webhookEndpoints"]["nodes"] == []


def test_pages_go_on_where_they_ended(desk: Desk) -> None:
    bureau = desk.member(Role.BUREAU)
    made = [register(bureau, URL)["registered"]["endpoint"]["id"] for _ in range(3)]
    seen: list[str] = []
    after = None
    while True:
        query = "query($a: String) { webhookEndpoints(first: 2, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } }"
        page = bureau.data(query, {"a": after})["webhookEndpoints"]
        seen += [n["id"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == made[::-1]
