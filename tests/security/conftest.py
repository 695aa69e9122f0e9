from __future__ import annotations

from tests.gateway.conftest import gateway, sign_up, visitor

__all__ = ["gateway", "sign_up", "visitor"]
