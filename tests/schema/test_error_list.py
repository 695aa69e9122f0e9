"""The codes that may leave are a closed list, told in both languages: docs/api/errors.md."""

from __future__ import annotations

import re

from infra import error_list

CHINESE, LATIN = re.compile(r"[一-鿿]"), re.compile(r"[A-Za-z]{2}")
# The protocol's own words, by which clients know it.
PROTOCOL = {"PERSISTED_QUERY_NOT_FOUND"}


def _told(code: str, zh: str, en: str) -> bool:
    only_facts = re.fullmatch(r"\W*(\{\w+\}\W*)+", en) is not None
    return code in PROTOCOL or bool(CHINESE.search(zh) and (LATIN.search(en) or only_facts) and not CHINESE.search(en.replace("抹零", "")))


def test_every_code_has_its_words_in_both_languages() -> None:
    entries = [(e.code, e.zh, e.en) for e in error_list.entries()]
    findings = [(f.code, f.zh, f.en) for f in error_list.findings()]
    assert len(entries) > 130 and len(findings) > 60
    assert [one for one in entries + findings if not _told(*one)] == []


def test_every_code_is_written_in_one_way() -> None:
    assert [e.code for e in error_list.entries() if not error_list.CODE.fullmatch(e.code)] == []


def test_no_code_is_used_that_is_not_in_the_list() -> None:
    """A code of the gateway's or the kit's own making is a class of refusals, or stands in `gateway.errors.PLAIN`."""
    known = error_list.known_codes()
    assert [(code, where) for code, where in error_list.used_codes() if code not in known] == []


def test_a_code_goes_one_way_and_with_one_status() -> None:
    ways: dict[str, set[tuple[str, int]]] = {}
    for entry in error_list.entries():
        ways.setdefault(entry.code, set()).add((entry.way, entry.status))
    assert {code: found for code, found in ways.items() if len(found) > 1} == {}


def test_a_stray_code_and_a_finding_are_seen_in_the_source() -> None:
    source = """
def check(problems, row):
    problems.add(row.line, "price", "TOO_CHEAP", f"低于 {row.least} 元", f"below {row.least} yuan", row.price)
    return {"errors": [{"code": "STRAY"}]}
"""
    import ast

    tree = ast.parse(source)
    assert list(error_list._findings(tree, "orders")) == [
        error_list.Finding("TOO_CHEAP", "低于 {least} 元", "below {least} yuan", "orders")
    ]
    coded = [value for node in ast.walk(tree) for value in error_list._coded(node)]
    assert [value.value for value in coded if isinstance(value, ast.Constant)] == ["STRAY"]


def test_the_facts_of_a_message_are_listed_as_clients_get_them() -> None:
    assert error_list.facts_of("剩余 {left_fen} 分，{why_zh}", "{left_fen} fen left, {why_en}") == ("leftFen", "why")
    changed = next(e for e in error_list.entries() if e.code == "PRICE_CHANGED")
    assert {"newPriceFen", "newVersion", "oldVersion"} <= set(changed.facts)
    assert (changed.way, changed.status, changed.owners) == ("userErrors", 409, ("orders",))
