"""Form-encoded nested bodies, and a reader that knows which parameters were asked for.

`a[b][0]=x&expand[]=y` becomes {"a": {"b": ["x"]}, "expand": ["y"]}. An empty value means "unset", as with Stripe.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from infra.paysim.errors import StripeError, invalid

MAX_AMOUNT = 99_999_999
_MAX_FIELDS = 1_000
_MAX_DEPTH = 8


def decode(text: str) -> dict[str, Any]:
    """Raises StripeError for a malformed name, too many fields or too deep nesting."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except (ValueError, UnicodeDecodeError):
        raise invalid("The form body could not be read.") from None
    root: dict[str, Any] = {}
    for name, value in pairs:
        _put(root, _segments(name), value, name)
    return {key: _tidy(value) for key, value in root.items()}


def _segments(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if not head or not rest.endswith("]"):
        raise invalid(f"Invalid parameter name: {name[:100]}", param=name[:100])
    parts = [head, *rest[:-1].split("][")]
    if len(parts) > _MAX_DEPTH:
        raise invalid(f"Parameters are nested too deeply: {name[:100]}", param=name[:100])
    return parts


def _put(root: dict[str, Any], parts: list[str], value: str, name: str) -> None:
    here = root
    for part in parts[:-1]:
        following = here.setdefault(_place(here, part), {})
        if not isinstance(following, dict):
            raise invalid(f"Parameter is both a value and a hash: {name[:100]}", param=name[:100])
        here = following
    here[_place(here, parts[-1])] = value


def _place(here: dict[str, Any], part: str) -> str:
    """`[]` appends: it takes the next number."""
    return part if part else str(sum(1 for key in here if key.isdigit()))


def _tidy(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    tidy = {key: _tidy(inner) for key, inner in value.items()}
    if tidy and all(key.isdigit() for key in tidy):
        return [tidy[key] for key in sorted(tidy, key=int)]
    return tidy


class Params:
    """Typed reads of one level of parameters. `finish()` refuses what nobody read."""

    def __init__(self, values: dict[str, Any], where: str = "") -> None:
        self._values, self._where = values, where
        self._read: set[str] = set()
        self._children: list[Params] = []

    def name(self, key: str) -> str:
        return f"{self._where}[{key}]" if self._where else key

    def has(self, key: str) -> bool:
        """Given at all, be it as empty; counts as read."""
        self._read.add(key)
        return key in self._values

    def _raw(self, key: str, required: bool) -> Any:
        self._read.add(key)
        value = self._values.get(key)
        if value is None or value == "":
            if required:
                raise invalid(
                    f"Missing required param: {self.name(key)}.", code="parameter_missing", param=self.name(key)
                )
            return None
        return value

    def text(self, key: str, *, required: bool = False, longest: int = 5_000) -> str | None:
        value = self._raw(key, required)
        if value is None:
            return None
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            raise invalid(f"Invalid string: {json.dumps(value, default=str)[:200]}", param=self.name(key))
        if len(str(value)) > longest:
            raise invalid(
                f"Invalid string: must be at most {longest} characters.",
                code="parameter_invalid_string_too_long", param=self.name(key),
            )
        return str(value)

    def needed(self, key: str, *, longest: int = 5_000) -> str:
        value = self.text(key, required=True, longest=longest)
        assert value is not None
        return value

    def integer(self, key: str, *, least: int | None = None, most: int | None = None) -> int | None:
        value = self._raw(key, False)
        if value is None:
            return None
        text = str(value)
        digits = text[1:] if text.startswith("-") else text
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 15 or isinstance(value, bool):
            raise invalid(f"Invalid integer: {text[:100]}", code="parameter_invalid_integer", param=self.name(key))
        number = int(text)
        if least is not None and number < least:
            raise invalid(
                f"This value must be greater than or equal to {least}.",
                code="parameter_invalid_integer", param=self.name(key),
            )
        if most is not None and number > most:
            raise invalid(
                f"This value must be less than or equal to {most}.",
                code="parameter_invalid_integer", param=self.name(key),
            )
        return number

    def amount(self, key: str = "amount") -> int | None:
        """Minor units, 1 to 99,999,999."""
        number = self.integer(key, least=1)
        if number is not None and number > MAX_AMOUNT:
            raise invalid("Amount must be no more than 999,999.99.", code="amount_too_large", param=self.name(key))
        return number

    def amount_needed(self, key: str = "amount") -> int:
        self._raw(key, True)
        number = self.amount(key)
        assert number is not None
        return number

    def flag(self, key: str) -> bool | None:
        value = self._raw(key, False)
        if value is None:
            return None
        if value in (True, "true"):
            return True
        if value in (False, "false"):
            return False
        raise invalid(f"Invalid boolean: {str(value)[:100]}", param=self.name(key))

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        value = self.text(key)
        if value is not None and value not in (options := list(allowed)):
            raise invalid(f"Invalid {self.name(key)}: must be one of {', '.join(options)}", param=self.name(key))
        return value

    def texts(self, key: str) -> list[str] | None:
        value = self._raw(key, False)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise invalid("Invalid array", param=self.name(key))
        return list(value)

    def child(self, key: str) -> Params | None:
        value = self._raw(key, False)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=self.name(key))
        child = Params(value, self.name(key))
        self._children.append(child)
        return child

    def anything(self, key: str) -> Any:
        """The value as decoded, not looked into."""
        return self._raw(key, False)

    def metadata(self, before: dict[str, str] | None = None) -> dict[str, str]:
        """`before` with the given keys set, and those given as empty removed (`metadata=` empties all)."""
        self._read.add("metadata")
        if "metadata" not in self._values:
            return dict(before or {})
        given = self._values["metadata"]
        if given in ("", None):
            return {}
        if not isinstance(given, dict):
            raise invalid("Invalid metadata: must be a hash of strings", param="metadata")
        merged = dict(before or {})
        for key, value in given.items():
            if isinstance(value, (dict, list)) or len(key) > 40 or len(str(value)) > 500:
                raise invalid(
                    "Metadata keys have at most 40 characters, values are strings of at most 500.",
                    param=f"metadata[{key[:40]}]",
                )
            if value in ("", None):
                merged.pop(key, None)
            else:
                merged[key] = str(value)
        if len(merged) > 50:
            raise invalid("Metadata can have up to 50 keys.", param="metadata")
        return merged

    def ignore(self, *keys: str) -> None:
        """Known to Stripe, without effect here."""
        self._read.update(keys)

    def finish(self) -> None:
        for key in self._values:
            if key not in self._read:
                raise invalid(
                    f"Received unknown parameter: {self.name(key)[:100]}",
                    code="parameter_unknown", param=self.name(key)[:100],
                )
        for child in self._children:
            child.finish()


__all__ = ["MAX_AMOUNT", "Params", "StripeError", "decode"]
