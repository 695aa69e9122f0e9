"""What the Meilisearch adapter says on the wire. Its search itself is in tests/contract/search, against a real server only."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.catalog.app import SERVICE
from tests.catalog.support import SHOPPER, certified_merchant, certified_product
from tests.support.service import BUREAU, Harness


class Recorder(ThreadingHTTPServer):
    """Answers each documented route with the documented shape, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.documents: dict[str, Any] = {}
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self, end: str) -> list[Any]:
        return [body for _, path, body in self.asked if path.endswith(end)]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        self.asked.append((method, path, body))
        at = "2026-11-24T00:00:00.000000Z"
        if path.startswith("/tasks/"):
            return 200, {
                "uid": 1, "indexUid": "products", "status": "succeeded", "type": "documentAdditionOrUpdate", "details": {}, "error": None,
                "canceledBy": None, "duration": "PT0.1S", "enqueuedAt": at, "startedAt": at, "finishedAt": at,
            }  # fmt: skip
        if path.endswith("/search"):
            hits = [{"product_id": key} for key in self.documents]
            return 200, {"hits": hits, "facetDistribution": {"labels": {}, "category": {"fruit": 1}}, "estimatedTotalHits": len(hits)}
        if path.endswith("/documents/fetch"):
            return 200, {"results": list(self.documents.values()), "offset": 0, "limit": 1000, "total": len(self.documents)}
        if path.endswith("/delete-batch"):
            for key in body:
                self.documents.pop(key, None)
        if path.endswith("/documents"):
            self.documents |= {row["product_id"]: row for row in body}
        return 202, {"taskUid": 1, "indexUid": "products", "status": "enqueued", "type": "x", "enqueuedAt": at}


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def _any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        status, answer = self.server.answer(self.command, self.path.split("?")[0], body)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _any

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def meili() -> Iterator[Recorder]:
    server = Recorder()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_products_are_fed_and_found_by_filters_of_the_clock(make_service: Callable[..., Harness], meili: Recorder) -> None:
    catalog = make_service(SERVICE, BANGFU_MEILI_URL=meili.url)
    product = certified_product(catalog, certified_merchant(catalog))
    assert catalog.run_scheduled("search_feed") == {"sent": 1} and catalog.run_scheduled("search_feed") == {"sent": 0}
    assert meili.bodies("/settings")[0]["filterableAttributes"]
    (sent,) = meili.bodies("/documents")[0]
    assert sent["product_id"] == product and "xianggua" in sent["pinyin"] and "xg" in sent["initials"] and sent["hidden"] is False
    assert sent["valid_from"] < sent["valid_until"]

    answer = catalog.get("/search", SHOPPER, q="香瓜 ", county_code="371522").ok()
    assert answer["engine"] == "meilisearch" and [i["product_id"] for i in answer["items"]] == [product]
    asked = meili.bodies("/search")[0]
    assert asked["q"] == "香瓜" and 'county_code = "371522"' in asked["filter"] and "hidden = false" in asked["filter"]


def test_a_hit_that_may_no_longer_be_sold_is_not_shown(make_service: Callable[..., Harness], meili: Recorder) -> None:
    catalog = make_service(SERVICE, BANGFU_MEILI_URL=meili.url)
    product = certified_product(catalog, certified_merchant(catalog))
    catalog.run_scheduled("search_feed")
    catalog.post(f"/products/{product}/suspend", BUREAU, {"reason": "核查"}).ok()
    answer = catalog.get("/search", SHOPPER, q="香瓜").ok()
    assert answer["engine"] == "meilisearch" and answer["items"] == []
    catalog.run_scheduled("search_feed")
    assert meili.documents[product]["hidden"] is True


def test_the_self_check_finds_what_the_index_lacks_and_what_it_has_too_much(make_service: Callable[..., Harness], meili: Recorder) -> None:
    catalog = make_service(SERVICE, BANGFU_MEILI_URL=meili.url)
    product = certified_product(catalog, certified_merchant(catalog))
    catalog.run_scheduled("search_feed")
    meili.documents["01920000-0000-7000-8000-0000000000ff"] = {"product_id": "01920000-0000-7000-8000-0000000000ff", "digest": "x"}
    del meili.documents[product]
    assert catalog.run_scheduled("search_self_check")["meilisearch"] == {"missing": 1, "different": 0, "extra": 1, "up_to_date": 0}
    assert list(meili.documents) == [product]
    assert catalog.run_scheduled("search_self_check")["meilisearch"]["up_to_date"] == 1
