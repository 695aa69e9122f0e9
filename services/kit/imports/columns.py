"""What a cell may hold. Each parser takes the trimmed text and gives a value, or raises CellError with both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from services.kit import money
from services.kit.time import SHANGHAI, parse_month


class CellError(ValueError):
    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


Parser = Callable[[str], Any]


@dataclass(frozen=True)
class Column:
    """``key`` is the English header, ``title`` the Chinese one; files may use either. ``header``: same in all rows of a document.

    ``personal``: what a person is called; neither the preview nor a problem keeps it, because only one table may.
    """

    key: str
    title: str
    parse: Parser
    required: bool = True
    header: bool = False
    personal: bool = False


def text(limit: int = 200) -> Parser:
    def parse(cell: str) -> str:
        if len(cell) > limit:
            raise CellError("TOO_LONG", f"最多 {limit} 个字", f"at most {limit} characters")
        return cell
    return parse


def code(cell: str) -> str:
    if not re.fullmatch(r"[\w.\-/()（）·]{1,64}", cell):
        raise CellError("BAD_CODE", "编号只能含字母、数字、汉字和 - . /", "a code has letters, digits and - . / only")
    return cell


def choice(values: Mapping[str, str]) -> Parser:
    """``values``: slug → Chinese word; either is accepted."""
    by_word = {word: slug for slug, word in values.items()} | {slug: slug for slug in values}

    def parse(cell: str) -> str:
        try:
            return by_word[cell]
        except KeyError:
            raise CellError("UNKNOWN_CHOICE", f"应为：{'、'.join(values.values())}", f"one of: {', '.join(values)}") from None
    return parse


def yes_no(cell: str) -> bool:
    return bool(choice({"yes": "是", "no": "否"})({"true": "yes", "false": "no", "1": "yes", "0": "no"}.get(cell.lower(), cell)) == "yes")


def integer(low: int = 0, high: int = 10**9) -> Parser:
    def parse(cell: str) -> int:
        if not re.fullmatch(r"[+-]?\d{1,12}(\.0+)?", cell) or not low <= int(float(cell)) <= high:
            raise CellError("BAD_NUMBER", f"应为 {low} 到 {high} 的整数", f"a whole number from {low} to {high}")
        return int(float(cell))
    return parse


def decimal(cell: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", ""))
    except InvalidOperation:
        raise CellError("BAD_NUMBER", "应为数字", "a number") from None
    if not number.is_finite() or not cell.isascii():
        raise CellError("BAD_NUMBER", "应为数字", "a number")
    return number


def positive(cell: str) -> Decimal:
    number = decimal(cell)
    if number <= 0:
        raise CellError("NOT_POSITIVE", "应大于 0", "must be above 0")
    return number


def not_negative(cell: str) -> Decimal:
    number = decimal(cell)
    if number < 0:
        raise CellError("NEGATIVE", "不能小于 0", "must not be below 0")
    return number


def fen(cell: str) -> int:
    """Yuan with at most two decimals → fen, not negative."""
    try:
        amount = money.to_fen(cell.replace(",", ""))
    except ValueError:
        raise CellError("BAD_AMOUNT", "应为金额（元，最多两位小数）", "an amount in yuan with at most two decimals") from None
    if amount < 0:
        raise CellError("NEGATIVE", "不能小于 0", "must not be below 0")
    return amount


def signed_fen(cell: str) -> int:
    return -fen(cell[1:]) if cell.startswith("-") else fen(cell)


def day(cell: str) -> date:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise CellError("BAD_DATE", "应为日期，如 2026-10-31", "a date such as 2026-10-31")


def instant(cell: str) -> datetime:
    """Local time in Asia/Shanghai."""
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(cell, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise CellError("BAD_TIME", "应为时间，如 2026-10-31 06:10", "a time such as 2026-10-31 06:10")


def month(cell: str) -> date:
    """→ its first day."""
    for candidate in (cell, cell[:7], cell.replace("年", "-").replace("月", "")):
        try:
            return parse_month(candidate)
        except ValueError:
            continue
    raise CellError("BAD_MONTH", "应为月份，如 2026-10", "a month such as 2026-10")


def months(cell: str) -> list[int]:
    """``4;5;6`` or ``4,5,6`` → months of the year, as the list that an array column takes."""
    parts = [p for p in re.split(r"[;,；，、\s]+", cell) if p]
    if not all(p.isdigit() and 1 <= int(p) <= 12 for p in parts):
        raise CellError("BAD_MONTHS", "应为月份列表，如 4;5;6", "months such as 4;5;6")
    return sorted({int(p) for p in parts})


def codes(cell: str) -> tuple[str, ...]:
    return tuple(code(p) for p in re.split(r"[;；,，]+", cell) if p)
