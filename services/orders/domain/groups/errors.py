"""What a campaign may refuse."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class BadCode(DomainError):
    code, kind = "BAD_JOIN_CODE", Kind.INVALID
    zh, en = "口令不正确", "The code is not right"


class CampaignOver(DomainError):
    code, kind = "CAMPAIGN_OVER", Kind.CONFLICT
    zh, en = "活动已截止", "The campaign is over"


class AlreadyJoined(DomainError):
    code, kind = "ALREADY_JOINED", Kind.CONFLICT
    zh, en = "您已参加本次活动", "You have joined this campaign already"


class QuotaExceeded(DomainError):
    code, kind = "QUOTA_EXCEEDED", Kind.CONFLICT
    zh, en = "每人最多 {quota} {unit}", "At most {quota} {unit} a head"


class UnknownGood(DomainError):
    code, kind = "UNKNOWN_GOOD", Kind.INVALID
    zh, en = "本活动没有该商品", "This product is not offered in the campaign"


class AmountDiffers(DomainError):
    code, kind = "AMOUNT_DIFFERS", Kind.CONFLICT
    zh, en = "付款 {paid_yuan} 元与应付 {due_yuan} 元不符", "Paid {paid_yuan}, due {due_yuan} yuan"


class NothingDue(DomainError):
    code, kind = "NOTHING_DUE", Kind.CONFLICT
    zh, en = "没有需要支付的款项", "There is nothing to pay"


class PaymentPending(DomainError):
    code, kind = "PAYMENT_PENDING", Kind.CONFLICT
    zh, en = "有成员正在线上支付，请稍后再登记转账", "A member is paying online at this moment; record the transfer afterwards"


class NoBuyer(DomainError):
    code, kind = "NO_BUYER", Kind.INVALID
    zh, en = "请填写采购单位或组织单位", "Name the buying institution or the organising unit"
