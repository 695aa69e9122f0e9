"""Which of the two media types a client gets, by its Accept header (RFC 9110, 12.5.1; GraphQL over HTTP, "Media types")."""

from __future__ import annotations

from functools import lru_cache

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
LONG = 512


def negotiated(accept: str | None) -> str | None:
    """The media type of the answer; None when the client takes neither. No header, and a mere ``*/*``, get `application/json`."""
    if not accept:
        return JSON
    return _kept(accept) if len(accept) <= LONG else _choose(accept)


def _choose(accept: str) -> str | None:
    ranges = [r for r in map(_range, accept.split(",")) if r is not None]
    best: tuple[float, int, bool] | None = None
    found = None
    for offered in (GRAPHQL, JSON):
        matches = [(specific, quality) for name, quality in ranges if (specific := _specific(name, offered))]
        if not matches:
            continue
        specific, quality = max(matches)
        # Of equals, the one that was named; where both or neither were, the newer if named and the older under a wildcard.
        rank = (quality, specific, (offered == GRAPHQL) == (specific == 3))
        if quality > 0 and (best is None or rank > best):
            best, found = rank, offered
    return found


_kept = lru_cache(maxsize=256)(_choose)


def _range(text: str) -> tuple[str, float] | None:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return None
            if not 0 <= quality <= 1:
                return None
        elif key.strip() == "charset" and not is_utf8(value):
            return None
    return name, quality


def _specific(name: str, offered: str) -> int:
    return {offered: 3, "application/*": 2, "*/*": 1}.get(name, 0)


def is_utf8(charset: str) -> bool:
    return charset.strip().strip('"').lower() in ("utf-8", "utf8")
