"""Databases, roles and bucket on servers given from outside, as docker-compose does it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
import pytest

from infra.runner.state import ROOT, SERVICES
from services.kit.objects import ObjectStore


def test_servers_from_outside_are_made_ready_by_settings_alone_and_again(pg_admin_url: str, s3_url: str) -> None:
    mark = secrets.token_hex(3)
    server = urlsplit(pg_admin_url).netloc.rsplit("@", 1)[1]
    urls = {s: f"postgresql://outside_{mark}_{s}:pass-{s}@{server}/outside_{mark}_{s}" for s in SERVICES}
    bucket = s3_url.rsplit("/", 1)[0] + f"/outside-{mark}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BANGFU_")}
    env = {
        **kept,
        "BANGFU_POSTGRES_ADMIN_URL": pg_admin_url,
        "BANGFU_S3_URL": bucket,
        **{f"BANGFU_{s.upper()}_DATABASE_URL": url for s, url in urls.items()},
    }

    def run(module: str) -> None:
        command = [sys.executable, "-m", f"infra.runner.{module}", "--outside"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        for _ in range(2):
            run("provision")
            run("migrations")
        ObjectStore(bucket).put("a.txt", b"here", "text/plain")
        for service, url in urls.items():
            with psycopg.connect(url) as conn:
                assert conn.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,), service
        crossed = urls["catalog"].rsplit("/", 1)[0] + "/" + urls["orders"].rsplit("/", 1)[1]
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(crossed)
    finally:
        with psycopg.connect(pg_admin_url, autocommit=True) as conn:
            for url in urls.values():
                name = url.rsplit("/", 1)[1]
                conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[call-overload]
                conn.execute(f"DROP ROLE IF EXISTS {name}")  # type: ignore[call-overload]
