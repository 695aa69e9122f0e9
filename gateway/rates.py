"""How often: by account, API key or address, in Redis, by the sliding windows of the `limits` library, in one round trip.

Counted is what reaches execution (and a document that must be parsed for it), by operation and not by HTTP request; answers kept from
somebody else's question cost nothing and ask nothing of Redis. While Redis is away requests are answered, but what tries
credentials is not: a limiter that an attacker can break must not open the door that it guards.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import redis
from graphql import GraphQLSchema
from limits import RateLimitItem, parse_many
from limits.storage import RedisStorage
from prometheus_client import Counter
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from gateway.accounts.asking import known_login
from gateway.addresses import client_network
from gateway.limits.errors import RateLimited
from gateway.limits.table import kind_of
from services.kit import signing
from services.kit.errors import LinkExpired, Unavailable
from services.kit.telemetry import log

RATES: Mapping[str, str] = {
    "anonymous": "600/minute",
    "account": "1200/minute",
    "officer": "1800/minute",
    "api_key": "3000/minute",
    # A visitor's documents that are not the web app's own, where trusted documents are on.
    "untrusted": "60/minute",
}
# Besides: documents that must be parsed and validated for who sends them, the dearest thing that a request can ask for. Who sends
# documents seen before, and values as variables, meets this never.
NEW_DOCUMENTS: Mapping[str, str] = {
    "anonymous": "60/minute",
    "account": "120/minute",
    "officer": "240/minute",
    "api_key": "600/minute",
    "untrusted": "30/minute",
}
# What tries a password, a code or a token, or costs as much: by address, and by address and login together (an account's own
# protection is `gateway.accounts.lockout`, which others cannot use against it).
CREDENTIALS: Mapping[str, tuple[str, str]] = {
    "Mutation.signIn": ("30/minute; 300/hour", "10/minute; 40/hour"),
    "Mutation.signUp": ("20/minute; 120/hour", "5/minute"),
    "Mutation.refreshSession": ("120/minute", ""),
    "Mutation.requestCode": ("20/minute; 120/hour", "3/minute; 10/hour"),
}
# Any other mutation that a stranger may send; a guest's token tries nothing.
STRANGERS = ("30/minute; 300/hour", "10/minute; 40/hour")
HARMLESS = frozenset({"Mutation.startGuest"})
ALLOWANCE_HEADER, ALLOWANCE_PURPOSE = "X-Bangfu-Allowance", "allowance"
DOCUMENTS = "documents"
AWAY_SECONDS = 1.0
REMEMBERED = 10_000
# The library's two scripts for each window, in one call: a pipeline of them costs a client four times as much.
_SCRIPT = f"""
local keys, given, answer = KEYS, ARGV, {{}}
for i = 1, #keys, 2 do
  local KEYS, ARGV = {{keys[i], keys[i + 1]}}, {{given[i], given[i + 1], 1}}
  local function acquire() {RedisStorage.SCRIPT_ACQUIRE_SLIDING_WINDOW.decode()} end
  local function state() ARGV = {{given[i + 1]}} {RedisStorage.SCRIPT_SLIDING_WINDOW.decode()} end
  answer[i] = acquire() and 1 or 0
  answer[i + 1] = state()
end
return answer
"""
_SHA = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
LIMITED = Counter("bangfu_limited_total", "Refused for their pace", ["rate"])
AWAY = Counter("bangfu_limiter_away_total", "Requests that could not be counted")


@dataclass(frozen=True)
class Verdict:
    """Of one window. ``seconds``: until it is whole again, or, refused, until the next try may succeed."""

    allowed: bool
    name: str
    limit: int
    window: int
    remaining: int
    seconds: int


@dataclass(frozen=True)
class Outcome:
    """Of all windows that a request counts in, the tightest first."""

    verdicts: tuple[Verdict, ...]

    @property
    def worst(self) -> Verdict:
        return self.verdicts[0]

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-10; `Retry-After` where it was too much."""
        fields = {
            "RateLimit-Policy": ", ".join(f'"{v.name}";q={v.limit};w={v.window}' for v in self.verdicts),
            "RateLimit": ", ".join(f'"{v.name}";r={v.remaining};t={v.seconds}' for v in self.verdicts),
        }
        return fields if self.worst.allowed else {**fields, "Retry-After": str(self.worst.seconds)}


