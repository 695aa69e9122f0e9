"""An address given by a stranger leads outside, to the very machine that was looked at, or nowhere."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import GatewaySettings
from services.kit import outbound
from services.kit.outbound import MAX_ANSWER, Policy, Target, Undeliverable, UrlNotAllowed, address_of, is_public, parse
from services.kit.settings import SERVICES, SettingsError, load
from tests.security.tls import contexts
from tests.support.service import PUBLIC_KEYS, SEEDS

HOST = "hooks.partner.example"
PUBLIC = "93.184.215.14"

INNER = (
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.170",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:93.184.215.14",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "100::1",
)


@pytest.mark.parametrize("address", INNER)
def test_no_inner_address_is_public_nor_connected_to(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
        with pytest.raises(Undeliverable, match="not_public"):
            address_of(Target("https", HOST, 443, "/"), lambda _h, _p, found=answer: found)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2400:3200::1"])
def test_public_addresses_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert address_of(Target("https", HOST, 443, "/"), lambda _h, _p: [address]) == address


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_public(address: Any) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast or address.is_reserved:
        assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "1.2.3.256",
        "0",
        "127.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:7f00:1]",
        "[fe80::1%25eth0]",
        "169.254.169.254",
        "metadata.google.internal",
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "printer.local",
        "intranet",
        "a_b..example",
        "-x.example.com",
        "",
    ],
)
def test_an_inner_or_numeric_host_is_refused_when_it_is_entered(host: str) -> None:
    with pytest.raises(UrlNotAllowed):
        parse(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example.com/",
        "HTTP://partner.example.com/",
        "ftp://partner.example.com/",
        "file:///etc/passwd",
        "gopher://partner.example.com/",
        "//partner.example.com/",
        "partner.example.com",
        "https:partner.example.com",
        "https://a:b@partner.example.com/",
        "https://@partner.example.com/",
        "https://partner.example.com:22/",
        "https://partner.example.com:0x1bb/",
        "https://partner.example.com:99999/",
        "https://partner.example.com/#fragment",
        "https://partner.example.com/#",
        "https://partner.example.com/\r\nX-Injected: 1",
        "https://partner.example.com/a b",
        "https://partner.example.com\\@127.0.0.1/",
        "https://partner.example.com/\x00",
        "https://ⓛocalhost/",
        "https://点看.example/",
        "https://partner.example.com/" + "a" * 1000,
    ],
)
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        parse(url)


def test_a_good_address_is_taken_as_it_is() -> None:
    assert parse("https://Hooks.Partner.example:8443/a/b?c=d%20e") == Target("https", HOST, 8443, "/a/b?c=d%20e")
    assert parse("https://hooks.partner.example").host_header == HOST
    assert parse("https://[2606:4700::1111]:8443/").host_header == "[2606:4700::1111]:8443"


def test_the_name_server_that_is_silent_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = threading.Event()
    monkeypatch.setattr(outbound, "RESOLVE_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: silent.wait(10))
    with pytest.raises(Undeliverable, match="name_unknown"):
        address_of(Target("https", HOST, 443, "/"))
    silent.set()


# ------------------------------------------------------------------------------------ on a real connection


@contextmanager
def listening(serve: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """One connection after the other, on a port of its own."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(20)

    def run() -> None:
        while True:
            try:
                sock, _ = server.accept()
                sock.settimeout(20)
                with tls.wrap_socket(sock, server_side=True) if tls else sock as talk:
                    serve(talk)
            except OSError:
                if server.fileno() < 0:
                    return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


