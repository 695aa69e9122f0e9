"""Base of published events. Changing a field's meaning is a new version; a reader ignores fields it does not know."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Subclasses state ``owner``, ``readers`` and ``schema_version``, and `key`: the aggregate whose order is kept.

    No event carries a person's name, phone or address: ids only.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    owner: ClassVar[str]
    readers: ClassVar[tuple[str, ...]]
    schema_version: ClassVar[int] = 1
    known: ClassVar[dict[str, type[Event]]] = {}

    @classmethod
    def event_name(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "owner" in cls.__dict__ and not cls.__name__.startswith("_") and cls.__module__.startswith("services.events."):
            Event.known[cls.event_name()] = cls

    def key(self) -> str:
        raise NotImplementedError
