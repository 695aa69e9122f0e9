"""Alembic per service: numbered, one parent each, with lock and statement limits."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config

SCRIPTS = Path(__file__).parent / "alembic_env"


def _config(package: str, url: str) -> Config:
    folder = Path(importlib.import_module(package).__file__ or "").parent / "migrations"
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("version_locations", str(folder))
    config.set_main_option("path_separator", "newline")
    config.attributes["url"] = url
    return config


def upgrade(package: str, url: str) -> None:
    """Bring the database at ``url`` to the newest migration of e.g. ``services.orders``. Repeatable."""
    command.upgrade(_config(package, url), "head")
