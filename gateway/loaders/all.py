"""This request's loaders: ids asked for in one tick go to the owning service in one call."""

from __future__ import annotations

from typing import Any

from aiodataloader import DataLoader

MAX_BATCH = 100


class ByIds(DataLoader[str, Any]):
    """Rows by id, in the order asked; None for what is gone or not to be seen."""

    def __init__(self, context: Any, service: str, path: str, key: str, *, repeated: bool = False) -> None:
        """``repeated``: the service takes ids as a parameter each, not in one."""
        super().__init__(max_batch_size=MAX_BATCH)
        self._context, self._service, self._path, self._key, self._repeated = context, service, path, key, repeated

    async def batch_load_fn(self, keys: list[str]) -> list[Any]:
        answer = self._context.clients.named(self._service).get(
            self._path, {"ids": keys if self._repeated else ",".join(keys), "first": MAX_BATCH}, self._context.principal
        )
        rows = {str(row[self._key]): row for row in answer["items"]}
        return [rows.get(str(key)) for key in keys]


class Loaders:
    def __init__(self, context: Any) -> None:
        self.products = ByIds(context, "catalog", "/products", "product_id")
        self.merchants = ByIds(context, "catalog", "/merchants", "merchant_id")
        self.offers = ByIds(context, "orders", "/offers", "product_id")
        self.institutions = ByIds(context, "orders", "/institutions", "institution_id")
        self.orders = ByIds(context, "orders", "/orders", "order_id")
        self.contracts = ByIds(context, "orders", "/contracts", "contract_id")
        self.outlets = ByIds(context, "orders", "/outlets", "outlet_id")
        self.campaigns = ByIds(context, "orders", "/campaigns", "campaign_id")
        self.sessions = ByIds(context, "livestream", "/sessions", "session_id", repeated=True)
