"""Published by the gateway and by reporting."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from services.events.base import Event


class AccountChanged(Event):
    """Roles of an account changed, or it was closed."""

    owner: ClassVar[str] = "gateway"
    readers: ClassVar[tuple[str, ...]] = ("orders",)
    account_id: UUID
    closed: bool = False

    def key(self) -> str:
        return f"account:{self.account_id}"


class BulletinPublished(Event):
    """The files of a report are finished. ``period`` from/until, both days counted; ``county_code`` None: the whole city."""

    owner: ClassVar[str] = "reporting"
    readers: ClassVar[tuple[str, ...]] = ("gateway",)
    report_id: UUID
    period: str
    county_code: str | None = None

    def key(self) -> str:
        return f"report:{self.report_id}"
