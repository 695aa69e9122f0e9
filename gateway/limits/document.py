"""docs/api/limits.md, from the data that the checks read."""

from __future__ import annotations

from gateway.limits.table import (
    ALLOWANCE,
    DEFAULT_PAGE,
    DESCRIBED,
    FIELD,
    LENGTHS,
    LIMITS,
    LIST_LENGTH,
    MUTATION_FIELD,
    PRICES,
    QUERY_FIELD,
    UNTRUSTED_ALLOWANCE,
)

_HEAD = """# Limits

What one request, and one client, may ask. Every refusal has a stable code in `extensions.code`; `extensions.limit` and
`extensions.found` say by how much. A document is measured before it is parsed, and nothing of a refused request is executed.
This page is generated (`python -m infra.documents`) from the table that the checks read (`gateway/limits/table.py`, `gateway/rates.py`).

## A request

| code | limit | of what |
| --- | --- | --- |
"""

_COST = """
## Cost

An operation costs the sum of its fields' prices; what stands inside a list counts once for each row that may come: `first` or `last`,
the length of a list of ids, else {default} for a connection and {length} for a list without pages. Values of variables count.
Every executed operation says in its answer what it cost and what it might have:

    "extensions": {{"cost": {{"requested": 330, "allowance": 10000}}}}

| who asks | allowance |
| --- | --- |
"""

_RATES = """
## Rates

Counted are operations that reach execution, and documents that have to be parsed for it, by API key, by account, or for visitors and
guests by address (an IPv6 network of 64 bits is one). `X-Forwarded-For` is believed only from proxies in `BANGFU_TRUSTED_PROXIES`.
The windows slide (Redis, one round trip). Public answers that were computed for somebody else within the second are served without
being counted and carry no rate fields. Parsing and validating a document is the dearest thing that a
request can ask for: documents that the gateway has not seen lately have a rate of their own, which nobody meets who sends values as
variables. Every counted answer has

    RateLimit-Policy: "account";q=1200;w=60
    RateLimit: "account";r=1183;t=42

and a refused one is 429 with `Retry-After` (seconds) and the code `RATE_LIMITED`. The rates of an installation are multiplied by
`BANGFU_RATE_SCALE` (1 in production, 100 where people develop and test). No address is exempt, the machine's own neither; a client of
one's own that needs more carries an allowance in `X-Bangfu-Allowance`, made by `python -m gateway allowance`.

| who asks | operations | of them with a document that is new to the gateway |
| --- | --- | --- |
"""

_CREDENTIALS = """
What tries a password, a code or a token is counted besides, by attempt: every one that a request holds, from an address and from an address
for one login. An account's own protection is its lock-out, which others cannot use against it.

| mutation | from an address | from an address for one login |
| --- | --- | --- |
"""

_AWAY = """
While the limiter does not answer, requests are served uncounted, but the mutations of this table are refused as `UNAVAILABLE`.
"""

_TIME = """
## Time

A query has {query:,} ms, a mutation {mutation:,} ms; `X-Bangfu-Timeout-Ms` asks for less. What is left goes to the services with each call
(`X-Bangfu-Deadline-Ms`), which begin nothing past it, and becomes PostgreSQL's statement timeout (in steps of a quarter). Too late is
`DEADLINE_EXCEEDED`: nothing was changed. A mutation with an idempotency key whose answer did not come in time is `OUTCOME_UNKNOWN`:
repeat it.
"""

_SOCKETS = """
## Web sockets

An address has {connections} connections, a connection {subscriptions} subscriptions at once and begins {subscribes} a minute, a message has
{message:,} bytes. Documents have the limits of every other. Too many connections are closed with 4429, too long messages with 1009.
"""


def markdown() -> str:
    from gateway.rates import NEW_DOCUMENTS, RATES, credentials

    rows = [f"| `BODY_TOO_LARGE` | {LIMITS.body_bytes:,} bytes | the HTTP body; 413 |"]
    rows += [f"| `{d.error.code}` | {d.limit} | {d.where} |" for d in DESCRIBED]
    rows.append(f"| `DEADLINE_EXCEEDED` | {LIMITS.query_ms:,} ms, a mutation {LIMITS.mutation_ms:,} ms | see Time |")
    text = _HEAD + "\n".join(rows) + "\n" + _COST.format(default=DEFAULT_PAGE, length=LIST_LENGTH)
    text += "".join(f"| {who.replace('_', ' ')} | {allowed:,} |\n" for who, allowed in ALLOWANCE.items())
    text += f"| a visitor, by a document that is not the web app's, where trusted documents are on | {UNTRUSTED_ALLOWANCE:,} |\n"
    text += "\n| field | price |\n| --- | --- |\n"
    text += f"| any | {FIELD} |\n| a root field of a query | {QUERY_FIELD} |\n| a mutation | {MUTATION_FIELD} |\n"
    text += "".join(f"| `{name}` | {price} |\n" for name, price in PRICES.items())
    text += "\n| list without pages | counts as |\n| --- | --- |\n"
    text += "".join(f"| `{name}` | {length} |\n" for name, length in LENGTHS.items())
    text += _RATES + "".join(f"| {who.replace('_', ' ')} | {rate} | {NEW_DOCUMENTS[who]} |\n" for who, rate in RATES.items())
    text += _CREDENTIALS
    text += "".join(f"| `{name.removeprefix('Mutation.')}` | {a} | {b or '–'} |\n" for name, (a, b) in credentials().items())
    text += _AWAY + _TIME.format(query=LIMITS.query_ms, mutation=LIMITS.mutation_ms)
    return text + _SOCKETS.format(
        connections=LIMITS.connections, subscriptions=LIMITS.subscriptions, subscribes=LIMITS.subscribes, message=LIMITS.message_bytes
    )
