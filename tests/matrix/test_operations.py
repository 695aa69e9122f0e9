"""Every operation × every role × own or another's object, asked of the started gateway; the permission table says what is to happen."""

from __future__ import annotations

import secrets
from collections import Counter

import pytest

from gateway.restricted import FIELDS, OBJECTS
from tests.matrix.arguments import operations, positions
from tests.matrix.asking import DOOR, OBJECT, OPEN, OTHER, OWN, Answer, Cell, Matrix, restricted_fields
from tests.matrix.cast import ROLES, Cast, make_cast
from tests.matrix.unchanged import nothing_changes

# Thousands of questions, after the start of the system: long on a machine that has much else to do.
pytestmark = [pytest.mark.system, pytest.mark.xdist_group("matrix"), pytest.mark.timeout(900)]

# Allowed cells that are not carried out, because all tests share the system: what they would change for everybody.
HELD_BACK = {
    "Mutation.setCutover": "sets the whole system's cutover, once for good",
    "Mutation.signOut": "ends the session of an account that other tests use",
    "Mutation.endSession": "the same",
    "Mutation.endOtherSessions": "the same",
    "Mutation.changePassword": "the same",
    "Mutation.actAs": "changes what the session's later questions may do",
}


# Allowed, and yet there may be nothing to act upon, or the duty or the part decides within the role.
MAY_LACK = {
    "Mutation.removeMember": "the account is no member",
    "Mutation.revokeRole": "the account does not hold it",
    "Mutation.startOutsideLogin": "no such provider is configured",
    "Mutation.uploadProductImage": "nothing was uploaded",
    "Mutation.recordMechanism": "of the departments the one that holds the duty",
    "Mutation.reviewApplication": "the same",
    "Mutation.submitOutsideSession": "a county's officer names no merchant",
    "Mutation.resubmitOutsideSession": "by whoever recorded it",
}


def _depends(answer: Answer) -> bool:
    return answer.cell.operation in MAY_LACK and answer.codes <= {"NOT_FOUND", "FORBIDDEN"}


@pytest.fixture(scope="module")
def matrix(cast: Cast) -> Matrix:
    return Matrix(cast, f"mx{secrets.token_hex(4)}")


def asked_over_http() -> list[str]:
    return [o for o in operations() if not o.startswith("Subscription.")]


def test_every_id_of_an_operation_is_of_a_kind_with_predicates() -> None:
    unknown = {(o, p.path, k) for o in operations() for p in positions(o) for k in p.kinds if k not in OBJECTS and not _free(o, p.path)}
    assert not unknown, "say in gateway/restricted.py who may name such an object"


def _free(operation: str, path: str) -> bool:
    from gateway.restricted import FREE

    return path in FREE.get(operation, ())


def faults_of(matrix: Matrix, answers: list[Answer]) -> list[str]:
    return [fault for answer in answers for fault in matrix.faults(answer)]


def _is_default(cell: Cell) -> bool:
    """The door looks at no object: once a role is enough, where time is short."""
    return cell.whose == OWN


def test_what_the_table_denies_is_denied_and_changes_nothing(matrix: Matrix) -> None:
    cells = list(matrix.cells(asked_over_http()))
    denied = [c for c in cells if (e := matrix.expected(c)) == OBJECT or (e == DOOR and _is_default(c))]
    faults: list[str] = []
    with nothing_changes(matrix.cast, matrix.mark, faults):
        faults += faults_of(matrix, matrix.ask(denied, whole=False))
    assert not faults, "\n".join(faults)


@pytest.mark.full
def test_the_door_is_shut_whatever_object_is_named(matrix: Matrix) -> None:
    cells = [c for c in matrix.cells(asked_over_http()) if matrix.expected(c) == DOOR and not _is_default(c)]
    faults: list[str] = []
    with nothing_changes(matrix.cast, matrix.mark, faults):
        faults += faults_of(matrix, matrix.ask(cells, whole=False))
    assert not faults, "\n".join(faults)


def test_what_the_table_allows_is_answered_and_each_restricted_field_is_seen_by_whom_it_is_for(
    matrix: Matrix, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answer is asked for whole: every type by every path of the schema."""
    queries = [o for o in asked_over_http() if o.startswith("Query.")]
    cells = [c for c in matrix.cells(queries) if matrix.expected(c) == OPEN]
    answers = matrix.ask(cells, whole=True)
    faults = faults_of(matrix, answers)
    seen: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        for name, whose, state, allowed in restricted_fields(matrix, answer):
            seen[name, state] += 1
            if (state == "seen" and not allowed) or (state == "refused" and allowed):
                faults.append(f"{answer.cell}: {name} of {whose} is {state}, allowed: {allowed}")
    assert not faults, "\n".join(faults)
    with capsys.disabled():
        states = Counter(state for _, state in seen.elements())
        print(f"\nrestricted fields of known objects: {dict(states)}, {len(FIELDS)} in the table")


@pytest.mark.full
def test_what_the_table_allows_to_change_is_refused_to_nobody_it_is_for(cast: Cast) -> None:
    """The form is right, the moment may be wrong: any answer but that it is not allowed. With a cast of its own: it is changed."""
    matrix = Matrix(make_cast(cast.world), f"mw{secrets.token_hex(4)}")
    mutations = [o for o in asked_over_http() if o.startswith("Mutation.") and o not in HELD_BACK]
    cells = [c for c in matrix.cells(mutations) if matrix.expected(c) == OPEN and c.whose == OWN]
    answers = [a for a in matrix.ask(cells, whole=False) if not _depends(a)]
    faults = faults_of(matrix, answers)
    assert not faults, "\n".join(faults)


def test_the_matrix_is_whole(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    cells = list(matrix.cells(operations()))
    outcomes = Counter(matrix.expected(c) for c in cells)
    held = [c for c in cells if c.operation in HELD_BACK and matrix.expected(c) == OPEN]
    asked = {(c.operation, c.role) for c in cells}
    missing = {(o, r) for o in operations() for r in ROLES} - asked
    kinds = Counter(o.partition(".")[0] for o in operations())
    with capsys.disabled():
        print(
            f"\npermission matrix: {len(operations())} operations ({', '.join(f'{n} {k}' for k, n in kinds.items())}) × {len(ROLES)} roles"
            f" = {len(asked)} pairs, {len(cells)} cells with {OWN} and {OTHER} objects: "
            + ", ".join(f"{n} {what}" for what, n in outcomes.items())
            + f"; untested: {len(missing)}; held back: {len(held)}"
        )
    assert not missing
