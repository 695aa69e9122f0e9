"""The limits as data: read by the checks, by docs/api/limits.md and by the tests, which try each on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.limits import errors
from gateway.limits.errors import LimitPassed
from services.kit.principal import Principal, Role


@dataclass(frozen=True)
class Limits:
    body_bytes: int = 512 * 1024
    characters: int = 100_000
    tokens: int = 2000
    depth: int = 15
    aliases: int = 30
    directives: int = 50
    root_fields: int = 20
    mutations: int = 1
    repeats: int = 20
    spreads: int = 50
    page: int = 100
    # Milliseconds; a client may ask for less by `X-Bangfu-Timeout-Ms`.
    query_ms: int = 15_000
    mutation_ms: int = 20_000
    # A gateway process works on this many requests of one client at once: fewer than it has threads, so that one is always free.
    concurrent: int = 5
    # Web socket.
    subscriptions: int = 20
    subscribes: int = 240  # a minute, on one connection
    connections: int = 200
    message_bytes: int = 64 * 1024


LIMITS = Limits()
# Above any selection that the depth allows: inline fragments nest without adding a level.
NESTING = 3 * LIMITS.depth

ALLOWANCE = {"anonymous": 10_000, "account": 20_000, "officer": 30_000, "api_key": 50_000}
HIGHEST = max(ALLOWANCE.values())
# A visitor's document that is not the web app's own, where trusted documents are on.
UNTRUSTED_ALLOWANCE = 2_000
OFFICES = (Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER, Role.BUREAU, Role.OPERATOR)


def kind_of(principal: Principal, *, by_api_key: bool = False) -> str:
    """anonymous, account, officer or api_key: whose allowance and rates count. A guest is anonymous: his token costs nothing."""
    if by_api_key:
        return "api_key"
    if principal.subject == "anonymous" or principal.is_guest:
        return "anonymous"
    return "officer" if any(principal.has(role) for role in OFFICES) else "account"


def allowance_of(principal: Principal, *, by_api_key: bool = False, trusted: bool = True) -> int:
    allowed = ALLOWANCE[kind_of(principal, by_api_key=by_api_key)]
    return allowed if trusted else min(allowed, UNTRUSTED_ALLOWANCE)


# ------------------------------------------------------------------------------------------------ cost

FIELD = 1
QUERY_FIELD = 10  # a call to a service
MUTATION_FIELD = 20
DEFAULT_PAGE = 20
LIST_LENGTH = 10  # assumed of a list without pages

PRICES = {
    # Loaded in one call for all of a page, beside the row itself.
    "Product.merchant": 3,
    "Product.offer": 3,
    "Contract.merchant": 3,
    "ContractLine.product": 3,
    # Asked of an index, or summed over months of sales.
    "Query.search": 40,
    "Query.figures": 100,
    "Query.figureRows": 50,
    "Query.sums": 50,
    "Query.saleLines": 30,
    "Query.reconciliation": 100,
    "Query.certifiedProof": 100,
    # argon2id: tens of milliseconds of a core.
    "Mutation.signIn": 100,
    "Mutation.signUp": 100,
    "Mutation.resetPassword": 100,
    "Mutation.changePassword": 100,
    "Mutation.proveIdentity": 100,
    # The whole schema.
    "Query.__schema": 2_000,
    "Query.__type": 100,
}
LENGTHS = {
    "Query.counties": 20,
    "Query.categories": 50,
    "Figures.items": 30,
    "ImportKindInfo.columns": 20,
}


# --------------------------------------------------------------------------------------------- documents


@dataclass(frozen=True)
class Described:
    """A row of docs/api/limits.md. ``where``: what is measured, and when."""

    error: type[LimitPassed]
    limit: str
    where: str


DESCRIBED: tuple[Described, ...] = (
    Described(errors.DocumentTooLarge, f"{LIMITS.characters:,} characters", "the text of `query`"),
    Described(errors.TooManyTokens, f"{LIMITS.tokens:,} tokens", "the text of `query`; commas, white space and comments do not count"),
    Described(errors.QueryTooDeep, f"{LIMITS.depth} levels", "selections within selections, fragments spread"),
    Described(errors.TooManyAliases, f"{LIMITS.aliases}", "an operation, fragments spread"),
    Described(errors.TooManyDirectives, f"{LIMITS.directives}", "an operation, fragments spread"),
    Described(errors.TooManyRootFields, f"{LIMITS.root_fields}", "an operation"),
    Described(errors.OneMutation, f"{LIMITS.mutations}", "a request"),
    Described(errors.TooManyRepeats, f"{LIMITS.repeats}", "fields whose name is in the same selection already, of a document"),
    Described(errors.TooManyFragments, f"{LIMITS.spreads}", "spreads of named fragments, of a document"),
    Described(errors.FragmentCycle, "none", "fragments that spread themselves"),
    Described(errors.PageTooLarge, f"1 to {LIMITS.page} rows", "`first` and lists of ids, as values or as variables"),
    Described(errors.QueryTooCostly, "by who asks, see below", "an operation with its variables"),
    Described(errors.TooManyConcurrent, f"{LIMITS.concurrent}", "requests of a client that a gateway process works on at once; 429"),
    Described(errors.RateLimited, "by who asks, see below", "429 with `Retry-After`"),
    Described(errors.TooManySubscriptions, f"{LIMITS.subscriptions}", "a web socket connection"),
    Described(errors.TooManyConnections, f"{LIMITS.connections}", "web socket connections of an address; closed with 4429"),
    Described(errors.MessageTooLarge, f"{LIMITS.message_bytes:,} bytes", "a web socket message; closed with 1009"),
)
