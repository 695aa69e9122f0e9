"""One error family, mapped to HTTP in one place.

A service's ``domain/errors.py`` derives classes from DomainError: stable ``code``, ``kind``, and a sentence in each
language whose ``{facts}`` come from the keyword arguments. ``field`` names the input that the user can mend.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

LANGUAGES = ("zh-CN", "en")


class Kind(StrEnum):
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    ABSENT = "absent"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"


HTTP_STATUS = {
    Kind.INVALID: 422, Kind.UNAUTHENTICATED: 401, Kind.FORBIDDEN: 403, Kind.ABSENT: 404, Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413, Kind.UNAVAILABLE: 503,
}


class DomainError(Exception):
    code: ClassVar[str]
    kind: ClassVar[Kind]
    zh: ClassVar[str]
    en: ClassVar[str]
    known: ClassVar[dict[str, type[DomainError]]] = {}

    def __init__(self, field: str | None = None, **facts: Any) -> None:
        self.field, self.facts = field, facts
        super().__init__(f"{self.code} {field or ''} {facts}".strip())

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        DomainError.known.setdefault(cls.code, cls)

    def message(self, language: str = "zh-CN") -> str:
        template = self.en if language.startswith("en") else self.zh
        try:
            return template.format(**self.facts)
        except (KeyError, IndexError):
            return template

    def as_dict(self, language: str = "zh-CN") -> dict[str, Any]:
        return {
            "code": self.code, "kind": self.kind.value, "field": self.field, "message": self.message(language),
            "facts": {name: str(value) for name, value in self.facts.items()},
        }


class Several(DomainError):
    """Many mistakes of one input, told at once (a call-off grid, an import)."""

    code, kind = "SEVERAL", Kind.INVALID
    zh, en = "有 {count} 处需要修改", "{count} things need mending"

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__(None, count=len(errors))
        self.errors = errors


class NotFound(DomainError):
    code, kind = "NOT_FOUND", Kind.ABSENT
    zh, en = "没有找到", "Not found"


class Forbidden(DomainError):
    code, kind = "FORBIDDEN", Kind.FORBIDDEN
    zh, en = "您没有权限进行此操作", "You may not do this"


class Unauthenticated(DomainError):
    code, kind = "UNAUTHENTICATED", Kind.UNAUTHENTICATED
    zh, en = "请先登录", "Please sign in"


class InvalidInput(DomainError):
    code, kind = "INVALID_INPUT", Kind.INVALID
    zh, en = "“{field_name}”填写有误：{reason}", "“{field_name}” is not valid: {reason}"

    def __init__(self, field: str | None = None, reason: str = "", **facts: Any) -> None:
        super().__init__(field, field_name=field or "", reason=reason, **facts)


class InvalidQuantity(DomainError):
    code, kind = "INVALID_QUANTITY", Kind.INVALID
    zh, en = "数量 {value} {unit} 无效（{reason}）", "Quantity {value} {unit} is not valid ({reason})"


class TooMany(DomainError):
    code, kind = "TOO_MANY", Kind.INVALID
    zh, en = "一次最多 {limit} 项，收到 {count} 项", "At most {limit} at once, got {count}"


class PastDate(DomainError):
    code, kind = "PAST_DATE", Kind.INVALID
    zh, en = "不能填写过去的时间 {value}", "The past date {value} is not allowed here"


class WrongState(DomainError):
    code, kind = "WRONG_STATE", Kind.CONFLICT
    zh, en = "当前状态“{state}”不允许此操作", "Not possible in state “{state}”"


class IdempotencyMismatch(DomainError):
    code, kind = "IDEMPOTENCY_MISMATCH", Kind.CONFLICT
    zh, en = "同一请求编号对应了不同内容", "The idempotency key was used with other content"


class InProgress(DomainError):
    code, kind = "IN_PROGRESS", Kind.CONFLICT
    zh, en = "上一次相同的请求仍在处理，请稍候", "The same request is still being worked on"


class OutcomeUnknown(DomainError):
    code, kind = "OUTCOME_UNKNOWN", Kind.UNAVAILABLE
    zh, en = "暂时无法确认结果，请用同一请求重试", "The outcome is not known yet; repeat the same request"


class Unavailable(DomainError):
    code, kind = "UNAVAILABLE", Kind.UNAVAILABLE
    zh, en = "服务暂时不可用，请稍后再试", "Temporarily unavailable, please try again"


class NotYetKnown(DomainError):
    code, kind = "NOT_YET_KNOWN", Kind.CONFLICT
    zh, en = "“{value}”刚刚创建，尚未同步，请稍后重试", "“{value}” was created a moment ago and is not known here yet; try again"


class FileTooLarge(DomainError):
    code, kind = "FILE_TOO_LARGE", Kind.TOO_LARGE
    zh, en = "文件过大：{size} 字节，上限 {limit} 字节", "The file is too large: {size} bytes, at most {limit}"


class BadFile(DomainError):
    code, kind = "BAD_FILE", Kind.INVALID
    zh, en = "无法读取文件：{reason}", "The file cannot be read: {reason}"


class LinkExpired(DomainError):
    code, kind = "LINK_EXPIRED", Kind.FORBIDDEN
    zh, en = "链接无效或已过期", "The link is not valid or has expired"
