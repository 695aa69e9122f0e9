"""Rules of the three registers: departments, activities, publicity."""

from __future__ import annotations

from datetime import date

from services.reporting.domain.errors import LevelRequired, LinkRequired, PeriodReversed, SuccessorNeedsEnd

ACTIVITY_KINDS = {"session": "直播专场", "fair": "展销会", "signing": "签约仪式", "community_day": "社区集市日", "matching": "产销对接会"}
MEDIA = {
    "newspaper": "报纸",
    "television": "电视",
    "radio": "广播",
    "online": "网络",
    "film": "公益片",
    "column": "专栏",
    "brochure": "画册",
}
LEVELS = {"central": "中央级", "provincial": "省级", "city": "市级"}
PRESS = ("newspaper", "television", "radio")
WITHOUT_LEVEL = ("film", "column", "brochure")


def ensure_department(valid_from: date, valid_until: date | None, successor: str | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise PeriodReversed("valid_until", start=valid_from, end=valid_until)
    if successor and valid_until is None:
        raise SuccessorNeedsEnd("successor")


def ensure_activity_is_linked(kind: str, session: object, outlet: object) -> None:
    """An activity that is a session or a fair counts once: it names it."""
    if kind == "session" and not session:
        raise LinkRequired("linked_session", what="专场 session")
    if kind == "fair" and not outlet:
        raise LinkRequired("linked_outlet", what="展销会 fair")


def ensure_level(medium: str, level: str | None) -> None:
    if (medium in PRESS and not level) or (medium in WITHOUT_LEVEL and level):
        raise LevelRequired("level")
