"""A colleague is invited by number or address; the grant follows where it always comes from: the service that owns the members.

The link is signed, ends by itself and serves once, and only an account whose verified login is the invited one may accept it. Whether
the inviter may is asked of the owning service when he invites and again, with the rights he has then, when it is accepted. Who is
invited stands here as a keyed hash and a hint; the hint goes when the invitation ends.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.accounts import roles, store, usecases
from gateway.accounts.domain import parse_login
from gateway.clients import Clients
from services.events.others import AccountChanged
from services.kit import audit, clock, signing
from services.kit.client import RemoteError
from services.kit.db import Conn, Database, Row, every, one, value
from services.kit.errors import DomainError, Forbidden, InvalidInput, Kind, NotFound
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.paging import Page, decode_cursor, page_of
from services.kit.principal import Grant, Principal, Role

PURPOSE = "invitation"
DAYS = (1, 30)
MOST_OPEN = 50
OWNERS: dict[Role, tuple[str, str]] = {
    Role.MERCHANT: ("catalog", "/merchants/{}/members"),
    Role.CANTEEN_BUYER: ("orders", "/institutions/{}/members"),
    Role.CANTEEN_APPROVER: ("orders", "/institutions/{}/members"),
    Role.GROUP_ORGANISER: ("orders", "/institutions/{}/members"),
}
"""Roles whose members another service owns: the service and the path of its list."""
OFFICERS = (Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER)
ROLES = (*OWNERS, *OFFICERS)


class InvitationVoid(DomainError):
    """Used, revoked, run out, or its inviter may not invite any more."""

    code, kind = "INVITATION_VOID", Kind.CONFLICT
    zh, en = "邀请已失效，请联系邀请人重新发送", "The invitation is no longer valid; ask for a new one"


class InvitedIsAnother(DomainError):
    code, kind = "INVITED_IS_ANOTHER", Kind.CONFLICT
    zh, en = (
        "该邀请发给了另一个手机号或邮箱，请用对应账号登录",
        "The invitation is for another number or address; sign in with that account",
    )


class LoginNotVerified(DomainError):
    code, kind = "LOGIN_NOT_VERIFIED", Kind.CONFLICT
    zh, en = "请先验证您的手机号或邮箱", "Verify your number or address first"


class TooManyInvitations(DomainError):
    code, kind = "TOO_MANY_INVITATIONS", Kind.CONFLICT
    zh, en = "未处理的邀请最多 {limit} 份", "At most {limit} invitations may be open"


@dataclass(frozen=True)
class Invited:
    """``code`` is shown to the inviter once, to hand on."""

    invitation: Row
    code: str


def invite(db: Database, clients: Clients, secret: str, by: Principal, *, role: Role, scope: str, login: str, days: int) -> Invited:
    """Raises NotFound or Forbidden (no right over the scope), BadLogin, InvalidInput, TooManyInvitations."""
    kind, value_ = parse_login(login)
    if not DAYS[0] <= days <= DAYS[1]:
        raise InvalidInput("days", f"{DAYS[0]}–{DAYS[1]}")
    must_manage(clients, by, role, scope)
    invitation_id = new_id()
    with db.transaction() as conn:
        conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"invitations:{role.value}:{scope}"])
        waiting = value(
            conn,
            "SELECT count(*) FROM invitations WHERE (role, scope) = (%s, %s) AND accepted_at IS NULL AND revoked_at IS NULL "
            "AND expires_at > bangfu_now()",
            [role.value, scope],
        )
        if waiting >= MOST_OPEN:
            raise TooManyInvitations(limit=MOST_OPEN)
        expires_at = clock.now(conn) + timedelta(days=days)
        conn.execute(
            "INSERT INTO invitations (invitation_id, role, scope, invitee_hash, invitee_hint, invited_by, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [invitation_id, role.value, scope, invitee_hash(secret, kind, value_), hint(kind, value_), by.subject, expires_at],
        )
        audit.record(conn, by, "invitation:create", f"invitation:{invitation_id}", after={"role": role.value, "scope": scope})
        row = find(conn, invitation_id)
    assert row is not None
    return Invited(row, signing.sign(secret, PURPOSE, {"i": str(invitation_id)}, days * 86400))


def accept(db: Database, clients: Clients, secret: str, who: Principal, code: str) -> Row:
    """The grant follows within moments. Repeatable by the same account; raises LinkExpired, InvitationVoid, InvitedIsAnother,
    LoginNotVerified, Unavailable."""
    invitation_id, account_id = UUID(signing.read(secret, PURPOSE, code)["i"]), UUID(who.subject)
    with db.transaction() as conn:
        row = _claimed(conn, secret, invitation_id, account_id)
        inviter = _as_now(conn, row["invited_by"])
        role = Role(row["role"])
        if row["accepted_at"] is not None:
            return row
        if role in OFFICERS:
            _grant_officer(conn, inviter, account_id, role, row["scope"])
            return _accepted(conn, who, row)
    service, path = OWNERS[role]
    body = {"account_id": str(account_id)} | ({} if role is Role.MERCHANT else {"role": role.value})
    try:
        clients.named(service).call("POST", path.format(row["scope"]), body, inviter)
    except RemoteError as error:
        if error.remote_kind in (Kind.ABSENT.value, Kind.FORBIDDEN.value):
            raise InvitationVoid() from error
        raise
    with db.transaction() as conn:
        return _accepted(conn, who, row)


def revoke(db: Database, clients: Clients, by: Principal, invitation_id: UUID) -> Row:
    """By its inviter or whoever may invite there. Raises NotFound, InvitationVoid (accepted)."""
    with db.reading() as conn:
        row = find(conn, invitation_id)
    if row is None:
        raise NotFound("id")
    if str(row["invited_by"]) != by.subject:
        try:
            must_manage(clients, by, Role(row["role"]), row["scope"])
        except (Forbidden, RemoteError) as error:
            raise NotFound("id") from error
    with db.transaction() as conn:
        done = conn.execute(
            "UPDATE invitations SET revoked_at = bangfu_now(), invitee_hint = '' WHERE invitation_id = %s AND accepted_at IS NULL "
            "AND revoked_at IS NULL",
            [invitation_id],
        ).rowcount
        found = find(conn, invitation_id)
        if found is None or found["accepted_at"] is not None:
            raise InvitationVoid()
        if done:
            audit.record(conn, by, "invitation:revoke", f"invitation:{invitation_id}")
        return found


def must_manage(clients: Clients, by: Principal, role: Role, scope: str) -> None:
    """Raises InvalidInput (a role nobody is invited to), Forbidden, or what the owning service answers."""
    if not scope:
        raise InvalidInput("scope", "required")
    if role in OFFICERS:
        usecases.ensure_may_grant(by, role)
    elif role in OWNERS:
        service, path = OWNERS[role]
        clients.named(service).get(path.format(scope), {"first": 1}, by)
    else:
        raise InvalidInput("role", ", ".join(r.value for r in ROLES))


SELECT = (
    "SELECT invitation_id, role, scope, invitee_hint, invited_by, created_at, expires_at, accepted_at, revoked_at, "
    "CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked' "
    "WHEN expires_at <= bangfu_now() THEN 'expired' ELSE 'open' END AS state FROM invitations WHERE "
)


def find(conn: Conn, invitation_id: UUID) -> Row | None:
    return one(conn, SELECT + "invitation_id = %s", [invitation_id])


def invitations_page(
    conn: Conn, *, invited_by: UUID | None, scope: tuple[list[str], str] | None, first: int, after: str | None
) -> Page[Row]:
    """Newest first: those somebody sent, or those of a scope (of any of some roles)."""
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        SELECT + "(%(by)s::uuid IS NULL OR invited_by = %(by)s) AND (%(scope)s::text IS NULL OR (scope = %(scope)s "
        "AND role = ANY(%(roles)s::text[]))) AND (%(after)s::uuid IS NULL OR invitation_id < %(after)s::uuid) "
        "ORDER BY invitation_id DESC LIMIT %(limit)s",
        {
            "by": invited_by,
            "scope": scope[1] if scope else None,
            "roles": scope[0] if scope else [],
            "after": cursor[0] if cursor else None,
            "limit": first + 1,
        },
    )
    return page_of(rows, first, lambda row: (str(row["invitation_id"]),))


def siblings(role: Role) -> list[str]:
    """The roles that share a scope's list: all three of an institution, or the one itself."""
    return [r.value for r in OWNERS if OWNERS[r] == OWNERS.get(role)] or [role.value]


