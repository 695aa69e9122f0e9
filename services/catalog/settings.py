from __future__ import annotations

from services.kit.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    """``meili_url``: search by Meilisearch; PostgreSQL answers when it is not set or does not answer."""

    meili_url: str | None = None
    meili_key: str | None = None
