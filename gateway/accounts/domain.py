"""What an account may be called, how strong its password must be, and when a session ends. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from services.kit.errors import DomainError, Kind

ACCESS_LIFETIME = timedelta(minutes=15)
SESSION_LIFETIME = timedelta(days=30)
PASSWORD_LENGTH = (8, 128)


class BadLogin(DomainError):
    code, kind = "BAD_LOGIN_NAME", Kind.INVALID
    zh, en = "请填写 11 位手机号或邮箱", "Give an 11-digit mobile number or an e-mail address"


class WeakPassword(DomainError):
    code, kind = "WEAK_PASSWORD", Kind.INVALID
    zh, en = "密码长度应为 {low} 到 {high} 位，且不能过于简单", "A password has {low} to {high} characters and is not a common one"


class SignInFailed(DomainError):
    """The same for an unknown account and a wrong password (CVE-2026-39851)."""

    code, kind = "SIGN_IN_FAILED", Kind.UNAUTHENTICATED
    zh, en = "账号或密码不正确", "The account or the password is not right"


class LoginTaken(DomainError):
    code, kind = "LOGIN_TAKEN", Kind.CONFLICT
    zh, en = "该手机号或邮箱已注册", "This number or address is registered already"


class SessionEnded(DomainError):
    code, kind = "SESSION_ENDED", Kind.UNAUTHENTICATED
    zh, en = "登录已失效，请重新登录", "The session has ended, please sign in again"


def parse_login(text: str) -> tuple[str, str]:
    """(kind, value): a mobile number as digits or an e-mail address in lower case. Raises BadLogin."""
    value = text.strip()
    digits = re.sub(r"[ \-]|^\+86", "", value)
    if re.fullmatch(r"1\d{10}", digits):
        return "phone", digits
    if len(value) <= 200 and re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+", value):
        return "email", value.lower()
    raise BadLogin("login")


def ensure_password(password: str, login: str) -> None:
    """Raises WeakPassword."""
    low, high = PASSWORD_LENGTH
    simple = len(set(password)) < 4 or password.isdigit() or password.lower() in login.lower()
    if not low <= len(password) <= high or simple:
        raise WeakPassword("password", low=low, high=high)
