"""Whose address a request comes from. A header that anyone can send counts only when a proxy of ours sent it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(text: str) -> Networks:
    """`10.0.0.0/8, 192.0.2.7`. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def client_address(peer: str, forwarded: str, trusted: Networks) -> str:
    """The last hop that no proxy of ours is: `X-Forwarded-For` is read from its end, as far as trusted proxies wrote it."""
    address, hops = peer, [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while hops and _is_within(address, trusted):
        parsed = _parsed(hops.pop())
        if parsed is None:
            break
        address = str(parsed)
    return address


def client_network(address: str) -> str:
    """What is counted as one: a network of 64 bits is one customer's in IPv6."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed) >> 64 << 64, 64))) if parsed.ipv4_mapped is None else str(parsed.ipv4_mapped)
    return str(parsed) if parsed is not None else "unknown"


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None


def _is_within(address: str, trusted: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in trusted if network.version == parsed.version)


class BehindProxies:
    """WSGI: `REMOTE_ADDR` becomes the client's, for everything that asks where a request comes from."""

    def __init__(self, app: Callable[..., Iterable[bytes]], trusted: Networks) -> None:
        self._app, self._trusted = app, trusted

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            environ["REMOTE_ADDR"] = client_address(environ.get("REMOTE_ADDR", ""), forwarded, self._trusted)
        return self._app(environ, start_response)
