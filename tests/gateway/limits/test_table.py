"""For each limit one request that meets it and one that does not. The table is printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from gateway.limits import ALLOWANCE, LIMITS, errors
from gateway.limits.errors import LimitPassed
from gateway.limits.table import DESCRIBED, UNTRUSTED_ALLOWANCE, allowance_of
from services.kit.principal import ANONYMOUS, Grant, Principal, Role
from tests.gateway.limits.conftest import Catalog, Edge

ROWS = "{ products(first: 1) { nodes { %s } } }"


def levels(count: int) -> str:
    return '{ __type(name: "Int") { ' + "ofType { " * (count - 2) + "name" + " }" * count


def pages(count: int) -> str:
    return "{ " + " ".join(f"p{i}: products(first: 100) {{ nodes {{ id name unit pack }} }}" for i in range(count)) + " }"


def spreads(count: int) -> str:
    return ROWS % ("...F " * count) + " fragment F on Product { id }"


def aliases(count: int) -> str:
    return ROWS % " ".join(f"a{i}: id" for i in range(count))


def directives(count: int) -> str:
    return ROWS % ("... @include(if: true) { id } " * count)


def roots(count: int) -> str:
    return "{ " + " ".join(f"a{i}: __typename" for i in range(count)) + " }"


def mutations(count: int) -> str:
    return "mutation { " + " ".join(f"g{i}: startGuest(input: {{}}) {{ guestToken }}" for i in range(count)) + " }"


def characters(count: int) -> str:
    return "{ __typename } #".ljust(count, "x")


def tokens(count: int) -> str:
    """One that is valid with few, one that need not be with many."""
    return directives(LIMITS.directives) if count <= LIMITS.tokens else "{ " + " ".join(f"x{i}" for i in range(count - 2)) + " }"


DOCUMENTS: dict[type[LimitPassed], tuple[str, str]] = {
    errors.DocumentTooLarge: (characters(LIMITS.characters), characters(LIMITS.characters + 1)),
    errors.TooManyTokens: (tokens(LIMITS.tokens), tokens(LIMITS.tokens + 1)),
    errors.QueryTooDeep: (levels(LIMITS.depth), levels(LIMITS.depth + 1)),
    errors.TooManyAliases: (aliases(LIMITS.aliases), aliases(LIMITS.aliases + 1)),
    errors.TooManyDirectives: (directives(LIMITS.directives), directives(LIMITS.directives + 1)),
    errors.TooManyRootFields: (roots(LIMITS.root_fields), roots(LIMITS.root_fields + 1)),
    errors.OneMutation: (mutations(1), mutations(2)),
    errors.TooManyRepeats: (ROWS % ("id " * (LIMITS.repeats + 1)), ROWS % ("id " * (LIMITS.repeats + 2))),
    errors.TooManyFragments: (spreads(LIMITS.spreads), spreads(LIMITS.spreads + 1)),
    errors.FragmentCycle: (spreads(1), "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
    errors.PageTooLarge: ("{ products(first: 100) { nodes { id } } }", "{ products(first: 101) { nodes { id } } }"),
    errors.QueryTooCostly: (pages(19), pages(20)),
}
# Tried by tests of their own.
ELSEWHERE = {errors.TooManyConcurrent, errors.RateLimited, errors.TooManySubscriptions, errors.TooManyConnections, errors.MessageTooLarge}


def test_each_limit_is_met_by_one_request_and_passed_by_another(edge: Edge, record_property: Callable[[str, object], None]) -> None:
    table = [f"{'code':<24} {'limit':<44} {'within it':<10} beyond it"]
    for described in DESCRIBED:
        if described.error in ELSEWHERE:
            continue
        within, beyond = (edge.outcome(document) for document in DOCUMENTS[described.error])
        table.append(f"{described.error.code:<24} {described.limit:<44} {within:<10} {beyond}")
        assert (within, beyond) == ("answered", described.error.code), described
    body = ("{ __typename }", {"x": "y" * (LIMITS.body_bytes - 80)}), ("{ __typename }", {"x": "y" * LIMITS.body_bytes})
    within, beyond = edge.outcome(*body[0]), edge.outcome(*body[1])
    assert (within, beyond) == ("answered", "BODY_TOO_LARGE")
    table.append(f"{'BODY_TOO_LARGE':<24} {LIMITS.body_bytes:<44,} {within:<10} {beyond}")
    query = "{ products(first: 1) { nodes { id unit } } }"
    within, beyond = edge.outcome(query, **{"X-Bangfu-Timeout-Ms": "9000"}), edge.outcome(query + " ", **{"X-Bangfu-Timeout-Ms": "0"})
    table.append(f"{'DEADLINE_EXCEEDED':<24} {f'{LIMITS.query_ms:,} ms, or what X-Bangfu-Timeout-Ms says':<44} {within:<10} {beyond}")
    record_property("table", "\n".join(table))
    assert within == "answered"


def test_every_limit_is_tried() -> None:
    every = {e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, LimitPassed)} - {LimitPassed, errors.TooFast}
    assert every == {*DOCUMENTS, *ELSEWHERE}
    assert {d.error for d in DESCRIBED} == every


def test_a_refusal_says_the_limit_in_the_language_of_the_request(edge: Edge) -> None:
    for kind, (_, beyond) in DOCUMENTS.items():
        zh, en = (edge.post(beyond, **{"Accept-Language": language}).get_json()["errors"][0] for language in ("zh-CN", "en"))
        assert zh["message"] != en["message"] and "{" not in zh["message"] + en["message"]
        assert zh["extensions"]["requestId"]
        if kind is not errors.FragmentCycle:
            assert zh["extensions"]["limit"] < zh["extensions"]["found"]


def test_a_page_by_variable_and_by_default_counts_as_much_as_one_by_number(edge: Edge) -> None:
    query = "query($n: Int = 90) { products(first: $n) { nodes { id } } }"
    assert edge.outcome(query, {"n": 100}) == "answered"
    assert edge.outcome(query, {"n": 101}) == edge.outcome(query, {"n": 0}) == edge.outcome(query, {"n": -5}) == "PAGE_TOO_LARGE"
    costs = [edge.post(query, v).get_json()["extensions"]["cost"] for v in ({"n": 1}, {}, {"n": 100})]
    assert [c["requested"] for c in costs] == [10 + 2, 10 + 90 * 2, 10 + 100 * 2]
    assert {c["allowance"] for c in costs} == {ALLOWANCE["anonymous"]}
    dear = "query($n: Int) { " + " ".join(f"p{i}: products(first: $n) {{ nodes {{ id name unit pack }} }}" for i in range(20)) + " }"
    assert edge.outcome(dear, {"n": 10}) == "answered"
    assert edge.outcome(dear, {"n": 100}) == "QUERY_TOO_COSTLY"
    ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert edge.outcome(ids, {"ids": ["x"] * 101}) == "PAGE_TOO_LARGE"


def test_who_may_more_is_allowed_more() -> None:
    account = Principal("a", (Grant(Role.SHOPPER, "a"),))
    officer = Principal("a", (Grant(Role.SHOPPER, "a"), Grant(Role.COUNTY_OFFICER, "371502")))
    allowed = [allowance_of(ANONYMOUS), allowance_of(account), allowance_of(officer), allowance_of(account, by_api_key=True)]
    assert allowed == sorted(set(allowed)) == list(ALLOWANCE.values())
    assert allowance_of(Principal("guest:x")) == allowed[0]
    assert allowance_of(ANONYMOUS, trusted=False) == UNTRUSTED_ALLOWANCE < allowed[0]


def test_what_is_refused_reaches_no_service_and_is_not_parsed(edge: Edge, catalog: Catalog) -> None:
    documents = edge.app.extensions["documents"]
    documents._prepare = None  # parsing would fail
    for _, beyond in DOCUMENTS.values():
        edge.post(beyond)
    assert catalog.asked == []


def test_a_client_has_so_many_requests_at_once_and_another_is_not_kept_from_his(edge: Edge, catalog: Catalog) -> None:
    def ask(number: int, address: str = "192.0.2.1") -> tuple[str, int]:
        answer = edge.post("query($n: String!) { search(query: $n) { nodes { id } } }", {"n": f"tea {number}"}, address)
        return answer.get_json().get("errors", [{"extensions": {"code": "answered"}}])[0]["extensions"]["code"], answer.status_code

    catalog.go_on.clear()
    with ThreadPoolExecutor(LIMITS.concurrent + 1) as pool:
        busy = [pool.submit(ask, n) for n in range(LIMITS.concurrent)]
        for _ in busy:
            assert catalog.waiting.acquire(timeout=30)
        assert ask(100) == ("TOO_MANY_CONCURRENT", 429)
        other = pool.submit(ask, 101, "192.0.2.2")
        assert catalog.waiting.acquire(timeout=30)
        catalog.go_on.set()
        outcomes = [one.result(30) for one in (*busy, other)]
    assert ask(102) == ("answered", 200)
    assert {status for _, status in outcomes} == {200}
