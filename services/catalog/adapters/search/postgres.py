"""Search in PostgreSQL, no extension needed: the names' words weigh A, what surrounds them B, pinyin C, initials and description D.

A typing mistake is mended by sound: the vocabulary of all names, compared in pinyin (`rapidfuzz`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapidfuzz import fuzz, process

from services.catalog.adapters.search import text
from services.catalog.adapters.search.documents import SearchDocument, documents
from services.catalog.adapters.search.port import Found, SearchQuery, SelfCheck
from services.kit.db import Conn, Row, every
from services.kit.paging import decode_cursor, encode_cursor

VOCABULARY_SECONDS = 20.0
MIN_LIKENESS = 78.0
MAX_LEXEMES = 4000


def index_products(conn: Conn, product_ids: Sequence[UUID] | None = None) -> int:
    """In the transaction of the change: what is found is never older than what is shown."""
    made = documents(conn, product_ids)
    with conn.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO search_index AS s (merchant_id, product_id, document, segments, digest) VALUES (%s, %s, %s::tsvector, %s, %s) "
            "ON CONFLICT (merchant_id, product_id) DO UPDATE SET document = excluded.document, segments = excluded.segments, "
            "digest = excluded.digest WHERE s.digest <> excluded.digest",
            [(d.merchant_id, d.product_id, tsvector(d), d.segments, d.digest) for d in made],
        )
        learned = sorted({w for d in made for w in vocabulary_of(d)})
        cursor.executemany(
            "INSERT INTO search_words (word, pinyin, initials) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [(w, text.pinyin(w), text.initials(w)) for w in learned],
        )
    return len(made)


def remove(conn: Conn, product_ids: Sequence[UUID]) -> None:
    conn.execute("DELETE FROM search_index WHERE product_id = ANY(%s)", [list(product_ids)])


def vocabulary_of(document: SearchDocument) -> set[str]:
    found: set[str] = set()
    for segment in [*document.segments, *text.runs(document.county), *text.runs(document.category)]:
        if text.HAN.match(segment):
            found |= {w for w in {segment, *text.words(segment)} if len(w) > 1}
    return found


def tsvector(document: SearchDocument) -> str:
    """In PostgreSQL's own text form, so that no parser of its takes our words apart."""
    weights: dict[str, str] = {}

    def add(lexemes: Iterable[str], weight: str) -> None:
        for lexeme in sorted(lexemes):
            if lexeme and len(lexeme) <= 60 and weight < weights.get(lexeme, "Z"):
                weights[lexeme] = weight

    for segment in document.segments:
        if text.HAN.match(segment):
            add({segment, *text.inner_words(segment), *text.pairs(segment)}, "A")
            add(segment, "B")
            full, first = text.spans(segment)
            add(full, "C")
            add(first, "D")
        else:
            add([segment], "A")
    around = [document.merchant_name, document.county, document.category]
    for run in (r for piece in around for r in text.runs(piece)):
        add({run, *text.inner_words(run), *text.pairs(run)} if text.HAN.match(run) else [run], "B")
    for run in text.runs(document.county) + text.runs(document.category):
        full, first = text.spans(run)
        add(full, "C")
        add(first, "D")
    add(document.family.split("-"), "C")
    for run in text.runs(document.description):
        add({*text.words(run), *text.pairs(run)} if text.HAN.match(run) else [run], "D")
    return " ".join(f"{_quoted(lexeme)}:{n}{weight}" for n, (lexeme, weight) in enumerate(list(weights.items())[:MAX_LEXEMES], start=1))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


# ------------------------------------------------------------------------------------------------ queries


def tsquery(terms: text.Terms) -> str:
    """Every word must stand there; the last one may be unfinished."""
    clauses: list[str] = []
    for n, run in enumerate(terms.han):
        last = n == len(terms.han) - 1 and not terms.latin
        cut = text.words(run)
        clauses += [_han_clause(word, last and i == len(cut) - 1) for i, word in enumerate(cut)]
    if terms.latin:
        apart = [_quoted(run) + ":*" for run in terms.latin]
        together = "".join(terms.latin)
        both = " & ".join(apart)
        clauses.append(f"({both} | {_quoted(together)}:*)" if len(apart) > 1 else both)
    return " & ".join(clauses)


def _han_clause(word: str, last: bool) -> str:
    ways = [_quoted(word) + (":*" if last else "")]
    if len(word) > 2:
        ways.append("(" + " & ".join(_quoted(p) for p in text.pairs(word)) + ")")
    if word in text.SYNONYMS:
        ways.append(_quoted(text.SYNONYMS[word]))
    return ways[0] if len(ways) == 1 else f"({' | '.join(ways)})"


def _loose(terms: text.Terms) -> str:
    """Any of the words will do."""
    alternatives = [w for run in terms.han for w in text.words(run) if len(w) > 1] + list(terms.latin)
    return " | ".join(_quoted(w) for w in alternatives)


