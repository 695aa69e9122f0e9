from __future__ import annotations

from typing import Any

import graphene

from gateway.accounts import store
from gateway.accounts.domain import parse_login
from gateway.schema.accounts.types import Account, AccountFound


def resolve_me(_root: Any, info: Any) -> Any:
    context = info.context
    if context.is_anonymous:
        return None
    with context.edge.db.reading() as conn:
        return store.account(conn, context.account_id)


def resolve_account_by_login(_root: Any, info: Any, login: str) -> Any:
    with info.context.edge.db.reading() as conn:
        return store.account_by_login(conn, *parse_login(login))


QUERIES = {
    "me": graphene.Field(Account, resolver=resolve_me, description="The account that asks; null for a visitor"),
    "account_by_login": graphene.Field(
        AccountFound,
        login=graphene.String(required=True),
        resolver=resolve_account_by_login,
        description="To invite a colleague by number or address",
    ),
}
