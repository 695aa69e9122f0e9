"""The engine that the settings name, with PostgreSQL behind it: search never fails a shopper."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client import Counter

from services.catalog.adapters.search import text
from services.catalog.adapters.search.port import Found, SearchFailed, SearchIndex, SearchQuery
from services.catalog.adapters.search.postgres import PostgresSearch
from services.kit.db import Conn
from services.kit.telemetry import log

SEARCHES = Counter("bangfu_searches_total", "Searches by the engine that answered", ["engine"])
FALLBACKS = Counter("bangfu_search_fallbacks_total", "Searches that PostgreSQL answered because the engine did not", ["engine"])


class Search:
    def __init__(self, meili_url: str | None, meili_key: str | None) -> None:
        self.postgres = PostgresSearch()
        self.first: SearchIndex = self.postgres
        if meili_url:
            from services.catalog.adapters.search.meili import MeiliSearch

            self.first = MeiliSearch(meili_url, meili_key)

    def search(self, conn: Conn, query: SearchQuery) -> tuple[Found, str]:
        """The answer and the name of the engine that gave it. A cursor leads back to the engine it came from."""
        engine, _, cursor = (query.after or "").partition(":")
        label, rest = text.claimed_label(query.q)
        if label is not None and query.label in (None, label):
            query = replace(query, q=rest, label=label)
        own = replace(query, after=cursor or None)
        if self.first is not self.postgres and engine in ("", "m"):
            try:
                return self._named(self.first.search(conn, own), self.first.name, "m")
            except SearchFailed as error:
                FALLBACKS.labels(self.first.name).inc()
                log.warning("search_fell_back", engine=self.first.name, error=str(error))
                # The cursor of the other engine means nothing here: begin anew rather than fail.
                own = replace(query, after=None)
        elif engine == "m":
            own = replace(query, after=None)
        return self._named(self.postgres.search(conn, own), self.postgres.name, "p")

    @staticmethod
    def _named(found: Found, name: str, letter: str) -> tuple[Found, str]:
        SEARCHES.labels(name).inc()
        cursor = f"{letter}:{found.next_cursor}" if found.next_cursor else None
        return replace(found, next_cursor=cursor), name
