"""What livestream refuses, each with a stable code and a sentence in both languages."""

from services.kit.errors import DomainError, Kind


class NotSellable(DomainError):
    code, kind = "NOT_SELLABLE", Kind.CONFLICT
    zh, en = "产品 {product_id} 当前不在认定有效期内或已停售（{reason}）", "Product {product_id} may not be sold now ({reason})"


class NotLinked(DomainError):
    code, kind = "NOT_LINKED", Kind.CONFLICT
    zh, en = "该产品没有挂在本场直播间", "This product is not linked to the session"


class AlreadyLive(DomainError):
    code, kind = "ALREADY_LIVE", Kind.CONFLICT
    zh, en = "您已有一场直播正在进行，请先结束", "You have a session that is live; end it first"


class SessionNotLive(DomainError):
    code, kind = "SESSION_NOT_LIVE", Kind.CONFLICT
    zh, en = "直播未在进行中（{state}）", "The session is not live ({state})"


class NotJoined(DomainError):
    code, kind = "NOT_JOINED", Kind.CONFLICT
    zh, en = "请先进入直播间", "Join the session first"


class OwnPurchase(DomainError):
    code, kind = "OWN_PURCHASE", Kind.CONFLICT
    zh, en = "主播和场控自己的购买不计入直播", "A host's own purchase is not credited to the session"


class StreamerNotApproved(DomainError):
    code, kind = "STREAMER_NOT_APPROVED", Kind.CONFLICT
    zh, en = "主播尚未通过审核", "The streamer is not approved"


class AlreadyApplied(DomainError):
    code, kind = "ALREADY_APPLIED", Kind.CONFLICT
    zh, en = "您已提交过主播申请", "You have applied as a streamer already"


class StreamLinkRefused(DomainError):
    code, kind = "STREAM_LINK_REFUSED", Kind.INVALID
    zh, en = "直播链接必须是 https:// 开头的完整地址", "The stream's link must be a whole https:// address"


class NotCertifiedThen(DomainError):
    code, kind = "NOT_CERTIFIED_THEN", Kind.INVALID
    zh, en = "产品 {product} 在 {day} 不在认定有效期内", "Product {product} was not certified on {day}"


class TotalsDiffer(DomainError):
    code, kind = "TOTALS_DIFFER", Kind.INVALID
    zh, en = "总额 {stated} 分与明细合计 {summed} 分不一致", "The total of {stated} fen is not the sum of the lines, {summed} fen"


class DoubleProduct(DomainError):
    code, kind = "DOUBLE_PRODUCT", Kind.INVALID
    zh, en = "产品 {product} 在同一场中出现两次", "Product {product} stands twice in one session"


class WrongUnit(DomainError):
    code, kind = "WRONG_UNIT", Kind.INVALID
    zh = "产品 {product} 的单位应为 {expected} 或重量单位，收到 {unit}"
    en = "Product {product} is counted in {expected} or by weight, not in {unit}"


class NotYourProduct(DomainError):
    code, kind = "NOT_YOUR_PRODUCT", Kind.INVALID
    zh, en = "产品 {product} 不属于本经营主体", "Product {product} is not of this merchant"


class InTheFuture(DomainError):
    code, kind = "IN_THE_FUTURE", Kind.INVALID
    zh, en = "时间 {value} 还没有到", "{value} lies in the future"


class PeriodClosed(DomainError):
    code, kind = "PERIOD_CLOSED", Kind.INVALID
    zh, en = "{value} 早于可补录的最早时间 {earliest}", "{value} lies before the earliest open day, {earliest}"


class BadPeriod(DomainError):
    code, kind = "BAD_PERIOD", Kind.INVALID
    zh, en = "结束时间应晚于开始时间，且不超过 {hours} 小时", "The end comes after the start, within {hours} hours"


class AlreadyRecorded(DomainError):
    code, kind = "ALREADY_RECORDED", Kind.CONFLICT
    zh, en = "该场直播已登记为 {session_no}", "This session is recorded already, as {session_no}"


KIND_WORDS = {
    "not_certified": ("未认定", "not certified"), "suspended": ("已暂停", "suspended"), "revoked": ("已撤销", "revoked"),
    "recalled": ("已召回", "recalled"), "expired": ("认定到期", "certification expired"),
    "merchant": ("经营主体已停售", "its merchant may not sell"), "host": ("主播移除", "taken off by the host"),
}


def words_of(reason: str) -> tuple[str, str]:
    """A product's reason in Chinese and English; ``merchant_…`` reasons name the merchant."""
    return KIND_WORDS["merchant" if reason.startswith("merchant_") else reason]
