"""What an account may be called, when a session ends, and how a sign-in is refused. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from services.kit.errors import DomainError, Kind

ACCESS_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
PASSWORD_LENGTH = (8, 128)
# How long a session counts as freshly proved: for what changes who may sign in.
FRESH = timedelta(minutes=10)
# Two parallel refreshes of one honest browser arrive within this; a thief's later.
REFRESH_GRACE = timedelta(seconds=10)


class BadLogin(DomainError):
    code, kind = "BAD_LOGIN_NAME", Kind.INVALID
    zh, en = "请填写 11 位手机号或邮箱", "Give an 11-digit mobile number or an e-mail address"


class WeakPassword(DomainError):
    code, kind = "WEAK_PASSWORD", Kind.INVALID
    zh, en = "密码长度应为 {low} 到 {high} 位，且不能过于简单", "A password has {low} to {high} characters and is not too simple"


class CommonPassword(DomainError):
    code, kind = "COMMON_PASSWORD", Kind.INVALID
    zh, en = "这个密码太常见，容易被猜到，请换一个", "This password is a common one and easily guessed; choose another"


class PasswordLikeLogin(DomainError):
    code, kind = "PASSWORD_LIKE_LOGIN", Kind.INVALID
    zh, en = "密码不能与手机号或邮箱相似", "The password is too much like the number or address"


class SignInFailed(DomainError):
    """The same for an unknown account and a wrong password (CVE-2026-39851)."""

    code, kind = "SIGN_IN_FAILED", Kind.UNAUTHENTICATED
    zh, en = "账号或密码不正确", "The account or the password is not right"


class TooManyAttempts(DomainError):
    """The same for known and unknown accounts; ``seconds`` until the next try counts."""

    code, kind = "TOO_MANY_ATTEMPTS", Kind.CONFLICT
    zh, en = "尝试次数过多，请 {seconds} 秒后再试", "Too many attempts; try again in {seconds} seconds"


class LoginTaken(DomainError):
    code, kind = "LOGIN_TAKEN", Kind.CONFLICT
    zh, en = "该手机号或邮箱已注册", "This number or address is registered already"


class SessionEnded(DomainError):
    code, kind = "SESSION_ENDED", Kind.UNAUTHENTICATED
    zh, en = "登录已失效，请重新登录", "The session has ended, please sign in again"


class CodeWrong(DomainError):
    """Also for a code that has expired, was used, had its five tries, or was never sent."""

    code, kind = "CODE_WRONG", Kind.INVALID
    zh, en = "验证码不正确或已失效", "The code is not right or no longer valid"


class CodeNeeded(DomainError):
    code, kind = "CODE_NEEDED", Kind.INVALID
    zh, en = "请先用收到的验证码证明手机号或邮箱是您的", "Prove first with a code that the number or address is yours"


class TooManyCodes(DomainError):
    code, kind = "TOO_MANY_CODES", Kind.CONFLICT
    zh, en = "验证码发送过于频繁，请 {seconds} 秒后再试", "Too many codes were sent; try again in {seconds} seconds"


class ProofNeeded(DomainError):
    """`proveIdentity` makes the session fresh."""

    code, kind = "PROOF_NEEDED", Kind.CONFLICT
    zh, en = "请先再次验证身份（密码或动态码）", "Prove again first that it is you, by password or second factor"


class SecondFactorNeeded(DomainError):
    """The session is limited to setting a second factor up, or to signing in with the one that exists."""

    code, kind = "SECOND_FACTOR_NEEDED", Kind.FORBIDDEN
    zh, en = "您的角色需要两步验证，请先设置或使用两步验证登录", "Your role needs a second factor: set it up, or sign in with it"


class SecondFactorRequired(DomainError):
    code, kind = "SECOND_FACTOR_REQUIRED", Kind.CONFLICT
    zh, en = "您的角色必须保留两步验证，不能关闭", "Your role must keep its second factor"


class LastWayIn(DomainError):
    code, kind = "LAST_WAY_IN", Kind.CONFLICT
    zh, en = "这是最后一种登录方式，不能删除", "This is the last way to sign in and stays"


class ChallengeOver(DomainError):
    """The challenge was used, has expired or was never given."""

    code, kind = "CHALLENGE_OVER", Kind.INVALID
    zh, en = "本次验证已过期，请重新开始", "This attempt is over, please start again"


class PasskeyRefused(DomainError):
    code, kind = "PASSKEY_REFUSED", Kind.UNAUTHENTICATED
    zh, en = "通行密钥验证未通过", "The passkey was not accepted"


class OidcRefused(DomainError):
    code, kind = "OIDC_REFUSED", Kind.UNAUTHENTICATED
    zh, en = "外部登录未通过", "The outside sign-in was not accepted"


class LinkNeedsOwner(DomainError):
    """An account with this address exists; who comes from outside has not shown to be its owner (GHSA-6j36-r6pr-59x4)."""

    code, kind = "LINK_NEEDS_OWNER", Kind.CONFLICT
    zh = "已有使用该邮箱的账号，请先登录该账号（或用验证码重设密码），再关联外部登录"
    en = "An account with this address exists: sign in to it first (or reset its password by code), then link the outside sign-in"


def parse_login(text: str) -> tuple[str, str]:
    """(kind, value): a mobile number as digits or an e-mail address in lower case. Raises BadLogin."""
    value = text.strip()
    digits = re.sub(r"[ \-]|^\+86", "", value)
    if re.fullmatch(r"1\d{10}", digits, re.ASCII):
        return "phone", digits
    if len(value) <= 200 and re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+", value):
        return "email", value.lower()
    raise BadLogin("login")
