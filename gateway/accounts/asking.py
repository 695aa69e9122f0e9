"""From where somebody asks: what back-off and parallel refreshes go by."""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from uuid import UUID

from gateway.accounts.sealing import keyed_hash
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
        """The address; of IPv6 the /64, which one customer has as a whole."""
        try:
            found = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)

    def fingerprint(self, secret: str) -> bytes:
        """The same browser at the same place, as far as that can be seen."""
        return keyed_hash(secret, "fingerprint", self.agent, self.network)


def _read_device(secret: str, token: str) -> tuple[str, list[str]]:
    try:
        content = signing.read(secret, DEVICE_PURPOSE, token)
    except LinkExpired:
        return "", []
    return content["n"], content["a"]


def known_device(secret: str, asking: Asking, account_id: UUID | None) -> str | None:
    """The device's own number, where this account signed in on it before."""
    nonce, accounts = _read_device(secret, asking.device_token)
    return nonce if account_id is not None and str(account_id) in accounts else None


def remember_device(secret: str, asking: Asking, account_id: UUID) -> str:
    """The device's token from now on. It lets nobody in: it only keeps strangers' failures apart from this device's."""
    nonce, accounts = _read_device(secret, asking.device_token)
    kept = [str(account_id), *(one for one in accounts if one != str(account_id))][:ACCOUNTS_A_DEVICE]
    return signing.sign(secret, DEVICE_PURPOSE, {"n": nonce or secrets.token_hex(16), "a": kept}, DEVICE_SECONDS)