# ---------------------------------------------------------------------------------------------- members


def members_page(db: Database, clients: Clients, by: Principal, role: Role, scope: str, first: int, after: str | None) -> dict[str, Any]:
    """Accounts with a role in a scope, with the name they gave and a hint of their login: colleagues have to tell them apart."""
    if role in OWNERS:
        service, path = OWNERS[role]
        answer: dict[str, Any] = clients.named(service).get(path.format(scope), {"first": first, "after": after}, by)
    else:
        must_manage(clients, by, role, scope)
        with db.reading() as conn:
            answer = vars(_officers_page(conn, role, scope, first, after))
    return {**answer, "items": _named(db, answer["items"])}


def remove(db: Database, clients: Clients, by: Principal, role: Role, scope: str, account_id: UUID, reason: str | None) -> None:
    """Raises what the owning service answers (NOT_FOUND, LAST_MEMBER), or NotFound, Forbidden."""
    if role in OWNERS:
        service, path = OWNERS[role]
        suffix = f"/{account_id}" + ("" if role is Role.MERCHANT else f"/{role.value}")
        clients.named(service).call("DELETE", path.format(scope) + suffix, None, by)
    elif role in OFFICERS:
        usecases.revoke_role(db, by, account_id, role, scope, reason)
    else:
        raise InvalidInput("role", ", ".join(r.value for r in ROLES))