def read_request(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data or not data.endswith(b"}"):
        part = sock.recv(65536)
        if not part:
            break
        data += part
    return data


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answering(answer: bytes, seen: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    def serve(sock: socket.socket) -> None:
        got = read_request(sock)
        if seen is not None:
            seen.append(got)
        sock.sendall(answer)

    return serve


def here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_checked_address_is_connected_to_by_name_and_the_name_asked_once(tmp_path: Path) -> None:
    """SNI and certificate by the name, the connection by the address: a name that changes a moment later changes nothing."""
    server_tls, client_tls = contexts(tmp_path, HOST)
    names: list[str | None] = []
    server_tls.sni_callback = lambda _sock, name, _context: names.append(name)
    seen: list[bytes] = []
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with listening(answering(OK, seen), server_tls) as port:
        policy = Policy(frozenset({f"{HOST}:{port}"}))
        url = f"https://{HOST}:{port}/hook?x=1"
        answer = outbound.post(url, b"{}", {"webhook-id": "m"}, policy, resolve=lambda _h, _p: next(answers), tls=client_tls)
    assert (answer.status, answer.body, names) == (200, b"ok", [HOST])
    head = seen[0].decode()
    assert head.startswith("POST /hook?x=1 HTTP/1.1\r\n") and f"Host: {HOST}:{port}\r\n" in head and head.count("Host:") == 1
    assert next(answers) == ["169.254.169.254"], "not asked a second time"


def test_a_name_that_changes_to_an_inner_address_is_refused_at_the_next_notice() -> None:
    answers = iter([[PUBLIC], ["10.0.0.1"]])
    target = parse(f"https://{HOST}/")
    assert address_of(target, lambda _h, _p: next(answers)) == PUBLIC
    with pytest.raises(Undeliverable, match="not_public"):
        outbound.post(f"https://{HOST}/", b"{}", {}, resolve=lambda _h, _p: next(answers))


def test_an_inner_address_is_never_even_knocked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def knock(*_: Any, **__: Any) -> Any:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", knock)
    for address in INNER:
        with pytest.raises(Undeliverable, match="not_public"):
            outbound.post(f"https://{HOST}/", b"{}", {}, resolve=lambda _h, _p, a=address: [a])


def test_a_certificate_for_another_name_or_by_a_stranger_is_refused(tmp_path: Path) -> None:
    server_tls, client_tls = contexts(tmp_path, HOST)
    with listening(answering(OK), server_tls) as port:
        for host, tls in ((f"other.example:{port}", client_tls), (f"{HOST}:{port}", ssl.create_default_context())):
            with pytest.raises(Undeliverable, match="tls"):
                outbound.post(f"https://{host}/", b"{}", {}, Policy(frozenset({host})), resolve=here, tls=tls)


def test_a_redirect_inside_is_an_answer_not_a_way() -> None:
    seen: list[bytes] = []
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n"
    with listening(answering(redirect, seen)) as port:
        answer = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, Policy(frozenset({"127.0.0.1"})), resolve=here)
    assert (answer.status, len(seen)) == (302, 1)


def test_an_endless_answer_is_cut_and_a_compressed_one_left_packed() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + b"x" * (MAX_ANSWER * 4)
    with listening(answering(endless)) as port:
        answer = outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, Policy(frozenset({"127.0.0.1"})), resolve=here)
    assert answer.body == b"x" * MAX_ANSWER


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
def test_a_receiver_that_drips_is_left_at_the_deadline(start: bytes) -> None:
    """Each byte would start a socket's own time-out again."""
    stop = threading.Event()

    def drip(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(start)
        while not stop.wait(0.02):
            sock.sendall(b"x")

    with listening(drip) as port, pytest.raises(Undeliverable, match="timeout"):
        outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, Policy(frozenset({"127.0.0.1"})), timeout=0.3, resolve=here)
    stop.set()


def test_a_handshake_that_never_ends_is_left_at_the_deadline() -> None:
    stop = threading.Event()
    with listening(lambda _sock: bool(stop.wait(10)) and None) as port, pytest.raises(Undeliverable, match="timeout"):
        outbound.post(f"https://127.0.0.1:{port}/", b"{}", {}, Policy(frozenset({"127.0.0.1"})), timeout=0.3, resolve=here)
    stop.set()


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200])
def test_what_is_no_http_is_no_answer(answer: bytes) -> None:
    with listening(answering(answer)) as port, pytest.raises(Undeliverable, match="protocol"):
        outbound.post(f"http://127.0.0.1:{port}/", b"{}", {}, Policy(frozenset({"127.0.0.1"})), resolve=here)


def test_production_refuses_to_start_with_an_inner_host_allowed() -> None:
    environ = {
        "BANGFU_ENV": "production",
        "BANGFU_GATEWAY_DATABASE_URL": "postgresql://x",
        "BANGFU_REDIS_URL": "redis://x",
        "BANGFU_S3_URL": "http://x",
        "BANGFU_GATEWAY_PRIVATE_KEY": SEEDS["gateway"],
        "BANGFU_PUBLIC_KEYS": str(PUBLIC_KEYS).replace("'", '"'),
        "BANGFU_MEDIA_SECRET": "m" * 20,
        "BANGFU_SESSION_SECRET": "s" * 40,
        "BANGFU_WEBHOOK_ALLOW": "10.0.0.1",
        **{f"BANGFU_{s.upper()}_URL": "http://127.0.0.1:9" for s in SERVICES},
    }
    with pytest.raises(SettingsError, match="WEBHOOK_ALLOW"):
        load(GatewaySettings, "gateway", environ)
