"""What the gateway itself knows of a person: ``identities`` holds name, number and address, and is the last to be erased.

The other services are asked over HTTP (`persons_jobs`); what each keeps by law stands beside its own statements.
"""

from __future__ import annotations

from uuid import UUID

from gateway.accounts import invitations
from services.kit.db import Conn, Row, every
from services.kit.persons import Erased, Kept, Person, rows

SERVICES = ("catalog", "orders", "livestream", "reporting")
KEPT = (
    Kept(
        "audit",
        ("before", "after", "reason"),
        "操作审计：只含编号；理由为操作人所写，其中的号码已隐去",
        "《网络安全法》第二十一条第三项；《电子商务法》第三十一条",
        "不少于三年，链式存证不得改动",
    ),
    Kept(
        "audit_trail",
        ("before", "after", "reason", "pairs"),
        "各服务操作审计的汇总：只含编号；理由为操作人所写，其中的号码已隐去",
        "《网络安全法》第二十一条第三项；《电子商务法》第三十一条",
        "不少于三年，链式存证不得改动",
    ),
    Kept(
        "consents",
        ("purpose", "text_version"),
        "同意与撤回同意的记录：只含账号编号、文本版本与时间",
        "《个人信息保护法》第五十五条、第五十六条",
        "撤回或注销之日起三年",
    ),
    Kept(
        "uploads",
        ("object_key",),
        "作为凭证上传的文件（认定材料、票据、合同、图片）的对象键；文件名已清除",
        "《会计档案管理办法》；《电子商务法》第三十一条",
        "会计档案保管期限；交易完成之日起三年",
    ),
)


def person_of(conn: Conn, account_id: UUID) -> Person:
    """Only verified logins say whose data is meant elsewhere: an unproven number would open another's."""
    found = every(conn, "SELECT kind, value, verified_at FROM identities WHERE account_id = %s ORDER BY kind", [account_id])
    proven = [row for row in found if row["verified_at"] is not None]
    scopes = every(conn, "SELECT DISTINCT scope FROM grants WHERE account_id = %s AND scope <> '' ORDER BY scope LIMIT 1000", [account_id])
    return Person(
        account_id,
        phones=tuple(row["value"] for row in proven if row["kind"] == "phone"),
        emails=tuple(row["value"] for row in proven if row["kind"] == "email"),
        names=tuple(row["value"] for row in found if row["kind"] == "name"),
        scopes=tuple(row["scope"] for row in scopes),
    )


def find(conn: Conn, secret: str, person: Person) -> dict[str, list[Row]]:
    params = {"account": person.account_id, "subject": person.subject, "about": f"account:{person.subject}"}
    return {
        "accounts": rows(conn, "SELECT account_id, language, created_at, closed_at FROM accounts WHERE account_id = %(account)s", params),
        "identities": rows(conn, "SELECT kind, value, verified_at FROM identities WHERE account_id = %(account)s", params),
        "grants": rows(conn, "SELECT role, scope, granted_at FROM grants WHERE account_id = %(account)s", params),
        "sessions": rows(
            conn,
            "SELECT device, created_at, refreshed_at, expires_at, ended_at, ended_by FROM sessions WHERE account_id = %(account)s "
            "ORDER BY created_at DESC",
            params,
        ),
        "api_keys": rows(
            conn,
            "SELECT name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at FROM api_keys WHERE account_id = %(account)s",
            params,
        ),
        "passkeys": rows(conn, "SELECT title, created_at, used_at FROM passkeys WHERE account_id = %(account)s", params),
        "oidc_links": rows(conn, "SELECT provider, issuer, subject, created_at FROM oidc_links WHERE account_id = %(account)s", params),
        "consents": rows(
            conn,
            "SELECT purpose, text_version, given_at, withdrawn_at FROM consents WHERE account_id = %(account)s ORDER BY given_at",
            params,
        ),
        "invitations": _invitations(conn, secret, person),
        "uploads": rows(
            conn,
            "SELECT purpose, filename, object_key, size, sha256, created_at FROM uploads WHERE account = %(subject)s ORDER BY created_at",
            params,
        ),
        "person_requests": rows(
            conn, "SELECT kind, state, requested_at, finished_at FROM person_requests WHERE account_id = %(account)s", params
        ),
        "audit_trail": rows(
            conn,
            "SELECT service, at, act, subject, reason FROM audit_trail WHERE actor = %(subject)s "
            "UNION ALL SELECT service, at, act, subject, reason FROM audit_trail WHERE subject = %(about)s ORDER BY at",
            params,
        ),
    }


def _invitations(conn: Conn, secret: str, person: Person) -> list[Row]:
    return rows(
        conn,
        "SELECT role, scope, invitee_hint, created_at, expires_at, accepted_at, revoked_at FROM invitations "
        "WHERE invited_by = %s OR invitee_hash = ANY(%s)",
        [person.account_id, _hashes(secret, person)],
    )


def erase(conn: Conn, secret: str, person: Person) -> Erased:
    """What the gateway still has after the services have answered; the account's number stays, and leads to nobody."""
    erased = Erased()
    account = [person.account_id]
    erased.add(
        "invitations",
        conn.execute(
            "UPDATE invitations SET invitee_hint = '', revoked_at = CASE WHEN accepted_at IS NULL THEN coalesce(revoked_at, bangfu_now()) "
            "ELSE revoked_at END, invitee_hash = '' WHERE invitee_hash = ANY(%s)",
            [_hashes(secret, person)],
        ).rowcount,
    )
    erased.add("uploads", conn.execute("UPDATE uploads SET filename = '' WHERE account = %s AND filename <> ''", [person.subject]).rowcount)
    for table in ACCOUNT_TABLES:
        erased.add(table, conn.execute(f"DELETE FROM {table} WHERE account_id = %s", account).rowcount)  # noqa: S608 – own names
    conn.execute("UPDATE accounts SET password_hash = NULL WHERE account_id = %s", account)
    return erased


ACCOUNT_TABLES = (
    "recovery_codes",
    "totp",
    "passkeys",
    "oidc_links",
    "challenges",
    "one_time_codes",
    "api_keys",
    "sessions",
    "grants",
    "identities",
)
"""Deleted whole; ``identities`` last."""
KEPT_TABLES = ("accounts", "consents", "person_requests", "person_answers")
"""Rows of the account that stay: they hold its number and instants only."""


def _hashes(secret: str, person: Person) -> list[bytes]:
    logins = [("phone", value) for value in person.phones] + [("email", value) for value in person.emails]
    return [invitations.invitee_hash(secret, kind, value) for kind, value in logins]
