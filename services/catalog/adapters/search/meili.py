"""Search in Meilisearch, by its documented API (v1: search with filter and facets, documents by primary key, tasks).

Documents carry pinyin and initials of their own, since Meilisearch reads Chinese words but not their sound. The index is
fed by a job, so it may be seconds behind: what is shown is read from the directory, which drops what may not be sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import meilisearch
from meilisearch.errors import MeilisearchError

from services.catalog.adapters.search import text
from services.catalog.adapters.search.documents import SearchDocument, documents
from services.catalog.adapters.search.port import Found, SearchFailed, SearchQuery, SelfCheck
from services.kit.db import Conn, every
from services.kit.paging import decode_cursor, encode_cursor

INDEX = "products"
TIMEOUT_SECONDS = 2
MAX_HITS = 1000
# An answer of another shape is a failure like none at all.
FAILURES = (MeilisearchError, OSError, ValueError, KeyError)
SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["segments", "name", "merchant_name", "category_name", "county_name", "pinyin", "initials", "description"],
    "filterableAttributes": ["product_id", "merchant_id", "county_code", "category", "labels", "hidden", "valid_from", "valid_until"],
    "sortableAttributes": ["rank"],
    "rankingRules": ["words", "typo", "proximity", "attribute", "exactness", "rank:asc"],
    "pagination": {"maxTotalHits": MAX_HITS},
    "localizedAttributes": [{"locales": ["zho"], "attributePatterns": ["segments", "name", "merchant_name", "*_name", "description"]}],
    "synonyms": {word: [meant] for word, meant in text.SYNONYMS.items()},
    "typoTolerance": {"minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 9}},
}
# Periods are numbers of seconds, so that the clock can be asked in the query itself.
STATE = """
SELECT l.product_id, l.hidden, l.rank, l.county_code, l.category, s.digest, s.meili_digest,
    extract(epoch FROM lower(p.span))::bigint AS "from", extract(epoch FROM upper(p.span))::bigint AS until,
    ARRAY(SELECT x.slug FROM unnest(l.label_slugs, l.label_from, l.label_until) x (slug, f, u)
        WHERE (bangfu_now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN x.f AND x.u ORDER BY 1) AS labels
FROM listing l JOIN search_index s USING (merchant_id, product_id)
LEFT JOIN LATERAL (SELECT span FROM unnest(l.certified) span WHERE upper(span) > bangfu_now() ORDER BY lower(span) LIMIT 1) p ON true
"""


class MeiliSearch:
    name = "meilisearch"

    def __init__(self, url: str, key: str | None = None, index: str = INDEX) -> None:
        self._client = meilisearch.Client(url, key, timeout=TIMEOUT_SECONDS)
        self._uid = index
        self._index = self._client.index(index)
        self._ready = False

    def prepare(self) -> None:
        """Index and settings; repeatable. Raises SearchFailed."""
        if self._ready:
            return
        try:
            self._wait(self._client.create_index(self._uid, {"primaryKey": "product_id"}))
            self._wait(self._index.update_settings(SETTINGS))
        except FAILURES as error:
            raise SearchFailed(repr(error)[:200]) from error
        self._ready = True

    def search(self, conn: Conn, query: SearchQuery) -> Found:
        cursor = decode_cursor(query.after, 1)
        offset = int(cursor[0]) if cursor else 0
        row = conn.execute("SELECT extract(epoch FROM bangfu_now())::bigint AS now").fetchone()
        assert row is not None
        base = ["hidden = false", f"valid_from <= {row['now']}", f"valid_until > {row['now']}"]
        if query.merchant_id:
            base.append(f'merchant_id = "{query.merchant_id}"')
        own = {"county_code": query.county_code, "category": query.category, "labels": query.label}
        chosen = {name: f"{name} = {_quoted(value)}" for name, value in own.items() if value}
        plain = text.normalise(query.q)[: text.MAX_QUERY]
        try:
            answer = self._index.search(
                plain,
                {
                    "filter": base + list(chosen.values()),
                    "facets": list(own),
                    "offset": offset,
                    "limit": query.first + 1,
                    "attributesToRetrieve": ["product_id"],
                    "matchingStrategy": "last",
                },
            )
            facets = self._facets(answer.get("facetDistribution", {}))
            for name in chosen:
                # A dimension is counted without its own filter, so that its other values stay choosable.
                other = self._index.search(
                    plain, {"filter": base + [f for n, f in chosen.items() if n != name], "facets": [name], "limit": 0}
                )
                facets |= self._facets(other.get("facetDistribution", {}))
        except FAILURES as error:
            raise SearchFailed(repr(error)[:200]) from error
        hits = [UUID(hit["product_id"]) for hit in answer["hits"]]
        more = len(hits) > query.first and offset + query.first < MAX_HITS
        return Found(
            hits[: query.first],
            encode_cursor([offset + query.first]) if more else None,
            int(answer.get("estimatedTotalHits", len(hits))),
            facets,
            None,
        )

    @staticmethod
    def _facets(distribution: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
        return {
            ("label" if name == "labels" else name): {value: count for value, count in values.items() if count}
            for name, values in distribution.items()
        }

    def feed(self, conn: Conn, limit: int = 500) -> int:
        """What changed since it was last sent, by digest of words and state. Repeating it changes nothing."""
        self.prepare()
        rows = every(conn, STATE)
        changed = {row["product_id"]: row for row in rows if _digest(row) != row["meili_digest"]}
        chosen = list(changed)[:limit]
        if not chosen:
            return 0
        made = [_payload(d, changed[d.product_id]) for d in documents(conn, chosen)]
        try:
            self._wait(self._index.add_documents(made))
        except FAILURES as error:
            raise SearchFailed(repr(error)[:200]) from error
        with conn.cursor() as cursor:
            cursor.executemany(
                "UPDATE search_index SET meili_digest = %s WHERE product_id = %s", [(_digest(changed[p]), p) for p in chosen]
            )
        return len(chosen)

    def digests(self, conn: Conn, product_ids: Sequence[UUID]) -> dict[UUID, str]:
        return {p: d for p, d in self._held().items() if p in set(product_ids)}

    def _held(self) -> dict[UUID, str]:
        """product → digest, of all documents."""
        found: dict[UUID, str] = {}
        try:
            while True:
                page = self._index.get_documents({"fields": ["product_id", "digest"], "limit": 1000, "offset": len(found)})
                found |= {UUID(d.product_id): d.digest for d in page.results}
                if len(page.results) < 1000:
                    return found
        except FAILURES as error:
            raise SearchFailed(repr(error)[:200]) from error

    def self_check(self, conn: Conn) -> SelfCheck:
        self.prepare()
        wanted = {row["product_id"]: _digest(row) for row in every(conn, STATE)}
        held = self._held()
        missing = [p for p in wanted if p not in held]
        different = [p for p, d in wanted.items() if p in held and held[p] != d]
        extra = [p for p in held if p not in wanted]
        conn.execute("UPDATE search_index SET meili_digest = NULL WHERE product_id = ANY(%s)", [missing + different])
        try:
            if extra:
                self._wait(self._index.delete_documents([str(p) for p in extra]))
        except FAILURES as error:
            raise SearchFailed(repr(error)[:200]) from error
        while self.feed(conn):
            pass
        return SelfCheck(len(missing), len(different), len(extra), len(wanted) - len(missing) - len(different))

    def drop(self) -> None:
        self._wait(self._client.delete_index(self._uid))
        self._ready = False

    def _wait(self, task: Any) -> None:
        done = self._client.wait_for_task(task.task_uid, timeout_in_ms=30_000)
        error = getattr(done, "error", None)
        if done.status != "succeeded" and (error or {}).get("code") != "index_already_exists":
            raise SearchFailed(str(error)[:200])


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _digest(row: dict[str, Any]) -> str:
    state = [row["hidden"], row["from"], row["until"], row["rank"], row["county_code"], row["category"], *row["labels"]]
    return f"{row['digest']}:{'|'.join(str(s) for s in state)}"


def _payload(document: SearchDocument, row: dict[str, Any]) -> dict[str, Any]:
    full: set[str] = set()
    first: set[str] = set()
    for segment in [*document.segments, *text.runs(document.county)]:
        if text.HAN.match(segment):
            a, b = text.spans(segment)
            full, first = full | a, first | b
    return {
        "product_id": str(document.product_id),
        "merchant_id": str(document.merchant_id),
        "name": document.name,
        "segments": document.segments,
        "merchant_name": document.merchant_name,
        "category_name": document.category,
        "county_name": document.county,
        "pinyin": sorted(full),
        "initials": sorted(first),
        "description": document.description,
        "county_code": row["county_code"],
        "category": row["category"],
        "labels": row["labels"],
        "hidden": row["hidden"],
        "valid_from": row["from"] or 0,
        "valid_until": row["until"] or 0,
        "rank": row["rank"],
        "digest": _digest(row),
    }
