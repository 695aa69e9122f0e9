"""Whose lines somebody may see. Empty: nothing at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """A line is visible when any of these holds: the reader sees the whole city, its origin or consumption county is among
    ``counties`` (so never by ``outside`` or ``unknown``), its merchant or its buying institution is the reader's own."""

    city: bool = False
    counties: tuple[str, ...] = ()
    merchants: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.city or self.counties or self.merchants or self.institutions)

    @property
    def officer(self) -> bool:
        """Figures, registers and reports are for the city and the counties only."""
        return self.city or bool(self.counties)

    def covers_county(self, county_code: str) -> bool:
        return self.city or county_code in self.counties


CITY = Scope(city=True)
