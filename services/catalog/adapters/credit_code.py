"""GB 32100 unified social credit codes: a right check digit, not a living company."""

from __future__ import annotations

from stdnum.cn import uscc

from services.catalog.domain.errors import BadCreditCode


def checked(code: str) -> str:
    """Raises BadCreditCode."""
    compact = code.strip().upper()
    if not uscc.is_valid(compact):
        raise BadCreditCode("credit_code", value=code)
    return compact
