"""The hosted pages, as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import stripe

from infra.paysim.client import PaysimControl
from tests.contract.payments.simulator import Simulator

Pay = Callable[..., stripe.PaymentIntent]
BACK = "https://shop.example/pay/back?order=7"
ALL = ["card", "alipay", "wechat_pay"]
CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123"}


@pytest.fixture
def browser(sim: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sim.url, headers={"Accept-Language": "zh-CN,zh;q=0.9"}) as client:
        yield client


def _form(intent: stripe.PaymentIntent) -> str:
    return str(httpx.URL(f"/pay/{intent.id}", params={"client_secret": intent.client_secret, "return_url": BACK}))


def _returned(answer: httpx.Response, intent: stripe.PaymentIntent) -> str:
    """The redirect status that the shop is told."""
    assert answer.status_code == 303
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert (address.hostname, query["order"]) == ("shop.example", ["7"])
    assert query["payment_intent"] == [intent.id]
    assert query["payment_intent_client_secret"] == [intent.client_secret]
    return query["redirect_status"][0]


def _action(page: httpx.Response) -> str:
    found = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert found is not None
    return unescape(found[1])


def test_a_card_is_paid_on_the_form(browser: httpx.Client, client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay(amount=12_345, allowed_payment_method_types=ALL, description="订单 <7>")
    page = browser.get(_form(intent))
    assert page.status_code == 200
    assert 'lang="zh-CN"' in page.text
    assert "¥123.45" in page.text
    assert "订单 &lt;7&gt;" in page.text
    assert "支付宝" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    answer = browser.post(_action(page), data=CARD | {"return_url": BACK})
    assert _returned(answer, intent) == "succeeded"
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert _returned(browser.get(_form(intent)), intent) == "succeeded"


def test_it_speaks_english_where_asked(browser: httpx.Client, pay: Pay) -> None:
    page = browser.get(_form(pay(allowed_payment_method_types=ALL)), headers={"Accept-Language": "en-GB"})
    assert 'lang="en"' in page.text
    assert "Card number" in page.text


@pytest.mark.parametrize(("change", "text"), [
    ({"number": "4000 0000 0000 9995"}, "余额不足"), ({"number": "4242424242424241"}, "卡号不正确"),
    ({"expiry": "13/40"}, "月份无效"), ({"expiry": "soon"}, "月份无效"), ({"cvc": "1"}, "安全码无效"),
    ({"number": ""}, "卡号不正确"),
])
def test_a_declined_card_is_told_and_can_be_tried_again(
    browser: httpx.Client, client: stripe.StripeClient, pay: Pay, change: dict[str, str], text: str
) -> None:
    intent = pay()
    page = browser.get(_form(intent))
    answer = browser.post(_action(page), data=CARD | change | {"return_url": BACK})
    assert answer.status_code == 402
    assert text in answer.text
    assert 'value="4' not in answer.text, "a card number is never written back into the form"
    assert client.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"
    assert _returned(browser.post(_action(answer), data=CARD | {"return_url": BACK}), intent) == "succeeded"


def test_the_form_opens_with_the_right_secret_only(browser: httpx.Client, pay: Pay) -> None:
    intent = pay()
    assert browser.get(f"/pay/{intent.id}", params={"client_secret": "x", "return_url": BACK}).status_code == 404
    assert browser.get(f"/pay/{intent.id}").status_code == 404
    bad = {"client_secret": intent.client_secret, "return_url": "javascript:alert(1)"}
    assert browser.get(f"/pay/{intent.id}", params=bad).status_code == 400


def test_a_canceled_intent_says_so(browser: httpx.Client, client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay()
    client.v1.payment_intents.cancel(intent.id)
    assert browser.get(_form(intent)).status_code == 410


@pytest.mark.parametrize(("outcome", "status", "told"), [
    ("succeed", "succeeded", "succeeded"), ("fail", "requires_payment_method", "failed")])
def test_3d_secure_is_completed_or_failed(
    browser: httpx.Client, client: stripe.StripeClient, pay: Pay, outcome: str, status: str, told: str
) -> None:
    intent = pay()
    first = browser.post(_form(intent), data=CARD | {"number": "4000000000003220", "return_url": BACK})
    page = browser.get(first.headers["location"])
    assert "3-D Secure" in page.text
    assert _returned(browser.post(_action(page), data={"outcome": outcome}), intent) == told
    now = client.v1.payment_intents.retrieve(intent.id)
    assert now.status == status
    if outcome == "fail":
        assert now.last_payment_error is not None
        assert now.last_payment_error.code == "payment_intent_authentication_failure"
    again = browser.post(_action(page), data={"outcome": "succeed"})
    assert _returned(again, intent) == told, "the decision is made once"


def test_3d_secure_may_be_followed_by_a_decline(browser: httpx.Client, client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_threeDSecureRequiredChargeDeclined", return_url=BACK)
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    page = browser.get(str(intent.next_action.redirect_to_url.url))
    assert _returned(browser.post(_action(page), data={"outcome": "succeed"}), intent) == "failed"
    now = client.v1.payment_intents.retrieve(intent.id)
    assert now.last_payment_error is not None
    assert now.last_payment_error.decline_code == "generic_decline"


@pytest.mark.parametrize(("outcome", "told"), [("succeed", "succeeded"), ("fail", "failed"), ("processing", "pending")])
@pytest.mark.parametrize("wallet", ["alipay", "wechat_pay"])
def test_wallets_are_authorised_or_refused(
    browser: httpx.Client, pay: Pay, wallet: str, outcome: str, told: str
) -> None:
    intent = pay(allowed_payment_method_types=ALL)
    first = browser.post(_form(intent), data={"method": wallet, "return_url": BACK})
    page = browser.get(first.headers["location"])
    assert {"alipay": "支付宝", "wechat_pay": "微信支付"}[wallet] in page.text
    assert _returned(browser.post(_action(page), data={"outcome": outcome}), intent) == told


def test_wechat_is_paid_on_the_phone(browser: httpx.Client, pay: Pay) -> None:
    intent = pay(allowed_payment_method_types=ALL)
    page = browser.get(browser.post(_form(intent), data={"method": "wechat_pay", "return_url": BACK}).headers["location"])
    image = re.search(r'<img class="qr" src="([^"]+)"', page.text)
    assert image is not None
    code = browser.get(unescape(image[1]))
    assert (code.status_code, code.headers["content-type"]) == (200, "image/svg+xml")
    assert b"<svg" in code.content
    phone = browser.get(f"/hosted/wechat/{intent.id}/phone", params={"token": parse_qs(urlsplit(str(page.url)).query)["token"][0]})
    assert browser.post(_action(phone), data={"outcome": "succeed", "from": "phone"}).status_code == 200
    assert _returned(browser.get(str(page.url)), intent) == "succeeded"


def test_a_page_opens_with_its_token_only(browser: httpx.Client, control: PaysimControl, pay: Pay) -> None:
    intent = pay("pm_card_authenticationRequired", return_url=BACK)
    for address in (f"/hosted/3ds/{intent.id}", f"/hosted/3ds/{intent.id}?token=x", "/hosted/3ds/pi_none?token=x",
                    f"/hosted/wechat/{intent.id}/qr.svg?token=x", f"/hosted/wechat/{intent.id}/phone"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"outcome": "succeed"}).status_code == 404
    assert control.authorize(intent.id)["status"] == "succeeded"


def test_a_receipt_shows_what_was_paid_and_refunded(browser: httpx.Client, client: stripe.StripeClient, pay: Pay) -> None:
    intent = pay("pm_card_visa", amount=2_000)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    page = browser.get(urlsplit(str(charge.receipt_url)).path)
    assert "¥20.00" in page.text
    assert "¥5.00" in page.text
