"""Documents are kept by hash, in bounded memory, whatever a client sends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from graphql import GraphQLSyntaxError

from gateway import documents as module
from gateway.documents import Documents, Prepared, hash_of
from gateway.operations import MANIFEST, build
from gateway.persisted import manifest
from gateway.schema import schema


@pytest.fixture(scope="module")
def built() -> Any:
    return schema.graphql_schema


def get(documents: Documents, source: str) -> Any:
    return documents.get(source, documents.measure(source))


def doc(n: int) -> str:
    return f"query Q{n} {{ __typename }}"


def test_a_document_is_kept_when_it_is_seen_again(built: Any) -> None:
    documents = Documents(built)
    first = get(documents, doc(1))
    assert isinstance(first, Prepared) and first.is_new and len(documents) == 0
    second = get(documents, doc(1))
    assert second is not first and len(documents) == 1
    third = get(documents, doc(1))
    assert third is second and not third.is_new and documents.known(hash_of(doc(1))) is third


def test_a_flood_of_new_documents_leaves_nothing_behind_and_drives_nothing_out(built: Any) -> None:
    documents = Documents(built)
    for _ in range(2):
        get(documents, doc(0))
    for n in range(1, 10_001):
        documents._once.again(hash_of(doc(n)))
        if n % 100 == 0:
            get(documents, doc(n))
    assert len(documents) <= 1 + 100  # those seen twice here
    assert documents.known(hash_of(doc(0))) is not None
    assert len(documents._once._young) + len(documents._once._old) <= 2 * module.REMEMBERED


def test_what_is_sent_twice_is_bounded_by_number_and_length(built: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 20)
    monkeypatch.setattr(module, "KEPT_BYTES", 30 * len(doc(100)))
    documents = Documents(built)
    for n in range(100, 200):
        get(documents, doc(n))
        get(documents, doc(n))
        get(documents, doc(100))  # the one that is in use stays
    assert len(documents) == 20 and documents.known(hash_of(doc(100))) is not None
    monkeypatch.setattr(module, "KEPT_BYTES", 5 * len(doc(100)))
    get(documents, doc(300))
    get(documents, doc(300))
    assert len(documents) <= 5 and documents._bytes <= module.KEPT_BYTES
    long = "{ __typename }" + " " * (module.MAX_KEPT_BYTES + 1)
    for _ in range(3):
        assert get(documents, long).is_new


@pytest.mark.parametrize("source", ["{", "{ nothing }", "{ __typename { id } }"])
def test_what_is_not_valid_is_not_kept(built: Any, source: str) -> None:
    documents = Documents(built)
    for _ in range(3):
        with suppress(GraphQLSyntaxError):
            assert isinstance(get(documents, source), list)
    assert len(documents) == 0


def test_the_web_apps_operations_stand_in_the_manifest_and_are_valid(built: Any) -> None:
    assert MANIFEST.read_text() == build(), "python -m gateway.operations"
    pinned = manifest(MANIFEST)
    documents = Documents(built, pinned)
    assert len(pinned) >= 3
    for sha, source in pinned.items():
        found = documents.known(sha)
        assert found is not None and not found.is_new and documents.is_pinned(sha) and get(documents, source) is found


@pytest.mark.parametrize("pinned", [{"0" * 64: "{ __typename }"}, {hash_of("{ nothing }"): "{ nothing }"}])
def test_a_manifest_that_is_wrong_stops_the_start(built: Any, pinned: dict[str, str]) -> None:
    with pytest.raises(Exception, match="Trusted document"):
        Documents(built, pinned)
