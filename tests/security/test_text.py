"""Text of strangers stays text: answered as data, made no markup of by any page, searched for as words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from infra.runner.state import ROOT
from services.catalog.app import SERVICE
from tests.catalog.support import SHOPPER, certified_merchant, certified_product
from tests.support.service import Harness, principal

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}&lt;b&gt;"
HOSTILE = (
    "(a+)+$" + "a" * 150,
    "a" * 200,
    "%" * 200,
    "_" * 200,
    "\\" * 199,
    "' OR 1=1; DROP TABLE products; --",
    "a & | ! <-> :* ( ) ' \" \\",
    "!" * 100 + "(" * 100,
    "灵" * 200,
    "灵 " * 100,
    "‮⁦️​" * 40,
    "\U0001f600" * 100,
    "é̂̃" * 60,
    "{$gt: ''}",
    "((((((((((a*)*)*)*)*)*)*)*)*)*)b",
    "\t\n\r\x0b",
)


def test_a_script_in_a_name_is_stored_and_answered_as_the_text_it_is(make_service: Callable[..., Harness]) -> None:
    catalog = make_service(SERVICE)
    shop = certified_merchant(catalog, name=f"社{SCRIPT}")
    product = certified_product(catalog, shop, name=f"品{SCRIPT}", description=SCRIPT * 3)
    for path in (f"/products/{product}", f"/merchants/{shop.merchant_id}", "/directory"):
        shown = catalog.get(path, SHOPPER).ok()
        assert SCRIPT in str(shown).replace("\\'", "'"), path
    answer = catalog.app.test_client().get(f"/products/{product}")
    assert answer.mimetype == "application/json"


def test_no_page_makes_markup_of_data() -> None:
    """What shows data sets text and attributes; with the strict policy of every page no script in a text would run anyway."""
    sinks = re.compile(r"\.(?:innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(|setTimeout\(['\"`]|srcdoc")
    sources = [p for p in (ROOT / "web").rglob("*") if p.suffix in (".js", ".ts", ".tsx", ".html") and not _foreign(p)]
    assert sources
    assert [str(p.relative_to(ROOT)) for p in sources if sinks.search(p.read_text("utf-8"))] == []
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son\w+=|javascript:", re.IGNORECASE)
    assert [str(p.relative_to(ROOT)) for p in sources if p.suffix == ".html" and inline.search(p.read_text("utf-8"))] == []


def _foreign(file: Path) -> bool:
    return bool({"vendor", "node_modules", "dist"} & set(file.parts))


def test_html_is_answered_from_our_own_files_only(gateway: Flask) -> None:
    """No route of the gateway writes a page from what somebody sent; and pages forbid scripts that are not our files."""
    client = gateway.test_client()
    for path in ("/", "/graphiql"):
        policy = client.get(path).headers["Content-Security-Policy"]
        script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
        assert "unsafe" not in script and "*" not in script and "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
    for path in (f"/{SCRIPT}", f"/media/{SCRIPT}", f"/graphql?query={SCRIPT}", f"/media/files/{SCRIPT}", f"/web/{SCRIPT}"):
        answer = client.get(path)
        assert answer.mimetype != "text/html" or "<img" not in answer.text, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("route", ["/search", "/directory"])
def test_no_searched_text_takes_long_or_fails(route: str, make_service: Callable[..., Harness]) -> None:
    """Filters are values, never patterns (GHSA-jgm3-qmp2-c4p7): each is answered within the time that a statement has."""
    catalog = make_service(SERVICE, BANGFU_STATEMENT_TIMEOUT_MS="5000")
    certified_product(catalog, certified_merchant(catalog))
    parameters: dict[str, Any] = {"/search": ("q",), "/directory": ("category", "label", "county_code")}
    for name in parameters[route]:
        for text in HOSTILE:
            answer = catalog.get(route, principal(), **{name: text})
            assert answer.status in (200, 422), (name, text, answer)
