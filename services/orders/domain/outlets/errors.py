"""What an outlet's papers may be refused for."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class SubKindDiffers(DomainError):
    code, kind = "SUB_KIND_DIFFERS", Kind.INVALID
    zh, en = "“{sub_kind}”不属于“{outlet_kind}”", "“{sub_kind}” is no sub-kind of “{outlet_kind}”"


class OutletNotOpen(DomainError):
    code, kind = "OUTLET_NOT_OPEN", Kind.CONFLICT
    zh, en = "网点在 {day} 没有营业", "The outlet is not open on {day}"


class SlipNumberTaken(DomainError):
    code, kind = "SLIP_NUMBER_TAKEN", Kind.CONFLICT
    zh, en = "小票号 {slip_no} 已用于另一笔销售", "Slip number {slip_no} stands for another sale"


class RoundingTooLarge(DomainError):
    code, kind = "ROUNDING_TOO_LARGE", Kind.INVALID
    zh, en = "抹零金额应在 −0.99 到 0.99 元之间，且不超过合计", "Rounding is between −0.99 and 0.99 yuan and not above the total"


class SheetExists(DomainError):
    code, kind = "SHEET_EXISTS", Kind.CONFLICT
    zh, en = "该网点（展位）此期间已有报表 {sheet_no}", "There is a sheet {sheet_no} of this outlet (stand) and period"


class PeriodNotOver(DomainError):
    code, kind = "PERIOD_NOT_OVER", Kind.INVALID
    zh, en = "期间截至 {until} 尚未结束", "The period until {until} is not over"


class StandNeeded(DomainError):
    code, kind = "STAND_NEEDED", Kind.INVALID
    zh, en = "展销会日报表须填写展位", "A day sheet of a fair names its stand"


class SheetKindDiffers(DomainError):
    code, kind = "SHEET_KIND_DIFFERS", Kind.INVALID
    zh, en = "展销会填日报表，不填月报表", "A fair files day sheets, not monthly ones"


class NotAFair(DomainError):
    code, kind = "NOT_A_FAIR", Kind.INVALID
    zh, en = "只有展销会有后续订单", "Only a fair has follow-up orders"


class FairOrderTaken(DomainError):
    code, kind = "FAIR_ORDER_TAKEN", Kind.CONFLICT
    zh, en = "订单编号 {order_no} 已存在", "Order number {order_no} exists"


class OutletCodeTaken(DomainError):
    code, kind = "OUTLET_CODE_TAKEN", Kind.CONFLICT
    zh, en = "网点编号 {outlet_code} 已存在", "Outlet code {outlet_code} exists"
