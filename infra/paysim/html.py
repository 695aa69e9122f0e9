"""What the hosted pages look like and say, in Chinese and English. Everything shown goes through `escape`."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Texts:
    lang: Language
    title: str
    test_notice: str
    pay: str
    card: str
    alipay: str
    wechat_pay: str
    number: str
    expiry: str
    cvc: str
    name: str
    method: str
    cancel: str
    try_card: str
    cards: tuple[tuple[str, str], ...]
    secure_title: str
    secure_text: str
    secure_yes: str
    secure_no: str
    alipay_text: str
    wechat_text: str
    phone_text: str
    wallet_yes: str
    wallet_no: str
    wallet_later: str
    phone_done: str
    close_this: str
    not_found: str
    no_return_url: str
    canceled: str
    home: str
    receipt: str
    refunded: str
    back_to_shop: str
    refresh: str


TEXTS: dict[Language, Texts] = {
    "zh": Texts(
        lang="zh", title="收银台", test_notice="测试支付：不会产生真实扣款。", pay="支付", card="银行卡",
        alipay="支付宝", wechat_pay="微信支付", number="卡号", expiry="有效期（月/年）", cvc="安全码",
        name="持卡人姓名（可不填）", method="支付方式", cancel="取消并返回商店", try_card="测试卡",
        cards=(("4242 4242 4242 4242", "成功"), ("4000 0000 0000 3220", "需要 3-D Secure 验证"),
               ("4000 0000 0000 9995", "余额不足"), ("4000 0000 0000 0002", "被拒绝"),
               ("4000 0000 0000 0259", "成功，随后争议")),
        secure_title="3-D Secure 验证", secure_text="发卡行请您确认这笔付款。", secure_yes="完成验证",
        secure_no="验证失败", alipay_text="请确认是否用支付宝支付这笔款项。",
        wechat_text="请用手机扫描二维码，或直接选择结果。", phone_text="请确认是否用微信支付这笔款项。",
        wallet_yes="同意支付", wallet_no="拒绝支付", wallet_later="同意，稍后到账",
        phone_done="已收到您的选择，请回到电脑上的页面。", close_this="已完成，可以关闭此页面。",
        not_found="找不到这笔付款，或链接已失效。", no_return_url="缺少返回商店的地址（return_url）。",
        canceled="这笔付款已取消。", home="帮扶商城支付模拟器：只用于开发和测试。", receipt="收据", refunded="已退款",
        back_to_shop="返回商店", refresh="手机上已支付？点此继续",
    ),
    "en": Texts(
        lang="en", title="Checkout", test_notice="Test payment: no money moves.", pay="Pay", card="Card",
        alipay="Alipay", wechat_pay="WeChat Pay", number="Card number", expiry="Expiry (MM/YY)", cvc="Security code",
        name="Name on card (optional)", method="Pay with", cancel="Cancel and return to the shop",
        try_card="Test cards",
        cards=(("4242 4242 4242 4242", "succeeds"), ("4000 0000 0000 3220", "asks for 3-D Secure"),
               ("4000 0000 0000 9995", "insufficient funds"), ("4000 0000 0000 0002", "declined"),
               ("4000 0000 0000 0259", "succeeds, then disputed")),
        secure_title="3-D Secure", secure_text="Your bank asks you to confirm this payment.",
        secure_yes="Complete authentication", secure_no="Fail authentication",
        alipay_text="Confirm whether to pay this amount with Alipay.",
        wechat_text="Scan the code with your phone, or choose the outcome here.",
        phone_text="Confirm whether to pay this amount with WeChat Pay.", wallet_yes="Authorise payment",
        wallet_no="Refuse payment", wallet_later="Authorise, money arrives later",
        phone_done="Your choice was received; go back to the page on your computer.",
        close_this="Done. You may close this page.", not_found="This payment is not known, or the link has expired.",
        no_return_url="The address of the shop to return to (return_url) is missing.",
        canceled="This payment was canceled.", home="Bangfu's payment simulator: for development and tests only.",
        receipt="Receipt", refunded="refunded", back_to_shop="Back to the shop",
        refresh="Paid on the phone? Continue here",
    ),
}

_STYLE = """
:root{color-scheme:light;--ink:#1d2733;--soft:#5b6875;--line:#d5dbe1;--accent:#0b6b50;--bad:#b3261e}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px 16px;
background:#f3f5f2;color:var(--ink);font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{width:100%;max-width:420px;background:#fff;border-radius:14px;padding:28px;box-shadow:0 6px 28px #1d273318}
h1{font-size:17px;margin:0;color:var(--soft);font-weight:600}.sum{font-size:34px;font-weight:700;margin:4px 0 2px}
.note{color:var(--soft);font-size:14px;margin:0 0 18px}.test{background:#fff6dd;border-radius:8px;padding:6px 10px;
font-size:13px;margin:0 0 16px;color:#614700}.error{background:#fdeceb;color:var(--bad);border-radius:8px;
padding:10px 12px;margin:0 0 16px}fieldset{border:0;padding:0;margin:0 0 14px}legend{font-size:14px;color:var(--soft);
padding:0;margin-bottom:6px}.choices{display:flex;gap:8px;flex-wrap:wrap}.choices label{flex:1 1 auto;min-width:96px;
border:1px solid var(--line);border-radius:9px;padding:10px 9px;
display:flex;gap:6px;align-items:center;cursor:pointer;
white-space:nowrap}input[type=radio]{accent-color:var(--accent);margin:0}
.choices label:has(:checked){border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
.field{display:block;margin-bottom:12px;font-size:14px;color:var(--soft)}.field input{display:block;width:100%;
margin-top:4px;padding:11px 12px;border:1px solid var(--line);border-radius:9px;font:inherit;color:var(--ink)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:12px}button,.link{font:inherit}button{width:100%;padding:13px;
border:0;border-radius:9px;background:var(--accent);color:#fff;font-weight:600;cursor:pointer;margin-top:8px}
button.second{background:#fff;color:var(--ink);border:1px solid var(--line)}button.no{background:#fff;
color:var(--bad);border:1px solid var(--line)}:focus-visible{outline:3px solid #0b6b5066;outline-offset:2px}
.link{display:block;text-align:center;margin-top:14px;color:var(--soft)}details{margin-top:18px;font-size:13px;
color:var(--soft)}table{border-collapse:collapse;width:100%}td{padding:3px 0}td:last-child{text-align:right}
.qr{display:block;margin:0 auto 8px;width:220px;height:220px}
form:has([value=alipay]:checked) .only-card,form:has([value=wechat_pay]:checked) .only-card{display:none}
"""

# Groups the digits of the number and sets the slash of the date; the form works without it.
_SCRIPT = """
const n=document.getElementById('number'),e=document.getElementById('expiry');
if(n)n.addEventListener('input',()=>{const d=n.value.replace(/\\D/g,'').slice(0,19);n.value=d.replace(/(.{4})(?=.)/g,'$1 ')});
if(e)e.addEventListener('input',v=>{let d=e.value.replace(/\\D/g,'').slice(0,4);
if(d.length>2||(d.length===2&&v.inputType!=='deleteContentBackward'))d=d.slice(0,2)+' / '+d.slice(2);e.value=d});
"""
SCRIPT_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()


def _page(t: Texts, body: str, script: bool = False) -> str:
    lang = "zh-CN" if t.lang == "zh" else "en"
    code = f"<script>{_SCRIPT}</script>" if script else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(t.title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main>{code}</body></html>"
    )


def _head(t: Texts, title: str, amount: str, note: str = "") -> str:
    return (
        f"<h1>{escape(title)}</h1><p class='sum'>{escape(amount)}</p>"
        + (f"<p class='note'>{escape(note)}</p>" if note else "")
        + f"<p class='test'>{escape(t.test_notice)}</p>"
    )


def message_page(t: Texts, text: str, link: str = "") -> str:
    after = f'<a class="link" href="{escape(link)}">{escape(t.back_to_shop)}</a>' if link else ""
    return _page(t, f"<h1>{escape(t.title)}</h1><p>{escape(text)}</p>{after}")


def form_page(
    t: Texts, *, amount: str, description: str, types: list[str], error: str, chosen: str, name: str, action: str,
    return_url: str, cancel_url: str, lang: str,
) -> str:
    names = {"card": t.card, "alipay": t.alipay, "wechat_pay": t.wechat_pay}
    shown = [type for type in names if type in types]
    selected = chosen if chosen in shown else shown[0]
    choices = "".join(
        f'<label><input type="radio" name="method" value="{type}"{" checked" if type == selected else ""}>'
        f"{escape(names[type])}</label>" for type in shown
    )
    card = "" if "card" not in shown else (
        '<div class="only-card">'
        f'<label class="field">{escape(t.number)}<input id="number" name="number" inputmode="numeric"'
        ' autocomplete="cc-number" placeholder="4242 4242 4242 4242" maxlength="24"></label>'
        f'<div class="two"><label class="field">{escape(t.expiry)}<input id="expiry" name="expiry" inputmode="numeric"'
        ' autocomplete="cc-exp" placeholder="12 / 34" maxlength="9"></label>'
        f'<label class="field">{escape(t.cvc)}<input name="cvc" inputmode="numeric" autocomplete="cc-csc"'
        ' placeholder="123" maxlength="4"></label></div>'
        f'<label class="field">{escape(t.name)}<input name="name" autocomplete="cc-name" maxlength="100"'
        f' value="{escape(name)}"></label></div>'
    )
    rows = "".join(f"<tr><td>{escape(number)}</td><td>{escape(what)}</td></tr>" for number, what in t.cards)
    return _page(t, _head(t, t.title, amount, description) + (
        (f'<p class="error" role="alert">{escape(error)}</p>' if error else "")
        + f'<form method="post" action="{escape(action)}&amp;lang={lang}">'
        f'<input type="hidden" name="return_url" value="{escape(return_url)}">'
        f"<fieldset><legend>{escape(t.method)}</legend><div class='choices'>{choices}</div></fieldset>{card}"
        f"<button>{escape(t.pay)} {escape(amount)}</button></form>"
        f'<a class="link" href="{escape(cancel_url)}">{escape(t.cancel)}</a>'
        f"<details><summary>{escape(t.try_card)}</summary><table>{rows}</table></details>"
    ), script=True)


def _button(label: str, outcome: str, style: str = "") -> str:
    return f'<button name="outcome" value="{outcome}" class="{style}">{escape(label)}</button>'


def _decision(t: Texts, action: str, extra: str = "") -> str:
    return (
        f'<form method="post" action="{escape(action)}&amp;lang={t.lang}">{extra}'
        + _button(t.wallet_yes, "succeed") + _button(t.wallet_later, "processing", "second")
        + _button(t.wallet_no, "fail", "no") + "</form>"
    )


def simple_page(t: Texts, page: str, *, amount: str, action: str) -> str:
    """3-D Secure or Alipay."""
    if page == "3ds":
        buttons = (
            f'<form method="post" action="{escape(action)}&amp;lang={t.lang}">'
            + _button(t.secure_yes, "succeed") + _button(t.secure_no, "fail", "no") + "</form>"
        )
        return _page(t, _head(t, t.secure_title, amount, t.secure_text) + buttons)
    return _page(t, _head(t, t.alipay, amount, t.alipay_text) + _decision(t, action))


def qr_page(t: Texts, *, amount: str, action: str, image: str) -> str:
    return _page(t, _head(t, t.wechat_pay, amount, t.wechat_text) + (
        f'<img class="qr" src="{escape(image)}" alt="QR" width="220" height="220">'
        + _decision(t, action)
        + f'<a class="link" href="{escape(action)}&amp;lang={t.lang}">{escape(t.refresh)}</a>'
    ))


def phone_page(t: Texts, *, amount: str, action: str) -> str:
    return _page(t, _head(t, t.wechat_pay, amount, t.phone_text)
                 + _decision(t, action, '<input type="hidden" name="from" value="phone">'))
