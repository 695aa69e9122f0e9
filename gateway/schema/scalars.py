"""Values as they look at the edge."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import graphene
from graphql import GraphQLError
from graphql.language import IntValueNode, StringValueNode

from services.kit.errors import InvalidInput
from services.kit.money import to_fen, to_yuan


class Quantity(graphene.Scalar):
    """A decimal as text, e.g. "12.5". Its unit stands beside it."""

    @staticmethod
    def serialize(value: Any) -> str:
        return str(value)

    @staticmethod
    def parse_value(value: Any) -> str:
        if isinstance(value, float | bool):
            raise GraphQLError("Send quantities as text, not as floating point")
        text = str(value).strip()
        try:
            if len(text) > 40 or not Decimal(text).is_finite():
                raise GraphQLError("A quantity is a decimal number as text")
        except InvalidOperation:
            raise GraphQLError("A quantity is a decimal number as text") from None
        return text

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> str:
        if isinstance(node, StringValueNode | IntValueNode):
            return cls.parse_value(node.value)
        raise GraphQLError("A quantity is a decimal number as text")


class Day(graphene.Scalar):
    """A day of business in Asia/Shanghai, ``YYYY-MM-DD``."""

    @staticmethod
    def serialize(value: Any) -> str:
        return str(value)

    @staticmethod
    def parse_value(value: Any) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise GraphQLError("A day is written YYYY-MM-DD") from None

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> str:
        return cls.parse_value(getattr(node, "value", ""))


class Instant(graphene.Scalar):
    """An instant in ISO 8601 with its zone; answered in UTC."""

    @staticmethod
    def serialize(value: Any) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)

    @staticmethod
    def parse_value(value: Any) -> str:
        try:
            parsed = datetime.fromisoformat(str(value))
        except ValueError:
            raise GraphQLError("An instant is written in ISO 8601") from None
        if parsed.tzinfo is None:
            raise GraphQLError("An instant carries its zone")
        return parsed.isoformat()

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> str:
        return cls.parse_value(getattr(node, "value", ""))


class Money(graphene.ObjectType):
    """An amount of money."""

    amount = graphene.String(required=True, description='Decimal text in units of the currency, e.g. "12.50"')
    currency = graphene.String(required=True, description="Always CNY")

    @staticmethod
    def resolve_amount(fen: int, _info: Any) -> str:
        return to_yuan(fen)

    @staticmethod
    def resolve_currency(_fen: int, _info: Any) -> str:
        return "CNY"


class MoneyInput(graphene.InputObjectType):
    amount = graphene.String(required=True, description="Decimal text with at most two decimals")
    currency = graphene.String(default_value="CNY")


def fen_of(value: Any) -> int:
    """Raises InvalidInput for what is no amount."""
    if value["currency"] != "CNY":
        raise InvalidInput("currency", "CNY")
    try:
        return to_fen(value["amount"])
    except ValueError:
        raise InvalidInput("amount", "12.50") from None
