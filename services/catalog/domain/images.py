"""How the two sizes of a picture are called. The key that products and events carry is the large one's."""

from __future__ import annotations

PREFIX = "public/images/"
_LARGE, _CARD = "/large.webp", "/card.webp"


def large_key(digest: str) -> str:
    return f"{PREFIX}{digest[:2]}/{digest[:40]}{_LARGE}"


def card_key(large: str) -> str:
    return large.removesuffix(_LARGE) + _CARD
