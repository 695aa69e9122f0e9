"""Brings the five databases to this checkout's newest migrations, before anything uses them.

Skipped when a stamp says that exactly these migrations were applied to exactly these databases. One process for all
five: most of the time of a migration that has nothing to do is the import of Alembic.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

from infra.runner.state import ROOT, SERVICES, Config, Paths

PACKAGES = {s: "gateway" if s == "gateway" else f"services.{s}" for s in SERVICES}


def fingerprint(urls: dict[str, str]) -> str:
    digest = hashlib.sha256()
    kit = ROOT / "services" / "kit"
    files = [kit / "migrate.py", kit / "schema.py", *sorted((kit / "alembic_env").glob("*.py"))]
    for package in PACKAGES.values():
        files += sorted(Path(ROOT, *package.split("."), "migrations").glob("*.py"))
    for file in files:
        if file.exists():
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    for service, url in sorted(urls.items()):
        digest.update(f"{service} {url}\0".encode())
    return digest.hexdigest()


def upgrade(urls: dict[str, str]) -> None:
    from services.kit import migrate

    for service, package in PACKAGES.items():
        begun = time.monotonic()
        migrate.upgrade(package, urls[service])
        print(f"{package} migrated in {time.monotonic() - begun:.1f} s", flush=True)


def main() -> int:
    urls = {s: os.environ[f"BANGFU_{s.upper()}_DATABASE_URL"] for s in SERVICES}
    if sys.argv[1:] == ["--outside"]:  # docker-compose: no state folder, no stamp
        upgrade(urls)
        return 0
    config = Config.load(Paths.of_environment())
    mark = fingerprint(urls)
    # With the embedded server the stamp lies in its data folder, so that it goes when the data goes.
    embedded = config.embeds("postgres")
    stamp = (config.paths.data / "postgres" if embedded else config.paths.run) / "bangfu-migrated"
    if embedded and stamp.exists() and stamp.read_text() == mark:
        return 0
    upgrade(urls)
    stamp.write_text(mark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