@dataclass(frozen=True)
class Counted:
    """A window and who is counted in it. ``times``: an allowance of its own multiplies it."""

    name: str
    item: RateLimitItem
    who: str
    times: float = 1.0

    @property
    def limit(self) -> int:
        return max(1, int(self.item.amount * self.times))


@cache
def _items(rates: str) -> tuple[RateLimitItem, ...]:
    return tuple(parse_many(rates))


class Limiter:
    def __init__(self, redis_url: str, secret: str, scale: float = 1.0) -> None:
        """``scale`` multiplies every rate: above 1 where people develop and test."""
        options: dict[str, Any] = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "retry": Retry(NoBackoff(), 1)}
        self._storage = RedisStorage(redis_url, key_prefix="gateway:limits", **options)
        self._redis: Any = self._storage.storage
        self._secret, self.scale, self._away_until = secret, scale, 0.0
        self._refused: dict[tuple[str, str], tuple[float, Outcome]] = {}

    def count(self, windows: list[Counted], *, insist: bool = False) -> Outcome | None:
        """One more in each; None while the limiter is away, which is believed for a second unless one must know."""
        if time.monotonic() < self._away_until and not insist:
            AWAY.inc()
            return None
        try:
            rows = self._ask(windows)
        except redis.RedisError as error:
            AWAY.inc()
            self._away_until = time.monotonic() + AWAY_SECONDS
            log.warning("limiter_away", error=type(error).__name__)
            return None
        verdicts = [_verdict(window, bool(rows[2 * i]), rows[2 * i + 1]) for i, window in enumerate(windows)]
        verdicts.sort(key=lambda v: (v.allowed, v.remaining / v.limit if v.allowed else -v.seconds))
        if not verdicts[0].allowed:
            LIMITED.labels(verdicts[0].name).inc()
        return Outcome(tuple(verdicts))

    def _ask(self, windows: list[Counted]) -> list[Any]:
        """For each window whether there was room, and its counters."""
        keys, arguments = [], []
        for window in windows:
            key = window.item.key_for(window.who)
            keys += [self._storage.prefixed_key(f"{{{key}}}/-1"), self._storage.prefixed_key(f"{{{key}}}")]
            arguments += [window.limit, window.item.get_expiry()]
        try:
            rows: list[Any] = self._redis.execute_command("EVALSHA", _SHA, len(keys), *keys, *arguments)
        except NoScriptError:
            rows = self._redis.execute_command("EVAL", _SCRIPT, len(keys), *keys, *arguments)
        return rows

    def request(
        self, principal: Any, address: str, *, api_key: object = None, trusted: bool = True, new_document: bool = False, allowance: str = ""
    ) -> dict[str, str]:
        """One operation more. Header fields for the answer. Raises RateLimited, with the same in its ``headers``."""
        kind = kind_of(principal, by_api_key=api_key is not None)
        name = kind if trusted or kind != "anonymous" else "untrusted"
        times, own = self.allowance(allowance)
        who, scale = own or client_of(principal, address, api_key), self.scale * times
        windows = [Counted(name, item, who, scale) for item in _items(RATES[name])]
        if new_document:
            windows += [Counted(DOCUMENTS, item, f"{DOCUMENTS}:{who}", scale) for item in _items(NEW_DOCUMENTS[name])]
        for window in windows:
            self._still_refused(window.name, who)
        outcome = self.count(windows)
        if outcome is None:
            return {}
        if not outcome.worst.allowed:
            if len(self._refused) > REMEMBERED:
                self._refused.clear()
            self._refused[outcome.worst.name, who] = time.monotonic() + outcome.worst.seconds, outcome
            raise refused(outcome)
        return outcome.headers()

    def _still_refused(self, name: str, who: str) -> None:
        """Who was told to wait and does not is told again without asking Redis. Raises RateLimited."""
        found = self._refused.get((name, who))
        if found is not None:
            left = found[0] - time.monotonic()
            if left > 0:
                LIMITED.labels(name).inc()
                told = found[1].verdicts
                raise refused(Outcome((replace(told[0], seconds=math.ceil(left)), *told[1:])))
            self._refused.pop((name, who), None)

    def credential(self, operation: str, rates: tuple[str, str], address: str, login: str, allowance: str = "", device: str = "") -> None:
        """One attempt more. ``device``: one where this login was used before is counted for itself, whoever shares its address.

        Raises RateLimited; Unavailable while the limiter is away.
        """
        by_address, by_login = rates
        times, own = self.allowance(allowance)
        scale, who = self.scale * times, own or device or client_network(address)
        name = operation.removeprefix("Mutation.")
        windows = [Counted(name, item, f"{operation}:{who}", scale) for item in _items(by_address)]
        if by_login and login:
            hashed = hmac.new(self._secret.encode(), login.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]
            windows += [Counted(f"{name}-login", item, f"{operation}:{who}:{hashed}", scale) for item in _items(by_login)]
        outcome = self.count(windows, insist=True)
        if outcome is None:
            raise Unavailable()
        if not outcome.worst.allowed:
            raise refused(outcome)

    def allowance(self, token: str) -> tuple[float, str]:
        """(times, who is counted) of an allowance that we signed; (1, nobody) without one."""
        if not token:
            return 1.0, ""
        try:
            content = signing.read(self._secret, ALLOWANCE_PURPOSE, token)
        except (LinkExpired, ValueError, KeyError):
            return 1.0, ""
        return float(content["times"]), f"allowance:{content['name']}"