def _officers_page(conn: Conn, role: Role, scope: str, first: int, after: str | None) -> Page[Row]:
    cursor = decode_cursor(after, 1)
    rows = every(
        conn,
        "SELECT account_id, role, granted_at FROM grants WHERE (role, scope) = (%(role)s, %(scope)s) "
        "AND (%(after)s::uuid IS NULL OR account_id > %(after)s::uuid) ORDER BY account_id LIMIT %(limit)s",
        {"role": role.value, "scope": scope, "after": cursor[0] if cursor else None, "limit": first + 1},
    )
    return page_of(rows, first, lambda row: (str(row["account_id"]),))


def _named(db: Database, rows: list[Row]) -> list[Row]:
    """One statement a page."""
    with db.reading() as conn:
        found = every(
            conn,
            "SELECT account_id, jsonb_object_agg(kind, value) AS identities FROM identities WHERE account_id = ANY(%s::uuid[]) GROUP BY 1",
            [[str(row["account_id"]) for row in rows]],
        )
    by_account = {str(f["account_id"]): f["identities"] for f in found}
    return [{**row, **_shown(by_account.get(str(row["account_id"]), {}))} for row in rows]


def _shown(identities: dict[str, str]) -> dict[str, str | None]:
    login = next(((kind, identities[kind]) for kind in ("phone", "email") if kind in identities), None)
    return {"name": identities.get("name"), "login_hint": hint(*login) if login else None}


# ------------------------------------------------------------------------------------------------ parts


def invitee_hash(secret: str, kind: str, login: str) -> bytes:
    return hmac.new(secret.encode(), f"invitee\0{kind}\0{login}".encode(), hashlib.sha256).digest()


def hint(kind: str, login: str) -> str:
    """``138****8000``, ``w***@example.com``."""
    if kind == "phone":
        return f"{login[:3]}****{login[-4:]}"
    name, _, domain = login.partition("@")
    return f"{name[:1]}***@{domain}"


def _claimed(conn: Conn, secret: str, invitation_id: UUID, account_id: UUID) -> Row:
    """The invitation, locked and kept for this account. Only one account can have the login, so none is kept from another."""
    row = one(conn, "SELECT * FROM invitations WHERE invitation_id = %s FOR UPDATE", [invitation_id])
    if row is None or row["revoked_at"] is not None or row["claimed_by"] not in (None, account_id):
        raise InvitationVoid()
    if row["accepted_at"] is None and row["expires_at"] <= clock.now(conn):
        raise InvitationVoid()
    if row["accepted_at"] is None:
        logins = every(
            conn, "SELECT kind, value, verified_at FROM identities WHERE account_id = %s AND kind IN ('phone', 'email')", [account_id]
        )
        matching = [i for i in logins if hmac.compare_digest(invitee_hash(secret, i["kind"], i["value"]), bytes(row["invitee_hash"]))]
        if not matching:
            raise InvitedIsAnother()
        if matching[0]["verified_at"] is None:
            raise LoginNotVerified()
        conn.execute("UPDATE invitations SET claimed_by = %s WHERE invitation_id = %s", [account_id, invitation_id])
    found = find(conn, invitation_id)
    assert found is not None
    return found


def _as_now(conn: Conn, account_id: UUID) -> Principal:
    """The inviter with the grants of this moment; of a closed account none are left."""
    alive = store.account(conn, account_id) is not None
    held = [Grant(Role(g["role"]), g["scope"]) for g in store.grants(conn, account_id)] if alive else []
    return roles.principal_for(account_id, held, None)


def _grant_officer(conn: Conn, inviter: Principal, account_id: UUID, role: Role, scope: str) -> None:
    try:
        usecases.ensure_may_grant(inviter, role)
    except Forbidden as error:
        raise InvitationVoid() from error
    if store.put_grant(conn, account_id, role.value, scope, inviter.subject):
        audit.record(conn, inviter, "role:grant", f"account:{account_id}", after={"role": role.value, "scope": scope})
        publish(conn, AccountChanged(account_id=account_id), store.raise_version(conn, account_id))


def _accepted(conn: Conn, who: Principal, row: Row) -> Row:
    done = conn.execute(
        "UPDATE invitations SET accepted_at = bangfu_now(), invitee_hint = '' WHERE invitation_id = %s AND accepted_at IS NULL "
        "AND revoked_at IS NULL",
        [row["invitation_id"]],
    ).rowcount
    if done:
        audit.record(
            conn, who, "invitation:accept", f"invitation:{row['invitation_id']}", after={"role": row["role"], "scope": row["scope"]}
        )
    found = find(conn, row["invitation_id"])
    if found is None:
        raise InvitationVoid()
    return found
