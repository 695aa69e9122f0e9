"""Which media type a client gets for its Accept header."""

from __future__ import annotations

import pytest

from gateway.http.negotiation import GRAPHQL, JSON, negotiated


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("Application/GraphQL-Response+JSON ; charset=UTF-8", GRAPHQL),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),  # Apollo Client, gql
        ("application/json;q=0.9, application/graphql-response+json;q=0.8", JSON),
        ("application/json, application/graphql-response+json", GRAPHQL),  # of equals, the newer
        ("application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed", GRAPHQL),
        ("application/json, */*;q=0.1", JSON),
        ("application/graphql-response+json;q=0.2, */*;q=0.9", JSON),
        ("application/graphql-response+json;q=0, application/json", JSON),
        ("application/json;q=0, */*", GRAPHQL),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;charset=iso-8859-1", None),
        ("application/json;q=nonsense", None),
        ("application/json;q=2", None),
        (",;,=", None),
        ("text/html, " * 200 + "application/json", JSON),
    ],
)
def test_media_type(accept: str | None, wanted: str | None) -> None:
    assert negotiated(accept) == wanted
