"""The services check again: what the table denies is denied by their HTTP APIs too, asked with the principal's own token."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest

from gateway import permissions
from infra.documents import openapi
from services.kit.principal import Principal, Role
from tests.matrix.arguments import operations
from tests.matrix.asking import DOOR, OBJECT, OPEN, OWN, Cell, Matrix
from tests.matrix.calls import SERVICES, Call, calls_of, is_denied, send_all, template
from tests.matrix.cast import ROLES, Cast
from tests.matrix.unchanged import nothing_changes

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("matrix")]

NOBODY, ANYBODY_SIGNED_IN, PUBLIC = "nobody", "account", "public"
CITY, MERCHANT = {Role.BUREAU, Role.DEPARTMENT_OFFICER}, {Role.MERCHANT}
SOME_ID = "0197fedc-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def matrix(cast: Cast) -> Matrix:
    return Matrix(cast, f"mr{secrets.token_hex(4)}")


@pytest.fixture
def _without_the_first_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permissions.Rule, "check", lambda _rule, _context: None)


def cells(matrix: Matrix) -> Iterator[Cell]:
    yield from matrix.cells(o for o in operations() if not o.startswith("Subscription."))


def served_to_everybody(matrix: Matrix) -> set[tuple[str, str, str]]:
    """Routes that some operation opens to this principal's role: a loader's, a public list's."""
    return {("catalog", "GET", "/products"), ("catalog", "GET", "/merchants"), ("orders", "GET", "/offers")}


@pytest.mark.usefixtures("_without_the_first_fence")
def test_what_the_table_denies_the_services_deny(matrix: Matrix, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [c for c in cells(matrix) if (e := matrix.expected(c)) == OBJECT or (e == DOOR and c.whose == OWN)]
    opened = {(c.role, c.whose, _route(call)) for c in cells(matrix) if matrix.expected(c) == OPEN for call in calls_of(matrix, c)}
    calls = [
        (cell, call) for cell in wanted for call in calls_of(matrix, cell) if (cell.role, cell.whose, _route(call)) not in opened
    ]
    faults: list[str] = []
    statuses = Counter[int]()
    with nothing_changes(matrix.cast, matrix.mark, faults):
        for cell, call, reply in send_all(matrix, calls):
            statuses[reply.status] += 1
            if not is_denied(call, reply):
                faults.append(f"{call.service} {call.method} {template(call.bare_path)} → {reply.status} {reply.code}: {cell}")
    with capsys.disabled():
        print(f"\nservices: {len(calls)} denied calls sent, answers {dict(sorted(statuses.items()))}")
    assert not faults, "\n".join(faults)


def _route(call: Call) -> tuple[str, str, str]:
    return call.service, call.method, template(call.bare_path)
