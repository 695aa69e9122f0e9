"""Reporting needs nothing beyond what every service needs."""

from __future__ import annotations

from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    pass
