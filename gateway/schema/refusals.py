"""What the schema itself refuses, before a service is asked."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class BadCursor(DomainError):
    code, kind = "BAD_CURSOR", Kind.INVALID
    zh, en = "after 不是本接口给出的游标", "`after` is not a cursor of ours"


class OnlySubscriptions(DomainError):
    code, kind = "ONLY_SUBSCRIPTIONS", Kind.INVALID
    zh, en = "此连接只用于订阅；查询和修改请用 POST", "Only subscriptions go over this socket; queries and mutations go by POST"