def sign_allowance(secret: str, name: str, times: float, seconds: int) -> str:
    """For a client of ours that asks more than others may: counted by its own name."""
    return signing.sign(secret, ALLOWANCE_PURPOSE, {"name": name, "times": times}, seconds)


def client_of(principal: Any, address: str, api_key: object = None) -> str:
    """Who is counted: the key, the account, or where the visitor comes from (a guest's token costs nothing to get)."""
    if api_key is not None:
        return f"key:{api_key}"
    if principal.subject == "anonymous" or principal.is_guest:
        return f"address:{client_network(address)}"
    return f"account:{principal.subject}"


def refused(outcome: Outcome) -> RateLimited:
    error = RateLimited(limit=outcome.worst.limit, seconds=outcome.worst.seconds)
    error.headers = outcome.headers()
    return error


def _verdict(window: Counted, allowed: bool, row: list[Any]) -> Verdict:
    """``row``: count of the window before and how long it still matters, count of this one and its life (up to two windows), in ms."""
    before, before_left, now, now_left = (max(0, int(value or 0)) for value in row)
    expiry, limit = window.item.get_expiry() * 1000, window.limit
    remaining = max(0, limit - int(before * before_left / expiry) - now)
    until_shift = max(0, now_left - expiry) if now else before_left
    wait: float = until_shift
    if not allowed:
        room = limit - 1 - now
        wait = before_left - room * expiry / before if before and room >= 0 else until_shift + expiry / limit
    name = window.name if expiry == 60_000 else f"{window.name}-{window.item.GRANULARITY.name}"
    return Verdict(allowed, name, limit, expiry // 1000, remaining if allowed else 0, max(1, math.ceil(wait / 1000)))


def credentials() -> dict[str, tuple[str, str]]:
    """mutation → its rates: those of the table, and every other that anyone may send."""
    from gateway.permissions import table

    open_to_all = [name for name, rule in table().items() if name.startswith("Mutation.") and rule.who == "anyone"]
    return {name: CREDENTIALS.get(name, STRANGERS) for name in (*CREDENTIALS, *sorted(open_to_all)) if name not in HARMLESS}


def guard(schema: GraphQLSchema) -> None:
    """Counts every execution of a credential operation, however many a request holds. Raises RuntimeError for one that is not there."""
    for name, rates in credentials().items():
        kind, _, field_name = name.partition(".")
        field = getattr(schema.type_map.get(kind), "fields", {}).get(field_name)
        if field is None or field.resolve is None:
            raise RuntimeError(f"a rate for {name}, which is not there")
        field.resolve = _counted(name, rates, field.resolve)


def _counted(name: str, rates: tuple[str, str], resolve: Callable[..., Any]) -> Callable[..., Any]:
    from gateway.http.identity import asking

    def counted(root: Any, info: Any, **arguments: Any) -> Any:
        context, given = info.context, arguments.get("input") or {}
        login = given.get("login") if isinstance(given.get("login"), str) else ""
        device = known_login(context.edge.settings.session_secret, asking(), login) if login else ""
        try:
            context.edge.limiter.credential(name, rates, context.address, login, context.allowance_token, device)
        except RateLimited as error:
            context.too_fast = error
            raise
        return resolve(root, info, **arguments)

    return counted
