"""HTTP to addresses that strangers gave us: only to public ones, resolved once, connected to at that very address.

A name is resolved here and nowhere else, so it cannot point elsewhere a moment later (gotempsh/temps#332, deskhq/the-desk#555,
novuhq/novu#10912); redirects are never followed; https only; the whole exchange has one deadline and the answer one size.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotResolved
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.kit.errors import DomainError, Kind

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]

MAX_URL = 1000
MAX_ANSWER = 16 * 1024
TIMEOUT_SECONDS = 10.0
RESOLVE_SECONDS = 4.0

# `ipaddress.is_global` differs between Python versions, and holds nothing against tunnels to private addresses. So: this list for
# IPv4, and of IPv6 only what is given out as unicast today, less documentation, 6to4 and Teredo. Mapped IPv4 lies outside of it.
_REFUSED_4 = tuple(ipaddress.IPv4Network(n) for n in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"))
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_6 = tuple(ipaddress.IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# What a C library would still read as an address: 2130706433, 0x7f000001, 127.1, 0177.0.0.1.
_NUMBER_LIKE = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


class UrlNotAllowed(DomainError):
    code, kind = "URL_NOT_ALLOWED", Kind.INVALID
    zh, en = "不能使用该网址：{reason}", "This address cannot be used: {reason}"


class Undeliverable(Exception):
    """No answer, for one of the reasons: name_unknown, not_public, connect, tls, timeout, protocol."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Policy:
    """``allowed``: hosts (``host`` or ``host:port``) that may be called by plain http and stand on this network. For tests and
    development only; production refuses to start with any."""

    allowed: frozenset[str] = frozenset()

    def allows(self, host: str, port: int) -> bool:
        return host in self.allowed or f"{host}:{port}" in self.allowed


@dataclass(frozen=True)
class Target:
    """``host`` in ASCII, without brackets; ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str
    is_allowed: bool = False

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.scheme == "https" else 80) else f"{name}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """``body``: at most MAX_ANSWER bytes of it, never decompressed."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def parse(url: str, policy: Policy = Policy(), *, name: str = "url") -> Target:
    """What can be judged without asking a name server. Raises UrlNotAllowed with field ``name``."""

    def refuse(reason: str) -> UrlNotAllowed:
        return UrlNotAllowed(name, reason=reason)

    if not 1 <= len(url) <= MAX_URL:
        raise refuse(f"1–{MAX_URL}")
    if not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise refuse("ASCII")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise refuse("URL") from None
    port = port or (443 if parts.scheme == "https" else 80)
    is_allowed = policy.allows(host, port)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_allowed):
        raise refuse("https")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise refuse("user@")
    if parts.fragment or "#" in url:
        raise refuse("#")
    if not is_allowed:
        _check_host(host, refuse)
        if port != 443 and port < 1024:
            raise refuse(f"port {port}")
    return Target(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), is_allowed)


def _check_host(host: str, refuse: Callable[[str], UrlNotAllowed]) -> None:
    literal = _literal(host)
    if literal is not None:
        if not is_public(literal):
            raise refuse("not public")
        return
    labels = host.split(".")
    if _NUMBER_LIKE.fullmatch(host) or len(labels) < 2 or len(host) > 253 or not all(_LABEL.fullmatch(part) for part in labels):
        raise refuse("host")
    if labels[-1].lower() in ("localhost", "local", "internal", "localdomain", "home", "lan", "onion"):
        raise refuse("not public")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    return address.scope_id is None and address in _UNICAST_6 and not any(address in network for network in _REFUSED_6)


_names = ThreadPoolExecutor(max_workers=4, thread_name_prefix="names")


def ask_name_server(host: str, port: int) -> list[str]:
    """Raises OSError, also when it takes longer than RESOLVE_SECONDS."""
    asked = _names.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        return [str(found[4][0]) for found in asked.result(RESOLVE_SECONDS)]
    except NotResolved as error:
        raise OSError("the name server does not answer") from error


def address_of(target: Target, resolve: Resolve = ask_name_server) -> str:
    """The one address to connect to. A name with one private address among public ones is refused. Raises Undeliverable."""
    try:
        found = list(dict.fromkeys(resolve(target.host, target.port)))
    except (OSError, UnicodeError) as error:
        raise Undeliverable("name_unknown") from error
    if not found:
        raise Undeliverable("name_unknown")
    if not target.is_allowed and not _all_public(found):
        raise Undeliverable("not_public")
    return found[0]


def _all_public(texts: Iterable[str]) -> bool:
    found = [_literal(text) for text in texts]
    return all(address is not None and is_public(address) for address in found)


class _Deadline:
    """Ends the exchange whatever the other side does: a socket's own time-out starts again with every byte."""

    def __init__(self, seconds: float) -> None:
        self._until, self.passed = time.monotonic() + seconds, False

    def left(self) -> float:
        return max(0.001, self._until - time.monotonic())

    def watch(self, sock: socket.socket) -> threading.Timer:
        def end() -> None:
            self.passed = True
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

        timer = threading.Timer(self.left(), end)
        timer.daemon = True
        timer.start()
        return timer


def post(url: str, body: bytes, headers: Mapping[str, str], policy: Policy = Policy(), *, timeout: float = TIMEOUT_SECONDS,
         resolve: Resolve = ask_name_server, tls: ssl.SSLContext | None = None) -> Answer:
    """POST once. A redirect is an answer like any other. Raises UrlNotAllowed, Undeliverable."""
    target = parse(url, policy)
    deadline = _Deadline(timeout)
    address = address_of(target, resolve)
    try:
        raw = socket.create_connection((address, target.port), timeout=deadline.left())
    except OSError as error:
        raise Undeliverable("timeout" if isinstance(error, TimeoutError) else "connect") from error
    sock: socket.socket = raw
    if target.scheme == "https":
        sock = (tls or ssl.create_default_context()).wrap_socket(raw, server_hostname=target.host, do_handshake_on_connect=False)
    timer = deadline.watch(sock)
    try:
        answer = _exchange(target, sock, body, headers)
        if deadline.passed:
            raise Undeliverable("timeout")
        return answer
    except ssl.SSLError as error:
        raise Undeliverable("timeout" if deadline.passed else "tls") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Undeliverable("timeout" if deadline.passed or isinstance(error, TimeoutError) else "protocol") from error
    finally:
        timer.cancel()
        sock.close()


def _exchange(target: Target, sock: socket.socket, body: bytes, headers: Mapping[str, str]) -> Answer:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.auto_open = 0
    connection.sock = sock
    connection.request("POST", target.path, body, {"Host": target.host_header, "Connection": "close", **headers})
    answer = connection.getresponse()
    return Answer(answer.status, answer.read(MAX_ANSWER), {name.lower(): value for name, value in answer.getheaders()})
