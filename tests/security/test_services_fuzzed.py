"""Each service's HTTP API against what schemathesis makes of its own OpenAPI document: no failure of ours, and answers as described.

The default run takes two examples of every operation, `--full` two hundred. Behind the first fence: principal tokens of every role.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from services.kit.app import api_document
from services.kit.principal import Principal, Role
from tests.support.service import GATEWAY, Harness, principal
from tests.test_whole import DOMAIN, SERVICES
from tests.test_whole_http import STRIPE

SOMEWHERE = {Role.COUNTY_OFFICER: "371503", Role.DEPARTMENT_OFFICER: "agriculture_rural"}
UNIT = "0197fedc-0000-7000-8000-000000000001"
EVERYONE: list[Principal] = [principal(role, SOMEWHERE.get(role, UNIT)) for role in Role if role is not Role.SERVICE]
# What an answer must never hold, whatever was asked.
LEAKS = ("Traceback", 'File "', "psycopg", "SELECT ", "INSERT INTO", "postgresql://", "redis://", "site-packages")


def operations(name: str, app: Any) -> Iterator[Any]:
    document = json.loads(json.dumps(api_document(SERVICES[name]), default=str))
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def fuzz(harness: Harness, name: str, examples: int) -> int:
    """Returns how many operations were asked."""
    client = harness.app.test_client()
    count = 0
    for operation in operations(name, harness.app):
        count += 1

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), who=st.sampled_from(EVERYONE))
        def ask(case: Any, who: Principal) -> None:
            headers = {"Authorization": f"Bearer {GATEWAY.token(who, name)}", "Idempotency-Key": "fuzzed-key-1"}
            response = case.call(headers=headers)
            case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
            text = response.content.decode(errors="replace")
            assert not [leak for leak in LEAKS if leak in text], (case, text[:500])

        ask()
    assert client.get("/healthz").status_code == 200
    return count


@pytest.mark.parametrize("name", DOMAIN)
def test_a_service_never_fails_whatever_is_sent(name: str, make_service: Callable[..., Harness]) -> None:
    assert fuzz(make_service(SERVICES[name], **(STRIPE if name == "orders" else {})), name, 2) > 10


@pytest.mark.full
@pytest.mark.parametrize("name", DOMAIN)
def test_a_service_never_fails_whatever_is_sent_for_long(name: str, make_service: Callable[..., Harness]) -> None:
    assert fuzz(make_service(SERVICES[name], **(STRIPE if name == "orders" else {})), name, 200) > 10
