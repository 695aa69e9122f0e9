"""Which passwords are refused, and the one hash that every try costs, whoever it is for.

A list of common passwords is bundled (`passwords_list`); NIST SP 800-63B 5.1.1.2 asks for it and against rules of composition.
"""

from __future__ import annotations

import gzip
import re
import secrets
import unicodedata
from datetime import date
from difflib import SequenceMatcher
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.accounts.domain import PASSWORD_LENGTH, CommonPassword, PasswordLikeLogin, WeakPassword
from gateway.accounts.passwords_list import FILE

LIKE = 0.8
_LEET = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_MOBILE = re.compile(r"1[3-9]\d{9}")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def common() -> frozenset[str]:
    """All in lower case."""
    return frozenset(gzip.decompress(FILE.read_bytes()).decode().split("\n"))


def ensure_password(password: str, login: str) -> None:
    """Raises WeakPassword, CommonPassword or PasswordLikeLogin. ``login`` is a number or an address as stored."""
    low, high = PASSWORD_LENGTH
    if not low <= len(password) <= high or len(set(password)) < 4 or password.isdigit():
        raise WeakPassword("password", low=low, high=high)
    plain = unicodedata.normalize("NFKC", password).lower()
    if is_like(plain, login.lower()):
        raise PasswordLikeLogin("password")
    if is_common(plain):
        raise CommonPassword("password")


def is_common(plain: str) -> bool:
    """``plain`` in lower case: in the list, or a listed word with little or a listed number around it, or a mobile number, date or listed
    number with little around it."""
    listed = common()
    if plain in listed or plain.translate(_LEET) in listed:
        return True
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    if len(bare) >= 4 and (bare in listed or bare.translate(_LEET) in listed):
        around = plain.replace(bare, "", 1)
        if len(around) <= 4 or around in listed:
            return True
    return any(
        len(plain) - len(digits) <= 3 and (_MOBILE.fullmatch(digits) is not None or _is_date(digits) or digits in listed)
        for digits in re.findall(r"\d{6,}", plain)
    )


def _is_date(digits: str) -> bool:
    """A day in eight digits between 1920 and 2039: mostly a birthday."""
    if len(digits) != 8 or not 1920 <= int(digits[:4]) <= 2039:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def is_like(plain: str, login: str) -> bool:
    """The login, its local part or six digits of it in a row are within, forwards or backwards; or what is left is nearly the same."""
    local = login.split("@", 1)[0]
    if plain in login or (len(local) >= 4 and (local in plain or local[::-1] in plain)):
        return True
    if local.isdigit():
        return any(local[i : i + 6] in plain for i in range(len(local) - 5))
    return SequenceMatcher(None, plain, local).ratio() > LIKE


def hash_password(password: str) -> str:
    return _hasher.hash(password)


UNKNOWN_HASH = hash_password(secrets.token_hex(8))


def password_fits(hashed: str | None, password: str) -> bool:
    """Exactly one hash is computed, also without an account (``None``): time tells nothing (CVE-2026-39851)."""
    try:
        return _hasher.verify(hashed or UNKNOWN_HASH, password[: PASSWORD_LENGTH[1] + 1]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(hashed: str) -> bool:
    return _hasher.check_needs_rehash(hashed)
