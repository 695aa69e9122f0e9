"""Faults on request: slow answers, errors, answers lost before or after the change is kept.

By control (`POST /_sim/faults`: the next N calls whose method and path fit) or by call (`X-Sim-Fault: slow=500`,
`error=500`, `lost`, `drop`, several joined by commas).
"""

from __future__ import annotations

import fnmatch
from dataclasses import asdict, dataclass, replace
from typing import Any

from infra.paysim.errors import StripeError, invalid
from infra.paysim.store import Store

KINDS = ("slow", "error", "lost", "drop")


@dataclass(frozen=True)
class Fault:
    """`slow`: work starts `ms` later. `error`: answers `status`, nothing done. `lost`: done and kept, then the
    connection closes. `drop`: the connection closes, nothing done."""

    kind: str
    path: str = "*"
    method: str = "*"
    times: int = 1
    ms: int = 0
    status: int = 500


@dataclass(frozen=True)
class Effect:
    """What a call meets: all faults that fit it, together."""

    ms: int = 0
    status: int = 0
    lost: bool = False
    drop: bool = False


def parse_header(text: str) -> list[Fault]:
    """Raises StripeError for anything but the four kinds."""
    faults = []
    for part in text.split(","):
        kind, _, value = part.strip().partition("=")
        if kind not in KINDS or (value and not value.isdigit()) or len(value) > 6:
            raise invalid(f"X-Sim-Fault does not know {part.strip()[:50]!r}", param="X-Sim-Fault")
        number = int(value) if value else 0
        faults.append(Fault(kind, ms=number if kind == "slow" else 0, status=number or 500))
    return faults


class Faults:
    """The armed faults, kept on disk with what is left of each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.armed = [Fault(**row) for row in store.control("faults") or []]

    def arm(self, fault: Fault) -> None:
        self.armed.append(fault)
        self._keep()

    def clear(self) -> None:
        self.armed.clear()
        self._keep()

    def rows(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.armed]

    def _keep(self) -> None:
        self._store.set_control("faults", self.rows())

    def meet(self, method: str, path: str, header: str | None) -> Effect:
        """Takes one from every armed fault that fits, first armed first, one of each kind."""
        met = parse_header(header) if header else []
        if self.armed:
            for place, fault in enumerate(self.armed):
                fits = fault.method in ("*", method) and fnmatch.fnmatchcase(path, fault.path)
                if fits and all(other.kind != fault.kind for other in met):
                    met.append(fault)
                    self.armed[place] = replace(fault, times=fault.times - 1)
            if any(fault.times <= 0 for fault in self.armed) or met:
                self.armed = [fault for fault in self.armed if fault.times > 0]
                self._keep()
        effect = Effect()
        for fault in met:
            if fault.kind == "slow":
                effect = replace(effect, ms=effect.ms + fault.ms)
            elif fault.kind == "error":
                effect = replace(effect, status=fault.status)
            else:
                effect = replace(effect, **{fault.kind: True})
        return effect


def error(status: int) -> StripeError:
    if status == 429:
        return StripeError(429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit",
                           remembered=False)
    return StripeError(status, "api_error", "Sorry, something went wrong on our side (a fault you asked for).",
                       remembered=False)
