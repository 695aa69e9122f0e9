from __future__ import annotations

from typing import Any

from services.catalog.adapters.search.engine import Search
from services.catalog.adapters.search.port import SearchQuery
from services.catalog.queries.directory import cards, facet_names
from services.kit.db import Conn


def search(conn: Conn, engine: Search, query: SearchQuery) -> dict[str, Any]:
    """Found by the engine, shown from the directory: what was withdrawn a moment ago is left out even if the index is behind."""
    found, name = engine.search(conn, query)
    names = facet_names(conn)
    facets = {
        dimension: [
            {"key": key, "name": names[dimension].get(key, key), "count": count}
            for key, count in sorted(values.items(), key=lambda kv: (-kv[1], kv[0]))
        ]
        for dimension, values in found.facets.items()
    }
    return {
        "items": cards(conn, found.product_ids, sellable_only=True),
        "next_cursor": found.next_cursor,
        "total": found.total,
        "facets": facets,
        "corrected_query": found.corrected,
        "engine": name,
    }
