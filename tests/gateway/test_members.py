"""Invitations to offices, which the gateway owns itself, and acting in one of several roles; merchants and institutions are in
test_members_system.py."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from gateway.accounts import store
from gateway.accounts.invitations import hint
from gateway.schema.fields import from_global_id
from services.kit.db import every, value
from services.kit.ids import new_id
from services.kit.principal import Role
from tests.gateway.conftest import Caller

INVITE = """mutation($input: InviteMemberInput!) { inviteMember(input: $input) {
    sent { code link invitation { id state role scope inviteeHint } } userErrors { code field } } }"""
ACCEPT = """mutation($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
    invitation { id state inviteeHint } userErrors { code field } } }"""
REVOKE = """mutation($input: RevokeInvitationInput!) { revokeInvitation(input: $input) {
    invitation { state inviteeHint } userErrors { code } } }"""
LIST = """query($role: Role, $scope: String, $first: Int, $after: String) {
    invitations(role: $role, scope: $scope, first: $first, after: $after) {
        nodes { id state inviteeHint } pageInfo { endCursor hasNextPage } } }"""
MEMBERS = """query($role: Role!, $scope: String!, $first: Int, $after: String) {
    members(role: $role, scope: $scope, first: $first, after: $after) {
        nodes { accountId role name loginHint } pageInfo { endCursor hasNextPage } } }"""
ACT = "mutation($input: ActAsInput!) { actAs(input: $input) { acting { role scope } userErrors { code field } } }"
GRANTS = "{ me { grants { role scope } } myRoles { role scope active } }"

Person = Callable[..., Caller]


def account_of(caller: Caller) -> UUID:
    assert caller.account_id
    return UUID(from_global_id(caller.account_id)[1])


def give(caller: Caller, role: Role, scope: str = "") -> Caller:
    with caller.edge.db.transaction() as conn:
        store.put_grant(conn, account_of(caller), role.value, scope, "test")
    return caller


def verified(caller: Caller, kind: str = "email") -> Caller:
    with caller.edge.db.transaction() as conn:
        conn.execute("UPDATE identities SET verified_at = bangfu_now() WHERE account_id = %s AND kind = %s", [account_of(caller), kind])
    return caller


def login() -> str:
    return f"{new_id().hex[-12:]}@example.test"


def invite(bureau: Caller, to: str, role: str = "DEPARTMENT_OFFICER", scope: str = "finance", **more: Any) -> dict[str, Any]:
    fields = {"role": role, "scope": scope, "login": to} | more
    payload: dict[str, Any] = bureau.data(INVITE, {"input": fields})["inviteMember"]
    return payload


def accept(caller: Caller, code: str) -> dict[str, Any]:
    payload: dict[str, Any] = caller.data(ACCEPT, {"input": {"code": code}})["acceptInvitation"]
    return payload


def grants_of(caller: Caller) -> set[tuple[str, str]]:
    with caller.edge.db.reading() as conn:
        return {(g["role"], g["scope"]) for g in store.grants(conn, account_of(caller))}


def acts(caller: Caller) -> list[str]:
    with caller.edge.db.reading() as conn:
        return [r["act"] for r in every(conn, "SELECT act FROM audit WHERE act LIKE ANY('{invitation%%,role%%}') ORDER BY position")]


def test_an_officer_is_invited_and_the_grant_follows(sign_up: Person) -> None:
    bureau, address = give(sign_up(), Role.BUREAU), login()
    sent = invite(bureau, address.upper())["sent"]
    assert sent["invitation"]["inviteeHint"] == hint("email", address)
    assert sent["invitation"]["state"] == "open"
    assert sent["link"].endswith(sent["code"])
    with bureau.edge.db.reading() as conn:
        for row in every(conn, "SELECT i::text AS text FROM invitations i UNION ALL SELECT a::text FROM audit a"):
            assert address not in row["text"], "a keyed hash stands for the login"
    officer = verified(sign_up(address))
    accepted = accept(officer, sent["code"])
    assert accepted["invitation"]["state"] == "accepted"
    assert accepted["invitation"]["inviteeHint"] is None
    assert grants_of(officer) == {("department_officer", "finance")}
    assert acts(bureau) == ["invitation:create", "role:grant", "invitation:accept"]
    assert accept(officer, sent["code"])["invitation"]["state"] == "accepted", "asked again by the same: the same answer"
    assert acts(bureau) == ["invitation:create", "role:grant", "invitation:accept"]


def test_whom_it_is_not_for_cannot_take_it(sign_up: Person) -> None:
    bureau, address = give(sign_up(), Role.BUREAU), login()
    code = invite(bureau, address)["sent"]["code"]
    stranger = verified(sign_up())
    assert accept(stranger, code)["userErrors"] == [{"code": "INVITED_IS_ANOTHER", "field": None}]
    officer = sign_up(address)
    assert accept(officer, code)["userErrors"] == [{"code": "LOGIN_NOT_VERIFIED", "field": None}], "anybody can type an address"
    assert grants_of(stranger) | grants_of(officer) == set()
    assert stranger.code(ACCEPT, {"input": {"code": code[:-2] + "AA"}}) == "LINK_EXPIRED"
    assert Caller(bureau.app).code(ACCEPT, {"input": {"code": code}}) == "UNAUTHENTICATED"
    assert accept(verified(officer), code)["invitation"]["state"] == "accepted"
    assert accept(stranger, code)["userErrors"] == [{"code": "INVITATION_VOID", "field": None}]


def test_an_invitation_ends_by_itself_by_its_inviter_and_with_his_right(sign_up: Person) -> None:
    bureau, address = give(sign_up(), Role.BUREAU), login()
    officer = verified(sign_up(address))
    revoked, old, orphaned = (invite(bureau, address)["sent"] for _ in range(3))
    other = give(sign_up(), Role.MERCHANT, "m-1")
    assert other.code(REVOKE, {"input": {"id": revoked["invitation"]["id"]}}) == "NOT_FOUND"
    ended = bureau.data(REVOKE, {"input": {"id": revoked["invitation"]["id"]}})["revokeInvitation"]["invitation"]
    assert ended == {"state": "revoked", "inviteeHint": None}
    with bureau.edge.db.transaction() as conn:
        conn.execute(
            "UPDATE invitations SET expires_at = bangfu_now() - interval '1 s' WHERE invitation_id = %s",
            [from_global_id(old["invitation"]["id"])[1]],
        )
        store.remove_grant(conn, account_of(bureau), Role.BUREAU.value, "")
    for sent in (revoked, old, orphaned):
        assert accept(officer, sent["code"])["userErrors"] == [{"code": "INVITATION_VOID", "field": None}]
    assert grants_of(officer) == set()


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"login": "nobody"}, "BAD_LOGIN_NAME", "login"),
        ({"days": 31}, "INVALID_INPUT", "days"),
        ({"days": -1}, "INVALID_INPUT", "days"),
        ({"scope": ""}, "INVALID_INPUT", "scope"),
        ({"role": "OUTLET"}, "INVALID_INPUT", "role"),
    ],
)
def test_what_is_no_invitation(sign_up: Person, fields: dict[str, Any], code: str, field: str) -> None:
    bureau = give(sign_up(), Role.BUREAU)
    payload = invite(bureau, **({"to": fields.pop("login", login())} | fields))
    assert payload == {"sent": None, "userErrors": [{"code": code, "field": field}]}
    with bureau.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM invitations") == 0


def test_who_may_not_grant_may_not_invite(sign_up: Person) -> None:
    asked = {"input": {"role": "COUNTY_OFFICER", "scope": "371502", "login": login()}}
    assert sign_up().code(INVITE, asked) == "FORBIDDEN"
    officer = give(sign_up(), Role.COUNTY_OFFICER, "371502")
    assert officer.code(INVITE, asked) == "FORBIDDEN", "not even for his own county"
    bureau = give(sign_up(), Role.BUREAU)
    assert bureau.data(INVITE, {"input": asked["input"] | {"role": "BUREAU"}})["inviteMember"]["userErrors"][0]["field"] == "role"
    with bureau.edge.db.reading() as conn:
        assert value(conn, "SELECT count(*) FROM invitations") + value(conn, "SELECT count(*) FROM audit WHERE act LIKE 'inv%%'") == 0


def test_accepting_twice_at_once_grants_once(sign_up: Person) -> None:
    bureau, address = give(sign_up(), Role.BUREAU), login()
    code = invite(bureau, address)["sent"]["code"]
    officer = verified(sign_up(address))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: accept(officer, code), range(4)))
    assert all(a["invitation"]["state"] == "accepted" for a in answers)
    assert acts(bureau) == ["invitation:create", "role:grant", "invitation:accept"]


def test_invitations_and_members_are_listed_in_pages(sign_up: Person) -> None:
    bureau = give(sign_up(), Role.BUREAU)
    made = [invite(bureau, login())["sent"]["invitation"]["id"] for _ in range(5)]
    invite(bureau, login(), scope="other")
    seen, after = [], None
    while True:
        page = bureau.data(LIST, {"role": "DEPARTMENT_OFFICER", "scope": "finance", "first": 2, "after": after})["invitations"]
        seen += [n["id"] for n in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == made[::-1]
    assert len(bureau.data(LIST)["invitations"]["nodes"]) == 6, "without a scope: those one has sent"
    assert give(sign_up(), Role.MERCHANT, "m").data(LIST)["invitations"]["nodes"] == []

    officers = sorted(str(account_of(give(sign_up(), Role.DEPARTMENT_OFFICER, "finance"))) for _ in range(3))
    first = bureau.data(MEMBERS, {"role": "DEPARTMENT_OFFICER", "scope": "finance", "first": 2})["members"]
    rest = bureau.data(MEMBERS, {"role": "DEPARTMENT_OFFICER", "scope": "finance", "first": 2, "after": first["pageInfo"]["endCursor"]})[
        "members"
    ]
    assert [from_global_id(n["accountId"])[1] for n in first["nodes"] + rest["nodes"]] == officers
    assert all("***@example.test" in n["loginHint"] for n in first["nodes"])
    assert not rest["pageInfo"]["hasNextPage"]


def test_an_officer_is_removed(sign_up: Person) -> None:
    bureau, officer = give(sign_up(), Role.BUREAU), give(sign_up(), Role.DEPARTMENT_OFFICER, "finance")
    remove = "mutation($input: RemoveMemberInput!) { removeMember(input: $input) { done userErrors { code } } }"
    asked = {"input": {"role": "DEPARTMENT_OFFICER", "scope": "finance", "accountId": officer.account_id}}
    assert give(sign_up(), Role.MERCHANT, "m").code(remove, asked) == "FORBIDDEN"
    assert grants_of(officer) == {("department_officer", "finance")}
    assert bureau.data(remove, asked)["removeMember"]["done"]
    assert grants_of(officer) == set()
    assert bureau.code(remove, asked) == "NOT_FOUND"
    assert acts(bureau) == ["role:revoke"]


def test_a_session_acts_in_one_role_and_in_all_again(sign_up: Person) -> None:
    caller = give(give(sign_up(), Role.COUNTY_OFFICER, "371502"), Role.DEPARTMENT_OFFICER, "finance")
    shopper = ("SHOPPER", caller.account_id)
    both = {("COUNTY_OFFICER", "371502"), ("DEPARTMENT_OFFICER", "finance"), shopper}

    def now() -> set[tuple[Any, Any]]:
        return {(g["role"], g["scope"]) for g in caller.data(GRANTS)["me"]["grants"]}

    assert now() == both
    assert caller.data(ACT, {"input": {"role": "COUNTY_OFFICER", "scope": "371502"}})["actAs"]["acting"] == {
        "role": "COUNTY_OFFICER",
        "scope": "371502",
    }
    assert now() == {("COUNTY_OFFICER", "371502"), shopper}
    assert {(r["role"], r["active"]) for r in caller.data(GRANTS)["myRoles"]} == {("COUNTY_OFFICER", True), ("DEPARTMENT_OFFICER", False)}
    refused = caller.code(ACT, {"input": {"role": "COUNTY_OFFICER", "scope": "371503"}})
    assert refused == "NOT_FOUND", "a role one does not hold"
    assert now() == {("COUNTY_OFFICER", "371502"), shopper}
    caller.data(ACT, {"input": {"role": "SHOPPER"}})
    assert now() == {shopper}
    caller.data(ACT, {"input": {}})
    assert now() == both
    assert all(r["active"] for r in caller.data(GRANTS)["myRoles"])


def test_another_session_of_the_account_keeps_its_own_choice(sign_up: Person) -> None:
    address = login()
    caller = give(give(sign_up(address), Role.COUNTY_OFFICER, "371502"), Role.DEPARTMENT_OFFICER, "finance")
    caller.data(ACT, {"input": {"role": "COUNTY_OFFICER", "scope": "371502"}})
    tokens = Caller(caller.app).perform("signIn", login=address, password="correct horse 9")["tokens"]
    other = Caller(caller.app, tokens["accessToken"])
    assert len(other.data(GRANTS)["me"]["grants"]) == 3
    assert len(caller.data(GRANTS)["me"]["grants"]) == 2


def test_a_chosen_role_that_is_taken_away_leaves_the_shopper_only(sign_up: Person) -> None:
    caller = give(give(sign_up(), Role.BUREAU), Role.COUNTY_OFFICER, "371502")
    caller.data(ACT, {"input": {"role": "COUNTY_OFFICER", "scope": "371502"}})
    with caller.edge.db.transaction() as conn:
        store.remove_grant(conn, account_of(caller), "county_officer", "371502")
    assert {g["role"] for g in caller.data(GRANTS)["me"]["grants"]} == {"SHOPPER"}, "not the bureau in its place"
