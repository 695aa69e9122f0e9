"""Files go up and come down by signed links alone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from gateway.http.media import download_link
from tests.gateway.conftest import Caller


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