FILTERS = """
    (%(county)s::text IS NULL OR l.county_code = %(county)s) AS in_county,
        (%(category)s::text IS NULL OR l.category = %(category)s) AS in_category,
    (%(label)s::text IS NULL OR %(label)s = ANY(lb.labels)) AS in_label
"""
HITS = f"""
WITH t AS MATERIALIZED (SELECT bangfu_now() AS now, (bangfu_now() AT TIME ZONE 'Asia/Shanghai')::date AS today),
hits AS (
    SELECT l.product_id, l.rank, l.county_code, l.category, lb.labels, {FILTERS},
        round((least(ts_rank('{{0.1,0.3,0.6,1.0}}', s.document, %(tsq)s::tsquery), 1.0)
            + CASE WHEN s.segments && %(exact)s::text[] THEN 2.0
                WHEN l.name LIKE %(within)s THEN 0.4 ELSE 0 END)::numeric * 1000000)::bigint AS score
    FROM search_index s JOIN listing l USING (merchant_id, product_id) CROSS JOIN t
    CROSS JOIN LATERAL (SELECT coalesce(array_agg(x.slug), '{{}}') AS labels FROM unnest(l.label_slugs, l.label_from,
        l.label_until) x (slug, f, u)
        WHERE t.today BETWEEN x.f AND x.u) lb
    WHERE (%(tsq)s = '' OR s.document @@ %(tsq)s::tsquery) AND NOT l.hidden AND l.certified @> t.now
        AND (%(merchant)s::uuid IS NULL OR l.merchant_id = %(merchant)s)
)
"""  # noqa: S608 – constants only
PAGE = (
    HITS
    + """
SELECT product_id, score, rank FROM hits WHERE in_county AND in_category AND in_label
    AND (%(score)s::bigint IS NULL OR (-score, rank, product_id) > (-%(score)s::bigint, %(rank)s::int, %(id)s::uuid))
ORDER BY score DESC, rank, product_id LIMIT %(limit)s
"""  # nosec B608 – constants only
)
FACETS = (
    HITS
    + """
SELECT county_code, category, x.label, grouping(county_code, category, x.label) AS dimension,
    count(DISTINCT product_id) FILTER (WHERE in_category AND in_label) AS by_county,
    count(DISTINCT product_id) FILTER (WHERE in_county AND in_label) AS by_category,
    count(DISTINCT product_id) FILTER (WHERE in_county AND in_category) AS by_label,
    count(DISTINCT product_id) FILTER (WHERE in_county AND in_category AND in_label) AS by_all
FROM hits LEFT JOIN LATERAL unnest(labels) x (label) ON true
GROUP BY GROUPING SETS ((county_code), (category), (x.label), ())
"""  # nosec B608 – constants only
)
# Bits of grouping(county, category, label): a set bit means "not grouped by".
DIMENSIONS = {0b011: ("county_code", "by_county"), 0b101: ("category", "by_category"), 0b110: ("label", "by_label")}


@dataclass(frozen=True)
class Word:
    word: str
    pinyin: str


@dataclass(frozen=True)
class Plan:
    """``words``: normalised. ``corrected``: not what was typed. ``loose``: any of the words will do."""

    words: str
    corrected: bool = False
    loose: bool = False

    @property
    def tsquery(self) -> str:
        terms = text.parse(self.words)
        return _loose(terms) if self.loose else tsquery(terms)


