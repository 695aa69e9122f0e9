"""The port of messages: each adapter against a server that speaks its protocol."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gateway.accounts.messages import TEMPLATES, HttpMessages, LogMessages, Message, NotSent, SmtpMessages, port_for
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit.jobs import JobRefused

MESSAGE = Message("0001", "phone", "13800138000", "验证码", "【帮扶】验证码 123456")


class Gateway:
    """An SMS gateway: answers with ``status``, keeps what came."""

    def __init__(self) -> None:
        self.status, self.came = 202, []  # type: tuple[int, list[tuple[dict[str, str], Any]]]
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gateway.came.append((dict(self.headers), body))
                self.send_response(gateway.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Not worth a line."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/send"


@pytest.fixture
def sms() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_the_sms_gateway_gets_the_text_once_under_the_messages_id(sms: Gateway) -> None:
    HttpMessages(sms.url, "token").send(MESSAGE)
    headers, body = sms.came[0]
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer token", "0001")
    assert body == {"id": "0001", "to": "13800138000", "text": "【帮扶】验证码 123456"}


@pytest.mark.parametrize(
    ("status", "error"), [(500, NotSent), (503, NotSent), (429, NotSent), (302, NotSent), (400, JobRefused), (401, JobRefused)]
)
def test_what_can_succeed_later_is_tried_again_and_the_rest_is_not(sms: Gateway, status: int, error: type[Exception]) -> None:
    sms.status = status
    with pytest.raises(error):
        HttpMessages(sms.url, "token").send(MESSAGE)


def test_a_gateway_that_is_away_is_tried_again(sms: Gateway) -> None:
    sms.server.server_close()
    with pytest.raises(NotSent):
        HttpMessages("http://127.0.0.1:1/send", "token").send(MESSAGE)


class MailServer(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as one mail takes."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, refuses: str = "") -> None:
        self.refuses, self.mails = refuses, []  # type: tuple[str, list[str]]
        super().__init__(("127.0.0.1", 0), MailHandler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ", 1)[0].upper()
            if verb == "DATA":
                self._say("354 go on")
                text = ""
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    text += part
                self.server.mails.append(text)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            self._say("550 no such box" if verb == "RCPT" and self.server.refuses else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _mail(server: MailServer, **changes: Any) -> None:
    message = Message(**{**MESSAGE.__dict__, "channel": "email", "recipient": "ann@example.test", **changes})
    SmtpMessages(f"smtp://127.0.0.1:{server.server_address[1]}", "bangfu@example.test").send(message)


def test_a_mail_carries_sender_subject_and_text() -> None:
    with MailServer() as server:
        _mail(server)
        (mail,) = server.mails
        server.shutdown()
    assert "From: bangfu@example.test" in mail and "To: ann@example.test" in mail
    assert "Message-ID: <0001@example.test>" in mail


def test_a_recipient_that_the_server_refuses_is_not_tried_again() -> None:
    with MailServer(refuses="all") as server:
        with pytest.raises(JobRefused):
            _mail(server)
        server.shutdown()
    with pytest.raises(NotSent):
        SmtpMessages("smtp://127.0.0.1:1", "bangfu@example.test").send(MESSAGE)


def test_the_channel_chooses_the_adapter_and_production_has_no_log() -> None:
    base: dict[str, Any] = dict.fromkeys(("database_url", "redis_url", "s3_url", "private_key"), "x")
    base |= {"public_keys": {}, "media_secret": "m" * 20, "service_urls": {}, "session_secret": "s" * 40, "sealing_keys": "A" * 43}
    both = SignInSettings(**base, sms_url="http://sms.example", smtp_url="smtp://mail.example", mail_from="a@b.example")
    assert isinstance(port_for(both, "phone"), HttpMessages)
    assert isinstance(port_for(both, "email"), SmtpMessages)
    assert isinstance(port_for(SignInSettings(**base), "phone"), LogMessages)
    for channel in ("phone", "email"):
        with pytest.raises(JobRefused, match="BANGFU_S"):
            port_for(SignInSettings(**base, env="production"), channel)


def test_every_text_is_there_in_both_languages() -> None:
    assert {name for name, _ in TEMPLATES} == {"code", "login_changed", "password_changed"}
    assert {language for _, language in TEMPLATES} == {"zh-CN", "en"}
    assert len(TEMPLATES) == 6
