"""What one request may ask, looked at before anything is parsed, validated or executed (CVE-2026-33756: thousands of operations in one).

`scan` measures a document once; `ensure` compares it, with a request's variables, with what the asking person may spend.
"""

from __future__ import annotations

from typing import Any

from gateway.limits import errors
from gateway.limits.errors import LimitPassed, refuse
from gateway.limits.prices import Shapes
from gateway.limits.scan import Plan, scan
from gateway.limits.table import ALLOWANCE, LIMITS, Limits, allowance_of, kind_of

__all__ = ["ALLOWANCE", "LIMITS", "LimitPassed", "Limits", "Plan", "Shapes", "allowance_of", "ensure", "kind_of", "refuse", "scan"]


def ensure(plan: Plan, operation: str | None, variables: dict[str, Any] | None, allowance: int) -> int:
    """The cost of the operation. Raises QueryTooCostly, PageTooLarge."""
    cost = plan.cost(operation, variables)
    if cost > allowance:
        raise refuse(errors.QueryTooCostly, allowance, cost)
    return cost
