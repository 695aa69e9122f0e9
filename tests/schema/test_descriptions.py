"""Whoever reads the schema alone can use it: nothing in it is without words, and no words only repeat its name."""

from __future__ import annotations

import re
from pathlib import Path

import graphene
import pytest

from gateway import permissions, restricted
from gateway.permissions import ACCOUNT, ANYONE, VISITOR, roles
from gateway.schema import schema
from gateway.schema.descriptions import COMMON, describe, members, own_words, undescribed, who_may, who_sees, words_of
from services.kit.principal import Role

BUILT = schema.graphql_schema
ROOTS = ("Query", "Mutation", "Subscription")
EMPTY_WORDS = set(re.findall(r"\w+", "a an the of in on at to for its it is this that with and or by from as one s id null"))


def _words(text: str) -> set[str]:
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text).lower()
    return {w.removesuffix("s") for w in re.findall(r"[a-z0-9]+|[一-鿿]+|[%×…]", parts)} - EMPTY_WORDS


def repeats_the_name(coordinate: str, text: str) -> bool:
    """Every word of it stands in the coordinate already: ``Order.state``: “State of the order”."""
    return _words(text) <= _words(coordinate)


def test_nothing_in_the_schema_is_without_words() -> None:
    """They stand where a field is written (`description=`) or in gateway/schema/words/*.toml."""
    assert undescribed(BUILT) == []


def test_no_words_only_repeat_the_name() -> None:
    found = [(where, text) for where, text in members(BUILT) if repeats_the_name(where, own_words(text))]
    assert found == []


@pytest.mark.parametrize(
    ("coordinate", "text", "trivial"),
    [
        ("Order.state", "State of the order", True),
        ("Query.outlet", "An outlet", True),
        ("Merchant.countyCode", "County code", True),
        ("Merchant.countyCode", "County, six digits of GB/T 2260", False),
        ("Order.state", "placed, paid, shipped, cancelled or refunded", False),
    ],
)
def test_what_counts_as_a_repetition(coordinate: str, text: str, trivial: bool) -> None:
    assert repeats_the_name(coordinate, text) is trivial


def test_two_members_of_a_type_are_not_told_alike() -> None:
    told: dict[tuple[str, str], list[str]] = {}
    for where, text in members(BUILT):
        kind = where.split("(")[0].split(".")[0]
        if "." in where and "(" not in where and kind not in ROOTS:
            told.setdefault((kind, text or ""), []).append(where)
    assert [found for found in told.values() if len(found) > 1] == []


def test_no_words_are_left_of_what_is_gone() -> None:
    known = {where for where, _ in members(BUILT)}
    stale = []
    for kind, own in words_of().items():
        for key in own if kind not in COMMON.values() else ():
            name, _, argument = key.partition(".")
            where = kind if key == "_" else f"{kind}.{name}({argument}:)" if argument else f"{kind}.{name}"
            if where not in known:
                stale.append(where)
    assert stale == []


def test_root_fields_say_who_may_as_the_permission_table_has_it() -> None:
    told = dict(members(BUILT))
    for name, rule in permissions.table().items():
        assert (told[name] or "").endswith(f"Who may: {who_may(rule)}."), name


def test_restricted_fields_say_who_sees_them() -> None:
    told = dict(members(BUILT))
    for name, rule in restricted.FIELDS.items():
        assert (told[name] or "").endswith(f"Who sees it: {who_sees(rule)}."), name
    assert who_sees(restricted.FIELDS["Order.recipient"]) == "its owner, `MERCHANT` of its merchant; refused to others"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (ANYONE, "anyone"),
        (VISITOR, "a guest with a token of `startGuest`, or any account"),
        (ACCOUNT, "any account"),
        (roles(Role.BUREAU, Role.OPERATOR), "`BUREAU`, `OPERATOR`, each within its scope"),
    ],
)
def test_who_may_in_words(rule: permissions.Rule, words: str) -> None:
    assert who_may(rule) == words


def test_amounts_and_quantities_say_their_unit() -> None:
    told = dict(members(BUILT))
    assert "yuan" in (told["Money.amount"] or "") and "fen" in (told["Money.amount"] or "")
    assert "yuan" in (told["MoneyInput.amount"] or "")
    grams = [where for where, _ in members(BUILT) if where.endswith(".netWeightG")]
    assert grams and all("gram" in (told[where] or "") for where in grams)


def test_a_new_field_without_words_is_found_with_its_place() -> None:
    class Query(graphene.ObjectType):
        """What can be asked."""

        pear = graphene.String(description="How many pears hang on the tree", ripe=graphene.Boolean())
        plum = graphene.String()

    built = graphene.Schema(query=Query).graphql_schema
    describe(built, {"Query.plum": ACCOUNT}, {}, {})
    assert undescribed(built) == ["Query.pear(ripe:)", "Query.plum"]
    describe(built, {}, {}, {"Query": {"plum": "The last one of the year", "pear.ripe": "Only those that fell"}})
    assert undescribed(built) == []


def test_two_files_may_not_describe_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[Pear]\ncolour = "Green until September"\n')
    (tmp_path / "b.toml").write_text('[Pear]\ncolour = "Yellow from September on"\n')
    with pytest.raises(ValueError, match=r"b\.toml.*Pear.*colour"):
        words_of(tmp_path)
