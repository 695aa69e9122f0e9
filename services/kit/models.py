"""Base classes of what crosses HTTP. Inputs refuse unknown fields: mass assignment has no way in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """flask-openapi3 asks for the schema of a query at every request: half the time of a short one, without this."""
        if args or kwargs:
            return super().model_json_schema(*args, **kwargs)
        if cls not in _SCHEMAS:
            _SCHEMAS[cls] = super().model_json_schema()
        return _SCHEMAS[cls]


_SCHEMAS: dict[type[BaseModel], dict[str, Any]] = {}


def _no_float(value: object) -> object:
    if isinstance(value, float | bool):
        raise ValueError("send decimals as text")
    return value


DecimalText = Annotated[Decimal, BeforeValidator(_no_float)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(max_length=10_000)]
IdempotencyKey = Annotated[str, StringConstraints(min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class PageInput(Input):
    first: int = Field(20, ge=1, le=100)
    after: str | None = Field(None, max_length=500)
