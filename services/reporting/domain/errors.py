"""What reporting refuses, in both languages."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class PeriodReversed(DomainError):
    code, kind = "PERIOD_REVERSED", Kind.INVALID
    zh, en = "起始日期 {start} 晚于截止日期 {end}", "The period begins on {start}, after its end {end}"


class PeriodNotOver(DomainError):
    code, kind = "PERIOD_NOT_OVER", Kind.INVALID
    zh, en = "报告截止日期 {end} 还没有到（今天是 {today}）", "The period ends on {end}, which has not come yet (today is {today})"


class AlreadyRegistered(DomainError):
    code, kind = "ALREADY_REGISTERED", Kind.CONFLICT
    zh, en = "“{value}”已经登记过", "“{value}” is in the register already"


class SuccessorNeedsEnd(DomainError):
    code, kind = "SUCCESSOR_NEEDS_END", Kind.INVALID
    zh, en = "填写承接单位时须填写终止日期", "A department with a successor has a last day"


class LinkRequired(DomainError):
    code, kind = "LINK_REQUIRED", Kind.INVALID
    zh, en = "此类活动须关联{what}", "An activity of this kind is linked to its {what}"


class LevelRequired(DomainError):
    code, kind = "LEVEL_REQUIRED", Kind.INVALID
    zh, en = "报刊、广电报道须填写级别；其他不填", "Press records state their level; films, columns and brochures have none"


class UnknownReference(DomainError):
    code, kind = "UNKNOWN", Kind.INVALID
    zh, en = "系统中没有“{value}”", "“{value}” does not exist here"
