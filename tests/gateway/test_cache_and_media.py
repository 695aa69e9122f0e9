from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from gateway.cache import AnswerCache
from gateway.http.media import download_link
from tests.gateway.conftest import Caller


def test_an_answer_is_kept_for_its_second_and_dropped_by_a_purge() -> None:
    cache = AnswerCache(seconds=60)
    cache.put(b"k", cache.begin(b"k") or 0, b"answer")
    assert cache.get(b"k") == b"answer"
    cache.purge()
    assert cache.get(b"k") is None
    stale = AnswerCache(seconds=0)
    stale.put(b"k", stale.begin(b"k") or 0, b"answer")
    assert stale.get(b"k") is None


def test_an_answer_begun_before_a_purge_is_not_kept_after_it() -> None:
    cache = AnswerCache(seconds=60)
    ticket = cache.begin(b"k")
    cache.purge()
    cache.put(b"k", ticket or 0, b"from before the withdrawal")
    assert cache.get(b"k") is None


def test_while_one_refreshes_the_others_wait_for_it() -> None:
    cache, asked = AnswerCache(seconds=60), []
    gate = threading.Event()

    def caller() -> None:
        ticket = cache.begin(b"k")
        if ticket is not None:
            asked.append(1)
            gate.wait(5)
            cache.put(b"k", ticket, b"answer")

    threads = [threading.Thread(target=caller) for _ in range(8)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert len(asked) == 1 and cache.get(b"k") == b"answer"


def test_a_file_goes_up_once_by_a_signed_link_and_is_bounded(sign_up: Callable[..., Caller], visitor: Caller) -> None:
    ann = sign_up()
    upload = ann.perform("createUpload", filename="a.csv", purpose="import")["upload"]
    path = urlsplit(upload["url"]).path
    assert ann.http.put(path[:-2] + "xx", data=b"1").status_code == 403
    stored = ann.http.put(path, data=b"hello")
    assert stored.status_code == 201 and stored.get_json()["size"] == 5
    assert ann.http.put(path, data=b"again").status_code == 403
    assert visitor.code('mutation { createUpload(input: {filename: "a", purpose: "import"}) { userErrors { code } } }') == "UNAUTHENTICATED"


def test_a_file_above_the_limit_is_refused_and_its_link_stays_unused(sign_up: Callable[..., Caller]) -> None:
    ann = sign_up()
    path = urlsplit(ann.perform("createUpload", filename="big.csv", purpose="import")["upload"]["url"]).path
    assert ann.http.put(path, data=b"x" * (ann.edge.settings.max_upload_bytes + 1)).status_code == 413


def test_a_download_is_an_attachment_with_its_chinese_name_and_its_link_cannot_be_altered(visitor: Caller) -> None:
    visitor.edge.objects.put("reports/r1", b"data", "text/csv")
    path = urlsplit(download_link(visitor.edge, "reports/r1", "报告.csv", "text/csv")).path
    answer = visitor.http.get(path)
    assert answer.data == b"data" and answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%8A%A5")
    assert visitor.http.get(path[:-3] + "abc").status_code == 403


def test_only_pictures_under_public_are_served_openly(visitor: Caller) -> None:
    visitor.edge.objects.put("reports/secret.png", b"data", "image/png")
    visitor.edge.objects.put("public/products/ab12.webp", b"data", "image/webp")
    assert visitor.http.get("/media/public/products/ab12.webp").data == b"data"
    for key in ("reports/secret.png", "public/../reports/secret.png", "public/missing.webp", "public/x.svg", "uploads/x"):
        assert visitor.http.get(f"/media/{key}").status_code in (404, 308)