class PostgresSearch:
    name = "postgres"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: list[Word] = []
        self._sounds: list[str] = []
        self._read_at = -VOCABULARY_SECONDS

    def search(self, conn: Conn, query: SearchQuery) -> Found:
        cursor = decode_cursor(query.after, 5)
        if query.q.strip() and text.parse(query.q).empty:
            return Found([], None, 0)
        plan = Plan(text.normalise(query.q))
        if cursor is not None:
            # A later page repeats the query as the first one understood it.
            plan = Plan(str(cursor[3] or plan.words), bool(cursor[3]), bool(cursor[4]))
        rows = self._page(conn, query, plan, cursor)
        if not rows and cursor is None and not text.parse(query.q).empty:
            for other in self._second_thoughts(conn, plan.words):
                rows = self._page(conn, query, other, None)
                if rows:
                    plan = other
                    break
        facets, total = self._facets(conn, query, plan)
        items = rows[: query.first]
        corrected = plan.words if plan.corrected else None
        more = len(rows) > query.first
        next_cursor = (
            encode_cursor([items[-1]["score"], items[-1]["rank"], items[-1]["product_id"], corrected, plan.loose]) if more else None
        )
        return Found([row["product_id"] for row in items], next_cursor, total, facets, corrected)

    def _second_thoughts(self, conn: Conn, words: str) -> list[Plan]:
        """When nothing was found: what may have been meant, then any of its words, then any of the words typed."""
        meant = self._corrections(conn, text.parse(words))
        plans = [Plan(m, corrected=True) for m in meant] + [Plan(words, loose=True)] + [Plan(m, corrected=True, loose=True) for m in meant]
        return [p for p in plans if p.tsquery]

    @staticmethod
    def _params(query: SearchQuery, plan: Plan) -> dict[str, object]:
        escaped = plan.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return {
            "tsq": plan.tsquery,
            "exact": sorted({plan.words, *plan.words.split()}),
            "within": f"%{escaped}%",
            "county": query.county_code,
            "category": query.category,
            "label": query.label,
            "merchant": query.merchant_id,
        }

    def _page(self, conn: Conn, query: SearchQuery, plan: Plan, after: list[object] | None) -> list[Row]:
        place = {"score": after and after[0], "rank": after and after[1], "id": after and after[2]}
        return every(conn, PAGE, {**self._params(query, plan), **place, "limit": query.first + 1})

    def _facets(self, conn: Conn, query: SearchQuery, plan: Plan) -> tuple[dict[str, dict[str, int]], int]:
        facets: dict[str, dict[str, int]] = {"county_code": {}, "category": {}, "label": {}}
        total = 0
        for row in every(conn, FACETS, self._params(query, plan)):
            if row["dimension"] == 0b111:
                total = row["by_all"]
                continue
            name, count = DIMENSIONS[row["dimension"]]
            if row[name] is not None and row[count]:
                facets[name][row[name]] = row[count]
        return facets, total

    # ---------------------------------------------------------------------------------- typing mistakes

    def _corrections(self, conn: Conn, terms: text.Terms) -> list[str]:
        """What may have been meant, likeliest first: each run replaced by the known words that sound like it."""
        self._read_vocabulary(conn)
        attempts: list[str] = []
        whole = [self._mended(run) for run in (*terms.han, *terms.latin)]
        if all(whole):
            attempts.append(" ".join(w[0] for w in whole))
            attempts += [w for w in whole[0][1:3] if len(whole) == 1]
        parts = [m for run in terms.han for m in [self._mended_words(run)] if m]
        if parts and not terms.latin:
            attempts.append(" ".join(parts))
        return [a for n, a in enumerate(attempts) if a and a not in attempts[:n]]

    def _mended(self, run: str) -> list[str]:
        sound = text.pinyin(run) if text.HAN.match(run) else run
        exact = [w.word for w in self._words if w.pinyin == sound]
        if exact:
            return exact[:3]
        if len(sound) < 4:
            return []
        close = process.extract(sound, self._sounds, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=4)
        return [self._words[index].word for _, _, index in close]

    def _mended_words(self, run: str) -> str:
        """The run cut at known sounds from the left: 平果手几壳 → 苹果 手机壳."""
        found: list[str] = []
        at = 0
        by_sound = {w.pinyin: w.word for w in reversed(self._words)}
        while at < len(run):
            for end in range(min(len(run), at + text.MAX_SPAN), at + 1, -1):
                word = by_sound.get(text.pinyin(run[at:end]))
                if word:
                    found.append(word)
                    at = end
                    break
            else:
                at += 1
        return " ".join(found)

    def _read_vocabulary(self, conn: Conn) -> None:
        with self._lock:
            if time.monotonic() - self._read_at < VOCABULARY_SECONDS:
                return
            rows = every(conn, "SELECT word, pinyin FROM search_words ORDER BY length(word) DESC, word")
            self._words = [Word(row["word"], row["pinyin"]) for row in rows]
            self._sounds = [w.pinyin for w in self._words]
            self._read_at = time.monotonic()

    # ---------------------------------------------------------------------------------- upkeep

    def feed(self, conn: Conn, limit: int = 500) -> int:
        """Nothing to do: products are indexed in the transaction of their change."""
        return 0

    def digests(self, conn: Conn, product_ids: Sequence[UUID]) -> dict[UUID, str]:
        return {
            row["product_id"]: row["digest"]
            for row in every(conn, "SELECT product_id, digest FROM search_index WHERE product_id = ANY(%s)", [list(product_ids)])
        }

    def self_check(self, conn: Conn) -> SelfCheck:
        """In the caller's transaction: what is missing or different is made anew, words of no product are forgotten."""
        wanted = {d.product_id: d for d in documents(conn)}
        held = {row["product_id"]: row["digest"] for row in every(conn, "SELECT product_id, digest FROM search_index")}
        missing = [p for p in wanted if p not in held]
        different = [p for p, d in wanted.items() if p in held and held[p] != d.digest]
        extra = [p for p in held if p not in wanted]
        if missing or different:
            index_products(conn, missing + different)
        if extra:
            remove(conn, extra)
        words = {w for d in wanted.values() for w in vocabulary_of(d)}
        conn.execute("DELETE FROM search_words WHERE NOT word = ANY(%s)", [list(words)])
        return SelfCheck(len(missing), len(different), len(extra), len(wanted) - len(missing) - len(different))
