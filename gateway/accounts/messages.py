"""Short messages to a phone or a mailbox, behind a port: written with the change, sent by the worker.

A message is a row in the transaction of what it tells; its recipient and text are sealed and erased once it is sent. A row is written also
where nobody is to be told (``void``), so that a request for an unknown account is the same work.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import urllib3

from gateway.accounts.sealing import Sealer
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit import json
from services.kit.db import Conn, one
from services.kit.ids import new_id
from services.kit.jobs import Job, JobKind, JobRefused, enqueue
from services.kit.telemetry import log

SEND_SECONDS = 10
STALE_MINUTES = 5
TEMPLATES = {
    ("code", "zh-CN"): ("帮扶验证码", "【帮扶】验证码 {code}，5 分钟内有效。请勿告诉任何人。"),
    ("code", "en"): ("Your Bangfu code", "[Bangfu] Your code is {code}. It is valid for 5 minutes. Tell it to nobody."),
    ("login_changed", "zh-CN"): ("登录方式已更改", "【帮扶】您账号的手机号或邮箱刚刚被更改。如非本人操作，请立即联系主管单位。"),
    ("login_changed", "en"): (
        "Your sign-in was changed",
        "[Bangfu] The number or address of your account was changed just now. If it was not you, call the bureau at once.",
    ),
    ("password_changed", "zh-CN"): ("密码已更改", "【帮扶】您账号的密码刚刚被更改。如非本人操作，请用验证码重设密码。"),
    ("password_changed", "en"): (
        "Your password was changed",
        "[Bangfu] The password of your account was changed just now. If it was not you, reset it by code.",
    ),
}


class NotSent(Exception):
    """For now; the worker tries again."""


@dataclass(frozen=True)
class Message:
    """``channel`` phone | email; ``recipient`` as stored in identities."""

    message_id: str
    channel: str
    recipient: str
    subject: str
    text: str


class MessagePort(Protocol):
    """``keeps``: the sealed text stays for an hour after sending, for developers to look at."""

    keeps: bool

    def send(self, message: Message) -> None:
        """Raises NotSent. Told again after a crash, with the same ``message_id``."""
        ...


class LogMessages:
    """For development and tests: the text stands in the worker's log (``./bangfu logs gateway-worker``). Refused in production."""

    keeps = True

    def send(self, message: Message) -> None:
        log.info("message", channel=message.channel, recipient=message.recipient, text=message.text)


class HttpMessages:
    """An SMS gateway that takes JSON: POST ``{id, to, text}`` with a bearer token; 2xx is sent, 4xx is never, the rest is not yet."""

    keeps = False

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=3, read=SEND_SECONDS))

    def send(self, message: Message) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", "Idempotency-Key": message.message_id}
        body = json.dumps_bytes({"id": message.message_id, "to": message.recipient, "text": message.text})
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise NotSent(type(error).__name__) from error
        if 400 <= answer.status < 500 and answer.status != 429:
            raise JobRefused(f"the SMS gateway answers {answer.status}")
        if not 200 <= answer.status < 300:
            raise NotSent(f"HTTP {answer.status}")


class SmtpMessages:
    """``smtp://`` with STARTTLS where the server offers it (demanded when there is a password), ``smtps://`` from the first byte."""

    keeps = False

    def __init__(self, url: str, sender: str) -> None:
        self._parts, self._sender = urlsplit(url), sender

    def send(self, message: Message) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, message.recipient, message.subject
        mail["Message-ID"] = f"<{message.message_id}@{self._sender.rpartition('@')[2] or 'bangfu'}>"
        mail.set_content(message.text)
        try:
            with self._connection() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise JobRefused("the mail server refuses the recipient") from error
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__) from error

    def _connection(self) -> smtplib.SMTP:
        host, port, context = self._parts.hostname or "", self._parts.port, ssl.create_default_context()
        if self._parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=SEND_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port or 587, timeout=SEND_SECONDS)
            server.ehlo()
            if server.has_extn("starttls") or self._parts.username:
                server.starttls(context=context)
        if self._parts.username:
            server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        return server


