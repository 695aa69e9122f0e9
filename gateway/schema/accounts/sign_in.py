"""What every way to sign in answers: tokens (a browser gets them as HttpOnly cookies too), or the challenge of the second factor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gateway.accounts.sessions import Tokens
from gateway.accounts.usecases import SecondStep
from gateway.http import identity
from gateway.schema.fields import to_global_id
from gateway.schema.intentions import Instead


def given(context: Any, tokens: Tokens) -> dict[str, Any]:
    context.set_cookies |= identity.cookies_of(tokens)
    return {
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "account_id": to_global_id("Account", tokens.account_id),
        "device_token": tokens.device,
    }


def opened(context: Any, done: Tokens | SecondStep) -> dict[str, Any] | Instead:
    return Instead(asdict(done)) if isinstance(done, SecondStep) else given(context, done)
