"""Refusals shared by every way of selling, and those of shopping. Other nouns add theirs in ``domain/<noun>/errors.py``."""

from __future__ import annotations

from services.kit.errors import DomainError, Kind


class NotCertified(DomainError):
    """``reason`` is one of the values of `domain.offers.standing.Reason`."""

    code, kind = "NOT_CERTIFIED", Kind.CONFLICT
    zh, en = "“{name}”当前不在认定有效期内或已被暂停、撤销、召回（{reason}）", "“{name}” is not certified for sale now ({reason})"


class NotCertifiedThen(DomainError):
    code, kind = "NOT_CERTIFIED_THEN", Kind.INVALID
    zh, en = "“{name}”在 {when} 未获认定或已被暂停、撤销、召回", "“{name}” was not certified for sale on {when}"


class UnknownProduct(DomainError):
    code, kind = "UNKNOWN_PRODUCT", Kind.INVALID
    zh, en = "没有产品 {product_id}", "There is no product {product_id}"


class WrongUnit(DomainError):
    code, kind = "WRONG_UNIT", Kind.INVALID
    zh, en = "“{name}”不能按 {unit} 销售", "“{name}” is not sold by {unit}"


class LimitExceeded(DomainError):
    code, kind = "LIMIT_EXCEEDED", Kind.CONFLICT
    zh, en = "超出额度：需要 {needed_fen} 分，剩余 {left_fen} 分", "Beyond the limit: {needed_fen} fen needed, {left_fen} fen left"


class RefundTooLarge(DomainError):
    code, kind = "REFUND_TOO_LARGE", Kind.CONFLICT
    zh = "退款超过可退余额：剩余数量 {quantity}，剩余金额 {amount_fen} 分"
    en = "More than is left to refund: {quantity} and {amount_fen} fen"


class PriceChanged(DomainError):
    """``offer_version`` is the one to agree to."""

    code, kind = "PRICE_CHANGED", Kind.CONFLICT
    zh = "“{name}”的报价已变更为 {new_price_fen} 分／{unit}（版本 {new_version}，您看到的是 {old_version}），请确认后再下单"
    en = "“{name}” has changed: now {new_price_fen} fen per {unit} (version {new_version}, you saw {old_version}); please agree to it"


class OutOfStock(DomainError):
    code, kind = "OUT_OF_STOCK", Kind.CONFLICT
    zh, en = "“{name}”库存不足，剩余 {left} {unit}", "“{name}” is out of stock: {left} {unit} left"


class AttributionForged(DomainError):
    code, kind = "ATTRIBUTION_FORGED", Kind.INVALID
    zh, en = "直播归因凭证无效", "The attribution token is not genuine"


class EmptyCheckout(DomainError):
    code, kind = "EMPTY_CHECKOUT", Kind.INVALID
    zh, en = "请至少选择一件商品", "Choose at least one product"


class RepeatedProduct(DomainError):
    code, kind = "REPEATED_PRODUCT", Kind.INVALID
    zh, en = "同一商品出现两次", "The same product stands twice"


class PaymentRefused(DomainError):
    """``reason`` is the provider's decline code."""

    code, kind = "PAYMENT_REFUSED", Kind.CONFLICT
    zh, en = "支付未成功（{reason}），可换一种方式再试", "The payment was refused ({reason}); you may try another way"


class PaymentUnavailable(DomainError):
    code, kind = "PAYMENT_UNAVAILABLE", Kind.UNAVAILABLE
    zh, en = "支付服务暂时不可用，订单已保留，请稍后再付", "The payment service is away; your order is kept, please pay in a moment"


class PaymentClosed(DomainError):
    code, kind = "PAYMENT_CLOSED", Kind.CONFLICT
    zh, en = "该订单已不能支付（{state}）", "This payment is closed ({state})"


class BadSignature(DomainError):
    code, kind = "BAD_SIGNATURE", Kind.INVALID
    zh, en = "签名无效", "The signature is not valid"