def port_for(settings: SignInSettings, channel: str) -> MessagePort:
    """Raises JobRefused where production has no way to send."""
    if channel == "phone" and settings.sms_url:
        return HttpMessages(settings.sms_url, settings.sms_token)
    if channel == "email" and settings.smtp_url:
        return SmtpMessages(settings.smtp_url, settings.mail_from)
    if settings.env == "production":
        raise JobRefused(f"no way to send to {channel}: set {'BANGFU_SMS_URL' if channel == 'phone' else 'BANGFU_SMTP_URL'}")
    return LogMessages()


# ------------------------------------------------------------------------------------------ writing


def write(conn: Conn, sealer: Sealer, *, channel: str, recipient: str | None, template: str, language: str, **words: str) -> UUID:
    """``recipient`` None: nobody is told, at the same cost."""
    message_id = new_id()
    subject, text = TEMPLATES[template, "en" if language.startswith("en") else "zh-CN"]
    message = Message(str(message_id), channel, recipient or "0" * 11, subject, text.format(**words))
    sealed = sealer.seal(json.dumps_bytes(asdict(message)), f"message:{message_id}")
    conn.execute(
        "INSERT INTO messages (message_id, channel, template, sealed, state) VALUES (%s, %s, %s, %s, %s)",
        [message_id, channel, template, None if recipient is None else sealed, "void" if recipient is None else "waiting"],
    )
    enqueue(conn, "deliver_message", {"message_id": str(message_id)})
    return message_id


def read(conn: Conn, sealer: Sealer, message_id: UUID) -> Message | None:
    """While its text is kept."""
    row = one(conn, "SELECT sealed FROM messages WHERE message_id = %s", [message_id])
    if row is None or row["sealed"] is None:
        return None
    return Message(**json.loads(sealer.open(bytes(row["sealed"]), f"message:{message_id}")))


# ------------------------------------------------------------------------------------------ sending


def deliver(job: Job) -> str:
    settings: SignInSettings = job.context.settings
    message_id = UUID(job.args["message_id"])
    with job.db.reading() as conn:
        row = one(
            conn,
            "SELECT channel, state, created_at < bangfu_now() - %s * interval '1 min' AS stale FROM messages WHERE message_id = %s",
            [STALE_MINUTES, message_id],
        )
        message = read(conn, settings.sealer, message_id)
    if row is None or row["state"] != "waiting" or message is None:
        return row["state"] if row else "gone"
    if row["stale"]:
        _finish(job, message_id, "failed", keeps=False)
        raise JobRefused("too old to be of use")
    try:
        port = port_for(settings, row["channel"])
        port.send(message)
    except JobRefused:
        _finish(job, message_id, "failed", keeps=False)
        raise
    _finish(job, message_id, "sent", keeps=port.keeps)
    return "sent"


def _finish(job: Job, message_id: UUID, state: str, *, keeps: bool) -> None:
    with job.db.transaction() as conn:
        conn.execute(
            "UPDATE messages SET state = %s, sent_at = bangfu_now(), sealed = CASE WHEN %s THEN sealed END WHERE message_id = %s",
            [state, keeps, message_id],
        )


def clean(job: Job) -> dict[str, int]:
    """What sign-in leaves behind: texts after an hour, the rest when no limit counts it any more."""
    with job.db.transaction() as conn:
        conn.execute("UPDATE messages SET sealed = NULL WHERE sealed IS NOT NULL AND created_at < bangfu_now() - interval '1 h'")
        return {
            table: conn.execute(f"DELETE FROM {table} WHERE {column} < bangfu_now() - interval '2 day'").rowcount  # noqa: S608 – constants
            for table, column in (
                ("messages", "created_at"),
                ("one_time_codes", "created_at"),
                ("challenges", "expires_at"),
                ("sign_in_attempts", "last_at"),
            )
        }


JOBS = (
    JobKind("deliver_message", deliver, "a message that is sent is not sent again; a crash in between repeats one, under the same id"),
    JobKind("clean_sign_in", clean, "deletes what is old; nothing is left the second time", every_seconds=1800),
)
