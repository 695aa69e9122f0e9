"""From where somebody asks: what back-off and parallel refreshes go by."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.accounts.domain import BadLogin, parse_login
from gateway.accounts.sealing import keyed_hash
from gateway.addresses import client_network
from services.kit import signing
from services.kit.errors import LinkExpired

DEVICE_PURPOSE, DEVICE_SECONDS, ACCOUNTS_A_DEVICE = "device", 400 * 86400, 8


@dataclass(frozen=True)
class Asking:
    """``device_token`` is the one given at an earlier sign-in on this device (a cookie, or a header of other clients)."""

    agent: str = ""
    address: str = ""
    device_token: str = ""
    language: str = "zh-CN"

    @property
    def network(self) -> str:
        """What is counted as one place."""
        return client_network(self.address)

    def fingerprint(self, secret: str) -> bytes:
        """The same browser at the same place, as far as that can be seen."""
        return keyed_hash(secret, "fingerprint", self.agent, self.network)


def target_of(secret: str, kind: str, value: str) -> bytes:
    """A login, for counting: whether there is such an account or not."""
    return keyed_hash(secret, "login", kind, value)


def _read_device(secret: str, token: str) -> tuple[str, list[str], list[str]]:
    """(the device's own number, accounts, logins)"""
    try:
        content = signing.read(secret, DEVICE_PURPOSE, token)
    except LinkExpired:
        return "", [], []
    return content["n"], content["a"], content["t"]


def known_device(secret: str, asking: Asking, account_id: UUID | None) -> str | None:
    """The device's own number, where this account signed in on it before."""
    nonce, accounts, _ = _read_device(secret, asking.device_token)
    return nonce if account_id is not None and str(account_id) in accounts else None


def known_login(secret: str, asking: Asking, login: str) -> str:
    """The device's own number, where this login was used on it before; without a look at the database, for the limits of the edge: so
    that whoever shares an address with others does not use up their attempts. Empty otherwise."""
    nonce, _, logins = _read_device(secret, asking.device_token)
    try:
        return nonce if _short(target_of(secret, *parse_login(login))) in logins else ""
    except BadLogin:
        return ""


def remember_device(secret: str, asking: Asking, account_id: UUID, logins: Sequence[bytes] = ()) -> str:
    """The device's token from now on. It lets nobody in: it only keeps strangers' failures apart from this device's."""
    nonce, accounts, targets = _read_device(secret, asking.device_token)
    content = {
        "n": nonce or secrets.token_hex(16),
        "a": list(dict.fromkeys([str(account_id), *accounts]))[:ACCOUNTS_A_DEVICE],
        "t": list(dict.fromkeys([*map(_short, logins), *targets]))[: 2 * ACCOUNTS_A_DEVICE],
    }
    return signing.sign(secret, DEVICE_PURPOSE, content, DEVICE_SECONDS)


def _short(target: bytes) -> str:
    return target[:9].hex()
