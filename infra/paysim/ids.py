"""Ids and secrets that look like Stripe's."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

PREFIXES = {
    "payment_intent": "pi_3",
    "payment_method": "pm_1",
    "charge": "ch_3",
    "refund": "re_3",
    "event": "evt_1",
    "customer": "cus_",
    "webhook_endpoint": "we_1",
    "account": "acct_1",
    "transfer": "tr_3",
    "transfer_reversal": "trr_1",
    "dispute": "du_1",
    "balance_transaction": "txn_3",
}


def token(length: int) -> str:
    """Letters and digits from the system's source of chance; 62 signs a place."""
    number = int.from_bytes(secrets.token_bytes(length), "big")
    signs = []
    for _ in range(length):
        number, rest = divmod(number, 62)
        signs.append(_ALPHABET[rest])
    return "".join(signs)


def new(kind: str) -> str:
    return PREFIXES[kind] + token(22)


def request_id() -> str:
    return "req_" + token(14)
