"""Every code that may reach a client, read from the code: docs/api/errors.md.

Three sources: the classes of `services.kit.errors.DomainError` in every package, the codes that no class stands behind
(`gateway.errors.PLAIN`), and the findings of imports (``problems.add(line, column, CODE, zh, en)``), read from the source.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.errors import NOT_FOR_THE_PAYLOAD, PLAIN, RETRYABLE, camel
from gateway.http.refusals import BadRequest
from infra.runner.state import ROOT
from services.kit.client import RemoteError
from services.kit.errors import HTTP_STATUS, DomainError, Several

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
# A carrier of other services' refusals, and of several at once: their own codes never leave.
CARRIERS = (RemoteError, Several)


@dataclass(frozen=True, order=True)
class Entry:
    """``way``: userErrors or errors. ``status``: of the service's own answer, or of the edge's where nothing was executed."""

    code: str
    owners: tuple[str, ...]
    kind: str
    status: int
    way: str
    zh: str
    en: str
    facts: tuple[str, ...]
    retryable: bool


@dataclass(frozen=True, order=True)
class Finding:
    """A code of `ImportProblem`, with its words as templates."""

    code: str
    zh: str
    en: str
    owner: str


def packages() -> tuple[str, ...]:
    """What owns refusals: gateway, kit and each service."""
    services = sorted(p.parent.name for p in (ROOT / "services").glob("*/app.py") if p.parent.name != "kit")
    return ("gateway", "services.kit", *(f"services.{name}" for name in services))


def classes() -> list[type[DomainError]]:
    """All refusals of the product, every module being imported first."""
    for package in packages():
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__") and "alembic_env" not in module.name:
                importlib.import_module(module.name)
    found: list[type[DomainError]] = []
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith(("services.", "gateway")) and kind not in found and not _is_family(kind):
                found.append(kind)
    return found


def _is_family(kind: type[DomainError]) -> bool:
    """A class that only gathers others: it has no code of its own and is never raised."""
    return "code" not in vars(kind) and bool(kind.__subclasses__())


def facts_of(*words: str) -> tuple[str, ...]:
    """What is filled in; ``…_zh`` and ``…_en`` are one fact told in two languages."""
    names = {name for text in words for name in re.findall(r"\{(\w+)\}", text)}
    return tuple(sorted({camel(re.sub(r"_(zh|en)$", "", name)) or name for name in names}))


def entries() -> list[Entry]:
    sources = {package: _source(package) for package in packages()}
    found: dict[tuple[str, str, str], Entry] = {}
    for kind in classes():
        if kind in CARRIERS:
            continue
        owners = _owners(kind, sources)
        key = (kind.code, kind.zh, kind.en)
        if key in found:
            owners = tuple(sorted({*owners, *found[key].owners}))
        found[key] = Entry(
            kind.code,
            owners,
            kind.kind.value,
            kind.status if issubclass(kind, BadRequest) else HTTP_STATUS[kind.kind],
            "errors" if issubclass(kind, BadRequest) or kind.kind.value in NOT_FOR_THE_PAYLOAD else "userErrors",
            kind.zh,
            kind.en,
            facts_of(kind.zh, kind.en),
            kind.code in RETRYABLE,
        )
    plain = [
        Entry(p.code, ("gateway",), "internal" if p.status == 500 else "invalid", p.status, "errors", p.zh, p.en, (), False) for p in PLAIN
    ]
    return sorted([*found.values(), *plain])


def _source(package: str) -> str:
    folder = ROOT / package.replace(".", "/")
    return "\n".join(file.read_text("utf-8") for file in sorted(folder.rglob("*.py")) if "migrations" not in file.parts)


def _owners(kind: type[DomainError], sources: dict[str, str]) -> tuple[str, ...]:
    """The package that defines it; of the kit's, those that raise it."""
    home = next(p for p in sources if kind.__module__ == p or kind.__module__.startswith(f"{p}."))
    if home != "services.kit":
        return (home.removeprefix("services."),)
    word = re.compile(rf"\b{kind.__name__}\b")
    return tuple(sorted(p.removeprefix("services.") for p, text in sources.items() if p == home or word.search(text)))


