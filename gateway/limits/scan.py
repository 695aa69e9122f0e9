"""A document's measure from its tokens alone, before it is parsed: a refusal must cost less than what it refuses.

graphql-core takes some 10 µs a token to parse and, where fields repeat, the square of their number to validate; this takes less
than 1 µs a token. Whatever the grammar allows is measured rightly (a test compares it with a walk over parsed documents); what it
does not allow is left to the parser, or refused here where it could not be measured.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from graphql import GraphQLSyntaxError, Source

from gateway.limits import errors
from gateway.limits.errors import refuse
from gateway.limits.prices import Shape, Shapes
from gateway.limits.table import FIELD, HIGHEST, LIMITS, NESTING, Limits

_TOKEN = re.compile(
    r"(?:[\s,\ufeff]|#[^\n\r]*+)*+("
    r'"""(?:\\"""|(?!""")[\s\S])*+"""'
    r'|"(?!"")(?:[^"\\\n\r]|\\.)*+"'
    r"|\.\.\.|[_A-Za-z][_0-9A-Za-z]*+|-?[0-9][0-9A-Za-z.+-]*+|[\s\S]|\Z)"
)
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_KINDS = frozenset(("query", "mutation", "subscription"))


@dataclass(frozen=True)
class Variable:
    """A page's size by variable. ``default``: the field's own, where the variable has none either."""

    name: str
    default: int


Page = int | Variable
Part = tuple[Page, int, tuple[Any, ...]]  # times, what is known of the inside, parts of the inside


@dataclass(frozen=True)
class Measured:
    """An operation: what it costs apart from variables, and the parts that they decide."""

    kind: str
    name: str | None
    base: int
    parts: tuple[Part, ...]
    defaults: dict[str, int]

    def cost(self, variables: dict[str, Any] | None) -> int:
        """Raises PageTooLarge."""
        return self.base + _value(self.parts, {**self.defaults, **(variables or {})}) if self.parts else self.base


@dataclass(frozen=True)
class Plan:
    operations: tuple[Measured, ...]
    tokens: int

    def cost(self, operation: str | None, variables: dict[str, Any] | None) -> int:
        """Of the named operation; of the dearest where none is named. Raises PageTooLarge."""
        chosen = [m for m in self.operations if operation is None or m.name == operation]
        return max((m.cost(variables) for m in chosen), default=0)


def scan(source: str, shapes: Shapes, limits: Limits = LIMITS) -> Plan:
    """Raises the LimitPassed of the limit that is passed, GraphQLSyntaxError for what is no document."""
    if len(source) > limits.characters:
        raise refuse(errors.DocumentTooLarge, limits.characters, len(source))
    if len(source) <= 4 * limits.tokens:
        tokens = _TOKEN.findall(source)
    else:
        tokens = [match[1] for match in islice(_TOKEN.finditer(source), limits.tokens + 2)]
    if tokens[-1] == "" and len(tokens) > 1 and tokens[-2] == "":
        tokens.pop()
    count = len(tokens) - (tokens[-1] == "")
    if count > limits.tokens:
        raise refuse(errors.TooManyTokens, limits.tokens, count)
    tokens += ("", "", "")
    return _Reader(source, tokens, shapes, limits).read(count)


class _Selection:
    """``items``: fields as (price, page, inside or None), spreads as names, inline fragments as selections."""

    __slots__ = ("aliases", "directives", "items")

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.aliases = self.directives = 0


class _Total(NamedTuple):
    base: int
    parts: tuple[Part, ...]
    height: int
    width: int
    aliases: int
    directives: int


class _Reader:
    def __init__(self, source: str, tokens: list[str], shapes: Shapes, limits: Limits) -> None:
        self._source, self._t, self._shapes, self._limits = source, tokens, shapes, limits
        self._i = self._repeats = self._spreads = 0
        self._fragments: dict[str, _Selection] = {}
        self._totals: dict[str, _Total | None] = {}

    def read(self, count: int) -> Plan:
        found: list[tuple[str, str | None, _Selection, int, dict[str, int]]] = []
        t = self._t
        while t[self._i]:
            word = t[self._i]
            if word == "{":
                self._i += 1
                found.append(("query", None, self._selection(self._shapes.root("query"), 1), 0, {}))
            elif word in _KINDS:
                found.append(self._operation(word))
            elif word == "fragment":
                self._fragment()
            else:
                raise self._unexpected(self._i)
        if self._i == 0:
            raise self._unexpected(0)
        measured = tuple(self._measured(*one) for one in found)
        return Plan(measured, count)

    def _operation(self, kind: str) -> tuple[str, str | None, _Selection, int, dict[str, int]]:
        t = self._t
        self._i += 1
        name = None
        if t[self._i].isidentifier():
            name = t[self._i]
            self._i += 1
        defaults: dict[str, int] = {}
        if t[self._i] == "(":
            self._i = self._variables(self._i + 1, defaults)
        directives = self._directives()
        self._expect("{")
        return kind, name, self._selection(self._shapes.root(kind), 1), directives, defaults

    def _fragment(self) -> None:
        t, i = self._t, self._i
        name, on, kind = t[i + 1], t[i + 2], t[i + 3]
        if not name.isidentifier() or name == "on" or on != "on" or not kind.isidentifier():
            raise self._unexpected(i + 1)
        self._i = i + 4
        directives = self._directives()
        self._expect("{")
        selection = self._selection(self._shapes.named(kind), 1)
        selection.directives += directives
        self._fragments[name] = selection

    def _expect(self, word: str) -> None:
        if self._t[self._i] != word:
            raise self._unexpected(self._i)
        self._i += 1

    def _directives(self) -> int:
        count, t = 0, self._t
        while t[self._i] == "@":
            count += 1
            self._i += 2
            if t[self._i] == "(":
                self._i = self._skip(self._i + 1)
        return count

    def _skip(self, i: int) -> int:
        """Past the bracket that closes the one before ``i``."""
        t, depth = self._t, 1
        while depth:
            word = t[i]
            if word in _OPEN:
                depth += 1
                if depth > NESTING:
                    raise refuse(errors.QueryTooDeep, NESTING, depth)
            elif word in _CLOSE:
                depth -= 1
            elif not word:
                raise self._unexpected(i)
            i += 1
        return i

    def _variables(self, i: int, defaults: dict[str, int]) -> int:
        """Remembers defaults that may be sizes: `$first: Int = 50`. A list counts as the longest."""
        end, t, name = self._skip(i), self._t, ""
        while i < end:
            if t[i] == "$":
                name = t[i + 1]
            elif t[i] == "=":
                value = t[i + 1]
                if value.lstrip("-").isdigit():
                    defaults[name] = int(value[:9])
                elif value == "[":
                    defaults[name] = self._limits.page
            i += 1
        return end

    def _selection(self, shape: Shape, depth: int) -> _Selection:
        if depth > NESTING:
            raise refuse(errors.QueryTooDeep, self._limits.depth, depth)
        t, i, made = self._t, self._i, _Selection()
        items, seen = made.items, set()
        while True:
            word = t[i]
            if word.isidentifier():
                name, i = word, i + 1
                if t[i] == ":":
                    made.aliases += 1
                    name = t[i + 1]
                    i += 2
                if word in seen:
                    self._repeats += 1
                    if self._repeats > self._limits.repeats:
                        raise refuse(errors.TooManyRepeats, self._limits.repeats, self._repeats)
                seen.add(word)
                field = shape.get(name)
                page: Page = 1 if field is None else field.length
                if t[i] == "(":
                    begin = i + 1
                    i = self._skip(begin)
                    if field is not None and field.sized_by:
                        page = self._page(begin, i, field.sized_by, field.length)
                if t[i] == "@":
                    self._i = i
                    made.directives += self._directives()
                    i = self._i
                inside = None
                if t[i] == "{":
                    self._i = i + 1
                    inside = self._selection(shape if field is None else field.inside, depth + 1)
                    i = self._i
                items.append((FIELD if field is None else field.price, page, inside))
            elif word == "}":
                self._i = i + 1
                return made
            elif word == "...":
                i += 1
                if t[i].isidentifier() and t[i] != "on":
                    items.append(t[i])
                    self._spreads += 1
                    if self._spreads > self._limits.spreads:
                        raise refuse(errors.TooManyFragments, self._limits.spreads, self._spreads)
                    self._i = i + 1
                    made.directives += self._directives()
                else:
                    within = shape
                    if t[i] == "on":
                        within = self._shapes.named(t[i + 1])
                        i += 2
                    self._i = i
                    made.directives += self._directives()
                    self._expect("{")
                    items.append(self._selection(within, depth + 1))
                i = self._i
            else:
                raise self._unexpected(i)

    def _page(self, i: int, end: int, sized_by: frozenset[str], length: int) -> Page:
        """The size that arguments between ``i`` and ``end`` give: a number, a variable, or a list's length."""
        t, depth, most = self._t, 0, self._limits.page
        while i < end - 1:
            word = t[i]
            if depth == 0 and t[i + 1] == ":" and word in sized_by:
                value = t[i + 2]
                if value == "$":
                    return Variable(t[i + 3], length)
                if value == "[":
                    return self._length(i + 3)
                if value.lstrip("-").isdigit():
                    size = int(value[:9])
                    if not 1 <= size <= most:
                        raise refuse(errors.PageTooLarge, most, size, word)
                    return size
                return length
            if word in _OPEN:
                depth += 1
            elif word in _CLOSE:
                depth -= 1
            i += 1
        return length

    def _length(self, i: int) -> int:
        """Of the list of plain values that begins at ``i``."""
        count, t = 0, self._t
        while t[i] not in ("]", ""):
            count += 1
            i += 2 if t[i] == "$" else 1
        if count > self._limits.page:
            raise refuse(errors.PageTooLarge, self._limits.page, count)
        return max(1, count)

    def _unexpected(self, i: int) -> GraphQLSyntaxError:
        start = 0
        for number, match in enumerate(_TOKEN.finditer(self._source)):
            start = match.start(1)
            if number >= i:
                break
        word = self._t[i]
        return GraphQLSyntaxError(Source(self._source), start, f"Unexpected {word[:40]!r}." if word else "Unexpected <EOF>.")

    # ---------------------------------------------------------------- totals, with fragments spread

    def _measured(self, kind: str, name: str | None, selection: _Selection, directives: int, defaults: dict[str, int]) -> Measured:
        total, limits = self._total(selection), self._limits
        if kind == "mutation" and total.width > limits.mutations:
            raise refuse(errors.OneMutation, limits.mutations, total.width)
        for error, limit, found in (
            (errors.QueryTooDeep, limits.depth, total.height),
            (errors.TooManyAliases, limits.aliases, total.aliases),
            (errors.TooManyDirectives, limits.directives, total.directives + directives),
            (errors.TooManyRootFields, limits.root_fields, total.width),
            (errors.QueryTooCostly, HIGHEST, total.base),
        ):
            if found > limit:
                raise refuse(error, limit, found)
        return Measured(kind, name, total.base, total.parts, defaults)

    def _total(self, selection: _Selection) -> _Total:
        base = width = 0
        height, aliases, directives = 1, selection.aliases, selection.directives
        parts: list[Part] = []
        for item in selection.items:
            if item.__class__ is tuple:
                price, page, inside = item
                base += price
                width += 1
                if inside is None:
                    continue
                known, unknown, deep, _, more_aliases, more_directives = self._total(inside)
                if deep >= height:
                    height = deep + 1
                if page.__class__ is int:
                    base += page * known
                    if unknown:
                        parts.append((page, 0, unknown))
                else:
                    parts.append((page, known, unknown))
            else:
                known, unknown, deep, wide, more_aliases, more_directives = (
                    self._spread(item) if item.__class__ is str else self._total(item)
                )
                base += known
                width += wide
                height = max(height, deep)
                parts += unknown if len(unknown) < 2 else [(1, 0, unknown)]
            aliases += more_aliases
            directives += more_directives
        return _Total(base, tuple(parts), height, width, aliases, directives)

    def _spread(self, name: str) -> _Total:
        if name not in self._totals:
            selection = self._fragments.get(name)
            if selection is None:
                return _NOTHING  # an unknown fragment: validation says so
            self._totals[name] = None
            self._totals[name] = self._total(selection)
        total = self._totals[name]
        if total is None:
            raise refuse(errors.FragmentCycle, 0, 1)
        return total


_NOTHING = _Total(0, (), 1, 0, 0, 0)


def _value(parts: tuple[Part, ...], variables: dict[str, Any]) -> int:
    total = 0
    for page, base, inside in parts:
        times = page if isinstance(page, int) else _size(page, variables)
        total += times * (base + (_value(inside, variables) if inside else 0))
    return total


def _size(page: Variable, variables: dict[str, Any]) -> int:
    given = variables.get(page.name)
    if given is None:
        size = page.default
    elif isinstance(given, list):
        size = max(1, len(given))
    elif isinstance(given, int | float) and not isinstance(given, bool):
        size = int(min(max(given, -1e9), 1e9))
    else:
        return LIMITS.page  # no number: the execution refuses it
    if not 1 <= size <= LIMITS.page:
        raise refuse(errors.PageTooLarge, LIMITS.page, size, page.name)
    return size
