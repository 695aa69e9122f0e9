"""Consent: to which version of which text, when, and when it was withdrawn (PIPL art. 14–16). A withdrawn row stays as the proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.kit.db import Conn, Database, Row, every, one
from services.kit.errors import DomainError, Kind
from services.kit.ids import new_id

PRIVACY, MARKETING = "privacy", "marketing"


class UnknownConsent(DomainError):
    code, kind = "UNKNOWN_CONSENT", Kind.INVALID
    zh, en = "没有“{value}”这一版文本，请刷新后阅读现行文本", "There is no text “{value}” in force; read the present one"


class ConsentNeeded(DomainError):
    """Without it there is no account: the way out is its deletion (art. 16: marketing may be refused alone)."""

    code, kind = "CONSENT_NEEDED", Kind.CONFLICT
    zh, en = "使用账号须同意隐私政策；如不再同意，请注销账号", "An account needs this consent; to end it, delete the account"


@dataclass(frozen=True)
class ConsentText:
    """What is agreed to. A changed text is a new version here; the old ones stay, because rows refer to them."""

    purpose: str
    version: str
    required: bool
    zh: str
    en: str


TEXTS: tuple[ConsentText, ...] = (
    ConsentText(
        PRIVACY,
        "2026-11",
        True,
        "我已阅读并同意《帮扶平台隐私政策》（2026-11 版）：为提供账号、下单、配送与售后，平台处理我的手机号或邮箱、称呼、"
        "收货信息与交易记录；我可随时查阅、复制、更正、删除，或注销账号。",
        "I have read and agree to the privacy policy (version 2026-11): for account, orders, delivery and returns the platform "
        "processes my number or address, name, recipients and transactions; I may see, copy, correct and delete them, or close the "
        "account, at any time.",
    ),
    ConsentText(
        MARKETING,
        "2026-11",
        False,
        "我同意接收帮扶产品与活动的推荐信息，可随时撤回，不影响使用。",
        "I agree to be told of products and events; I may withdraw this at any time and lose nothing by it.",
    ),
)


def current(purpose: str) -> ConsentText | None:
    """The newest version of a purpose's text."""
    return next((text for text in reversed(TEXTS) if text.purpose == purpose), None)


def in_force() -> list[ConsentText]:
    purposes = dict.fromkeys(text.purpose for text in TEXTS)
    return [text for purpose in purposes if (text := current(purpose))]


def checked(given: Iterable[tuple[str, str]]) -> list[ConsentText]:
    """The texts of (purpose, version). Raises UnknownConsent unless each is the one in force."""
    found = []
    for purpose, version in given:
        text = current(purpose)
        if text is None or text.version != version:
            raise UnknownConsent("text_version", value=f"{purpose} {version}"[:60])
        found.append(text)
    return found


def agreed(given: Iterable[tuple[str, str]], *, demanded: bool) -> list[ConsentText]:
    """What a sign-up agrees to. Raises UnknownConsent; ConsentNeeded where a required text is ``demanded`` and missing."""
    texts = checked(given)
    missing = {text.purpose for text in in_force() if text.required} - {text.purpose for text in texts}
    if demanded and missing:
        raise ConsentNeeded("consents")
    return texts


def record(conn: Conn, account_id: UUID, text: ConsentText) -> None:
    """In the transaction of the sign-up or the click. An older version's consent ends with the newer one's."""
    held = one(
        conn,
        "SELECT text_version FROM consents WHERE (account_id, purpose) = (%s, %s) AND withdrawn_at IS NULL",
        [account_id, text.purpose],
    )
    if held is not None and held["text_version"] == text.version:
        return
    _withdraw(conn, account_id, text.purpose)
    conn.execute(
        "INSERT INTO consents (account_id, consent_id, purpose, text_version) VALUES (%s, %s, %s, %s)",
        [account_id, new_id(), text.purpose, text.version],
    )


def give_consent(db: Database, account_id: UUID, purpose: str, version: str) -> Row:
    """Raises UnknownConsent."""
    (text,) = checked([(purpose, version)])
    with db.transaction() as conn:
        _lock(conn, account_id)
        record(conn, account_id, text)
        return _latest(conn, account_id, purpose)


def withdraw_consent(db: Database, account_id: UUID, purpose: str) -> Row:
    """Raises UnknownConsent (never given), ConsentNeeded."""
    text = current(purpose)
    if text is None:
        raise UnknownConsent("purpose", value=purpose[:60])
    if text.required:
        raise ConsentNeeded("purpose")
    with db.transaction() as conn:
        _lock(conn, account_id)
        _withdraw(conn, account_id, purpose)
        return _latest(conn, account_id, purpose)


def consents(conn: Conn, account_id: UUID) -> list[Row]:
    """Newest first, withdrawn ones among them; a purpose has as many rows as it was changed."""
    return every(
        conn,
        "SELECT purpose, text_version, given_at, withdrawn_at FROM consents WHERE account_id = %s ORDER BY consent_id DESC LIMIT 100",
        [account_id],
    )


def _lock(conn: Conn, account_id: UUID) -> None:
    conn.execute("SELECT 1 FROM accounts WHERE account_id = %s FOR NO KEY UPDATE", [account_id])


def _withdraw(conn: Conn, account_id: UUID, purpose: str) -> None:
    conn.execute(
        "UPDATE consents SET withdrawn_at = bangfu_now() WHERE (account_id, purpose) = (%s, %s) AND withdrawn_at IS NULL",
        [account_id, purpose],
    )


def _latest(conn: Conn, account_id: UUID, purpose: str) -> Row:
    row = one(
        conn,
        "SELECT purpose, text_version, given_at, withdrawn_at FROM consents WHERE (account_id, purpose) = (%s, %s) "
        "ORDER BY consent_id DESC LIMIT 1",
        [account_id, purpose],
    )
    if row is None:
        raise UnknownConsent("purpose", value=purpose[:60])
    return row
