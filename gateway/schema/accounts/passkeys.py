"""Passkeys: added and removed by who is signed in, used by whoever holds them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import graphene

from gateway.accounts import passkeys
from gateway.http import identity
from gateway.permissions import ACCOUNT_AT_ONCE, ANYONE
from gateway.schema.accounts.factors import me
from gateway.schema.accounts.sign_in import given
from gateway.schema.accounts.types import Passkey, TokenPair
from gateway.schema.inputs import ref, text
from gateway.schema.intentions import intention


class PasskeyCeremony(graphene.ObjectType):
    """What the browser is asked to sign; valid for five minutes and one answer."""

    challenge = graphene.String(required=True, description="Goes back with the answer")
    options = graphene.String(required=True, description="JSON for `PublicKeyCredential.parse…OptionsFromJSON`")


def start_passkey(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return asdict(passkeys.start_passkey(context.edge.db, context.edge.settings, *me(context)))


def add_passkey(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return passkeys.add_passkey(edge.db, edge.settings, context.principal, me(context)[1], **body)


def remove_passkey(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    passkeys.remove_passkey(edge.db, edge.settings, context.principal, me(context)[1], UUID(body["passkey_id"]))
    return True


def start_passkey_sign_in(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return asdict(passkeys.start_passkey_sign_in(context.edge.db, context.edge.settings))


def sign_in_by_passkey(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    edge = context.edge
    return given(context, passkeys.sign_in_by_passkey(edge.db, edge.settings, **body, asking=identity.asking()))


_CHALLENGE, _RESPONSE = text("Of the ceremony"), text("The browser's `PublicKeyCredential.toJSON()` as JSON text")
_NOTHING = {"reason": text("Not kept", required=False)}

PERMISSIONS = {
    "Mutation.startPasskey": ACCOUNT_AT_ONCE,
    "Mutation.addPasskey": ACCOUNT_AT_ONCE,
    "Mutation.removePasskey": ACCOUNT_AT_ONCE,
    "Mutation.startPasskeySignIn": ANYONE,
    "Mutation.signInByPasskey": ANYONE,
}
QUERIES: dict[str, Any] = {}
MUTATIONS = {
    "start_passkey": intention(
        "startPasskey", "Begin to add a passkey; needs a fresh session", _NOTHING, ("ceremony", PasskeyCeremony), start_passkey
    ),
    "add_passkey": intention(
        "addPasskey",
        "The authenticator's answer: it signs in from now on, and counts as a second factor. At most 10 an account",
        {"challenge": _CHALLENGE, "response": _RESPONSE, "title": text("What its owner calls it, 1 to 60 characters")},
        ("passkey", Passkey),
        add_passkey,
    ),
    "remove_passkey": intention(
        "removePasskey",
        "Take a passkey away; the last way in stays",
        {"id": ref("Passkey", key="passkey_id")},
        ("done", graphene.Boolean),
        remove_passkey,
    ),
    "start_passkey_sign_in": intention(
        "startPasskeySignIn", "Begin to sign in by passkey", _NOTHING, ("ceremony", PasskeyCeremony), start_passkey_sign_in
    ),
    "sign_in_by_passkey": intention(
        "signInByPasskey",
        "Sign in by the authenticator's answer; no other factor is asked for",
        {"challenge": _CHALLENGE, "response": _RESPONSE},
        ("tokens", TokenPair),
        sign_in_by_passkey,
    ),
}
