"""Stripe's documented test cards and test payment methods, and what each of them does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Decline:
    """Why a bank says no. `code` and `decline_code` as Stripe documents them; the texts are for the shopper."""

    code: str
    decline_code: str
    message: str
    zh: str


DECLINES = {
    "generic": Decline("card_declined", "generic_decline", "Your card was declined.", "您的银行卡被拒绝。"),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds.", "您的银行卡余额不足。"
    ),
    "lost": Decline("card_declined", "lost_card", "Your card was declined.", "您的银行卡被拒绝。"),
    "stolen": Decline("card_declined", "stolen_card", "Your card was declined.", "您的银行卡被拒绝。"),
    "expired": Decline("expired_card", "expired_card", "Your card has expired.", "您的银行卡已过期。"),
    "cvc": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "安全码不正确。"),
    "processing": Decline(
        "processing_error", "processing_error",
        "An error occurred while processing your card. Try again in a little bit.", "处理银行卡时出错，请稍后再试。",
    ),
    "velocity": Decline(
        "card_declined", "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
        "您的银行卡尝试过于频繁或超过限额，已被拒绝。",
    ),
    "fraudulent": Decline("card_declined", "fraudulent", "Your card was declined.", "您的银行卡被拒绝。"),
    "not_a_test_card": Decline(
        "card_declined", "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test card. "
        "For a list of valid test cards, visit: https://stripe.com/docs/testing.",
        "测试环境只接受测试卡号。",
    ),
    "authentication_required": Decline(
        "authentication_required", "authentication_required",
        "Your card was declined. This transaction requires authentication.", "此笔交易需要身份验证。",
    ),
    "number": Decline("incorrect_number", "incorrect_number", "Your card number is incorrect.", "银行卡号不正确。"),
    "invalid_number": Decline(
        "invalid_number", "invalid_number", "Your card number is not a valid credit card number.", "银行卡号无效。"
    ),
    "month": Decline(
        "invalid_expiry_month", "invalid_expiry_month", "Your card's expiration month is invalid.", "到期月份无效。"
    ),
    "year": Decline(
        "invalid_expiry_year", "invalid_expiry_year", "Your card's expiration year is invalid.", "到期年份无效。"
    ),
    "invalid_cvc": Decline("invalid_cvc", "invalid_cvc", "Your card's security code is invalid.", "安全码无效。"),
}

Authentication = Literal["no", "on_request", "unless_set_up", "always"]
Aftermath = Literal["", "dispute_fraudulent", "dispute_not_received", "dispute_inquiry", "refund_pending",
                    "refund_fails", "available_at_once"]


@dataclass(frozen=True)
class TestCard:
    """`decline` names a row of DECLINES (after authentication, where the card asks for it)."""

    __test__ = False

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: str = ""
    authentication: Authentication = "no"
    aftermath: Aftermath = ""
    set_up: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


# Payment method ids that Stripe documents, each with its card.
TEST_METHODS: dict[str, TestCard] = {
    "pm_card_visa": TestCard("4242424242424242"),
    "pm_card_visa_debit": TestCard("4000056655665556", funding="debit"),
    "pm_card_mastercard": TestCard("5555555555554444", "mastercard"),
    "pm_card_mastercard_debit": TestCard("5200828282828210", "mastercard", "debit"),
    "pm_card_mastercard_prepaid": TestCard("5105105105105100", "mastercard", "prepaid"),
    "pm_card_amex": TestCard("378282246310005", "amex"),
    "pm_card_discover": TestCard("6011111111111117", "discover"),
    "pm_card_diners": TestCard("3056930009020004", "diners"),
    "pm_card_jcb": TestCard("3566002020360505", "jcb"),
    "pm_card_unionpay": TestCard("6200000000000005", "unionpay"),
    "pm_card_cn": TestCard("4000001560000002", country="CN"),
    "pm_card_hk": TestCard("4000003440000004", country="HK"),
    "pm_card_chargeDeclined": TestCard("4000000000000002", decline="generic"),
    "pm_card_chargeDeclinedInsufficientFunds": TestCard("4000000000009995", decline="insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": TestCard("4000000000009987", decline="lost"),
    "pm_card_chargeDeclinedStolenCard": TestCard("4000000000009979", decline="stolen"),
    "pm_card_chargeDeclinedExpiredCard": TestCard("4000000000000069", decline="expired"),
    "pm_card_chargeDeclinedIncorrectCvc": TestCard("4000000000000127", decline="cvc"),
    "pm_card_chargeDeclinedProcessingError": TestCard("4000000000000119", decline="processing"),
    "pm_card_chargeDeclinedVelocityLimitExceeded": TestCard("4000000000006975", decline="velocity"),
    "pm_card_chargeDeclinedFraudulent": TestCard("4100000000000019", decline="fraudulent"),
    "pm_card_chargeCustomerFail": TestCard("4000000000000341", decline="generic"),
    "pm_card_riskLevelElevated": TestCard("4000000000009235"),
    "pm_card_createDispute": TestCard("4000000000000259", aftermath="dispute_fraudulent"),
    "pm_card_createDisputeProductNotReceived": TestCard("4000000000002685", aftermath="dispute_not_received"),
    "pm_card_createDisputeInquiry": TestCard("4000000000001976", aftermath="dispute_inquiry"),
    "pm_card_pendingRefund": TestCard("4000000000007726", aftermath="refund_pending"),
    "pm_card_refundFail": TestCard("4000000000005126", aftermath="refund_fails"),
    "pm_card_bypassPending": TestCard("4000000000000077", aftermath="available_at_once"),
    "pm_card_authenticationRequiredOnSetup": TestCard("4000002500003155", authentication="unless_set_up"),
    "pm_card_authenticationRequired": TestCard("4000002760003184", authentication="always"),
    "pm_card_authenticationRequiredSetupForOffSession": TestCard(
        "4000003800000446", authentication="unless_set_up", set_up=True
    ),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": TestCard(
        "4000008260003178", authentication="always", decline="insufficient_funds"
    ),
    "pm_card_threeDSecure2Required": TestCard("4000000000003220", authentication="always"),
    "pm_card_threeDSecureRequired": TestCard("4000000000003063", authentication="always"),
    "pm_card_threeDSecureRequiredChargeDeclined": TestCard(
        "4000008400001629", authentication="always", decline="generic"
    ),
    "pm_card_threeDSecureOptional": TestCard("4000000000003055", authentication="on_request"),
    "pm_card_amex_threeDSecureNotSupported": TestCard("378282246310005", "amex"),
}
# The declines carry the brand in their newer names.
TEST_METHODS |= {
    name.replace("pm_card_", "pm_card_visa_", 1): card
    for name, card in list(TEST_METHODS.items())
    if name.startswith("pm_card_chargeDeclined")
}
TEST_METHODS["pm_card_radarBlock"] = TEST_METHODS["pm_card_chargeDeclinedFraudulent"]

BY_NUMBER: dict[str, TestCard] = {card.number: card for card in reversed(TEST_METHODS.values())}
# Plain cards without a payment method id of their own.
for _card in (
    TestCard("371449635398431", "amex"),
    TestCard("2223003122003222", "mastercard"),
    TestCard("36227206271667", "diners"),
    TestCard("6011000990139424", "discover"),
    TestCard("6205500000000000004", "unionpay"),
):
    BY_NUMBER[_card.number] = _card


def luhn(number: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def problem(number: str, month: int, year: int, cvc: str | None, today: tuple[int, int]) -> str:
    """The row of DECLINES that a form entry fails with, or "". `today` is (year, month)."""
    if not number.isascii() or not number.isdigit() or not 12 <= len(number) <= 19:
        return "invalid_number"
    if not luhn(number):
        return "number"
    if not 1 <= month <= 12:
        return "month"
    full = year + 2_000 if year < 100 else year
    if not today[0] <= full <= today[0] + 50:
        return "year"
    if (full, month) < today:
        return "month"
    if cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, 4)):
        return "invalid_cvc"
    return ""
