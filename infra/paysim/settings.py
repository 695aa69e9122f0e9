"""What the simulator is told at start: command line first, then the environment."""

from __future__ import annotations

import argparse
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

API_VERSION = "2026-10-28.endive"


class SettingsError(Exception):
    """Something needed is missing or refused; the text says which name and what it should be."""


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    state: Path
    secret_key: str
    publishable_key: str
    webhook_secret: str
    webhook_url: str | None
    webhook_events: tuple[str, ...]
    public_url: str | None
    async_ms: int


def publishable_key_of(secret_key: str) -> str:
    """The publishable key that goes with a secret key where none is set; the secret cannot be found from it."""
    return "pk_test_" + hashlib.sha256(secret_key.encode()).hexdigest()[:24]


def load(argv: Sequence[str], env: Mapping[str, str] = os.environ) -> Settings:
    """Raises SettingsError; exits with usage on an unknown argument."""
    parser = argparse.ArgumentParser(prog="python -m infra.paysim", description=__doc__)
    parser.add_argument("--port", type=int, default=int(env.get("BANGFU_PAYSIM_PORT", "0")), help="0: any free port")
    parser.add_argument("--state", default=env.get("BANGFU_PAYSIM_STATE"), help="the SQLite file")
    parser.add_argument("--host", default=env.get("BANGFU_PAYSIM_HOST", "127.0.0.1"), help="loopback unless told")
    options = parser.parse_args(argv)

    if env.get("BANGFU_ENV", "").strip().lower() == "production":
        raise SettingsError("BANGFU_ENV=production: the payment simulator moves no money and refuses to start")
    if not options.state:
        raise SettingsError("--state FILE (or BANGFU_PAYSIM_STATE) is missing: where the simulator keeps its objects")
    key = env.get("BANGFU_STRIPE_KEY", "")
    if not key.startswith("sk_test_") or len(key) < 16:
        raise SettingsError("BANGFU_STRIPE_KEY must be a test key: sk_test_ and at least 8 more characters")
    url = env.get("BANGFU_PAYSIM_WEBHOOK_URL") or None
    secret = env.get("BANGFU_STRIPE_WEBHOOK_SECRET", "")
    if url is not None:
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise SettingsError(f"BANGFU_PAYSIM_WEBHOOK_URL is no http address: {url}")
        if not secret:
            raise SettingsError("BANGFU_STRIPE_WEBHOOK_SECRET is missing: BANGFU_PAYSIM_WEBHOOK_URL needs it to sign")
    events = tuple(e for e in env.get("BANGFU_PAYSIM_WEBHOOK_EVENTS", "*").replace(",", " ").split() if e)
    return Settings(
        host=options.host,
        port=options.port,
        state=Path(options.state),
        secret_key=key,
        publishable_key=env.get("BANGFU_STRIPE_PUBLISHABLE_KEY") or publishable_key_of(key),
        webhook_secret=secret,
        webhook_url=url,
        webhook_events=events or ("*",),
        public_url=(env.get("BANGFU_PAYSIM_PUBLIC_URL") or "").rstrip("/") or None,
        async_ms=int(env.get("BANGFU_PAYSIM_ASYNC_MS", "1000")),
    )
