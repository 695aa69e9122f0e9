"""docs/api/permissions.md, made from the table: who may ask what, whose objects, and which fields not everybody sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.permissions import Rule, table
from gateway.predicates import Predicate
from gateway.restricted import ACTS, FIELDS, FREE, OBJECTS

INTRODUCTION = """# Who may do what

Generated from `gateway/permissions.py` and `gateway/restricted.py` by `python -m infra.documents`; `tests/matrix` asks the running
system every operation as every role and compares.

**Who may ask** is looked at before an operation does anything: `UNAUTHENTICATED` without a session, `FORBIDDEN` without one of the roles.
*anyone* needs no session; *visitor* is an account or a guest token; *account* is anybody signed in. The same answer for everybody may
be kept for a second.
**Whose objects** is decided by the service that owns them: what is not yours is `NOT_FOUND`, whether it exists or not, and a list does
not hold it. **Restricted fields** are refused with `FORBIDDEN`, or null where it says *hidden*, by whatever path the object is reached.
"""


def markdown() -> str:
    rules = table()
    parts = [INTRODUCTION]
    for kind, title in (("Query", "Queries"), ("Mutation", "Mutations"), ("Subscription", "Subscriptions")):
        parts += [f"\n## {title}\n", *_operations(kind, rules)]
    parts += ["\n## Objects\n", "An id of such an object may be named by:\n", "| object | by |", "| --- | --- |"]
    parts += [f"| {kind} | {_words(predicates)} |" for kind, predicates in sorted(OBJECTS.items())]
    parts += ["\n## Restricted fields\n", "| field | seen by | others |", "| --- | --- | --- |"]
    parts += [f"| `{name}` | {rule.words()} | {'null (hidden)' if rule.hidden else 'FORBIDDEN'} |" for name, rule in sorted(FIELDS.items())]
    return "\n".join(parts) + "\n"


def _operations(kind: str, rules: Mapping[str, Rule]) -> Iterable[str]:
    yield "| operation | who may ask | acts on an object of | any id at |"
    yield "| --- | --- | --- | --- |"
    for name, rule in sorted(rules.items()):
        if name.startswith(f"{kind}."):
            who = rule.words().removeprefix("roles: ") + (" (kept)" if rule.cacheable else "")
            acts = _words(ACTS[name]) if name in ACTS else ""
            yield f"| `{name.partition('.')[2]}` | {who} | {acts} | {', '.join(sorted(FREE.get(name, ())))} |"


def _words(predicates: Iterable[Predicate]) -> str:
    return ", ".join(dict.fromkeys(predicate.words() for predicate in predicates))