def findings() -> list[Finding]:
    found = set()
    for package in packages():
        for file in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
            found |= set(_findings(ast.parse(file.read_text("utf-8")), package.removeprefix("services.")))
    return sorted(found)


def _findings(tree: ast.Module, owner: str) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add" and len(node.args) >= 5:
            code, zh, en = (_template(argument) for argument in node.args[2:5])
            if code and zh and en and CODE.fullmatch(code):
                yield Finding(code, zh, en, owner)
        elif isinstance(node, ast.Dict):
            told = {k.value: _template(v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)}
            if CODE.fullmatch(told.get("code", "")) and told.get("zh") and told.get("en"):
                yield Finding(told["code"], told["zh"], told["en"], owner)


def _template(node: ast.expr) -> str:
    """A text or f-string as it will read, with what is filled in by name."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join("{" + _name(part.value) + "}" if isinstance(part, ast.FormattedValue) else _template(part) for part in node.values)
    return ""


def _name(node: ast.expr) -> str:
    words = re.findall(r"[A-Za-z_]+", ast.unparse(node))
    return words[-1].lower() if words else "value"


def used_codes() -> Iterator[tuple[str, str]]:
    """(code, where) of every code that stands as a text in the gateway's and the kit's sources: under a key or argument ``code``."""
    for package in ("gateway", "services/kit"):
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                for value in _coded(node):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and CODE.fullmatch(value.value):
                        yield value.value, f"{file.relative_to(ROOT)}:{value.lineno}"


def _coded(node: ast.AST) -> Iterable[ast.expr | None]:
    if isinstance(node, ast.Dict):
        return [v for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant) and k.value == "code"]
    if isinstance(node, ast.Call):
        return [k.value for k in node.keywords if k.arg == "code"]
    return ()


HEAD = """# Errors

Generated by `python -m infra.documents` from the code; a test compares them.

What the caller can mend comes in the payload of a mutation, as `userErrors {code field message facts {name value}}`: nothing has changed.
Everything else comes as a GraphQL error with `extensions.code` and, for what a log can be searched by, `extensions.requestId` (also in
the header `X-Request-Id`). Decide by the code, show the message: it is in Chinese or English by `Accept-Language`, else by the account.
`extensions.retryable` is true where the same request may succeed a moment later; with an idempotency key it is always safe to repeat.
No message holds a stack, an SQL text or the name of a machine.

*way*: where the code appears. *HTTP*: of the edge where nothing was executed (`application/graphql-response+json`; old clients that accept
`application/json` alone get 200 for a well-formed request), else of the service's own answer: what was executed at the edge is 200.
*by*: which part refuses.
"""


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def markdown() -> str:
    lines = [HEAD, "## Codes", "", _row("code", "way", "HTTP", "kind", "message", "facts", "by"), _row(*["---"] * 7)]
    for one in entries():
        facts = ", ".join(f"`{fact}`" for fact in one.facts)
        code = f"`{one.code}`" + (" ↻" if one.retryable else "")
        lines.append(_row(code, one.way, str(one.status), one.kind, f"{one.zh}<br>{one.en}", facts, ", ".join(one.owners)))
    lines += ["", "↻ retryable.", "", "## Findings in imported files", ""]
    lines += ["Codes of `Import.errors` beside those above: a file with one of them is refused whole.", ""]
    lines += [_row("code", "message", "by"), _row(*["---"] * 3)]
    lines += [_row(f"`{one.code}`", f"{one.zh}<br>{one.en}", one.owner) for one in findings()]
    return "\n".join([*lines, ""])


def known_codes() -> frozenset[str]:
    """The closed list: no other code may leave."""
    return frozenset({e.code for e in entries()} | {f.code for f in findings()} | {carrier.code for carrier in CARRIERS})
