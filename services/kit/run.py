"""``python -m services.<name> api|worker|migrate``: the three ways to start a service."""

from __future__ import annotations

import sys

from services.kit.service import Service
from services.kit.settings import SettingsError, load


def main(service: Service, argv: list[str] | None = None) -> int:
    verb = (argv or sys.argv[1:] or ["worker"])[0]
    try:
        if verb == "migrate":
            # Alembic and SQLAlchemy are 30 MB that only this verb needs; every worker would carry them.
            from services.kit.migrate import upgrade

            upgrade(service.package, load(service.settings, service.name).database_url)
        elif verb == "worker":
            from services.kit.worker import run

            run(service)
        else:
            print(f"{service.name}: unknown verb {verb}; one of: worker, migrate", file=sys.stderr)
            return 2
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 3
    return 0
