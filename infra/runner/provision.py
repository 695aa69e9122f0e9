"""Makes the five databases with their five roles, and the bucket. Repeatable; run before migrations.

No role may connect to another's database. Two ways to be called:

    python -m infra.runner.provision               by the local runner, on the engines of its state folder
    python -m infra.runner.provision --outside     by docker-compose: everything from the environment (BANGFU_POSTGRES_ADMIN_URL,
                                                   BANGFU_<SERVICE>_DATABASE_URL, BANGFU_S3_URL)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from infra.runner import processes
from infra.runner.engines import Postgres
from infra.runner.state import SERVICES, Config, Paths


def provision(admin_url: str, urls: Sequence[str]) -> None:
    """For each database URL: its role with its password, its database, owned by the role and closed to the others."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as conn:
        for url in urls:
            parts = urlsplit(url)
            role, password = unquote(parts.username or ""), unquote(parts.password or "")
            name = parts.path.lstrip("/")
            known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
            conn.execute(
                sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
                    sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(role), sql.Literal(password)
                )
            )
            owner, database = sql.Identifier(role), sql.Identifier(name)
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                # A managed server's administrator is no superuser and must belong to a role to make it an owner.
                conn.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
                conn.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(database, owner))
            conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
        conn.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")  # only its owner's to do: a warning elsewhere


def make_bucket(s3_url: str) -> None:
    from services.kit.objects import ObjectStore

    ObjectStore(s3_url).ensure_bucket()


def _from_environment() -> None:
    provision(os.environ["BANGFU_POSTGRES_ADMIN_URL"], [os.environ[f"BANGFU_{s.upper()}_DATABASE_URL"] for s in SERVICES])
    make_bucket(os.environ["BANGFU_S3_URL"])


def _from_state() -> None:
    config = Config.load(Paths.of_environment())
    if not config.embeds("objects"):
        make_bucket(config.outside["BANGFU_S3_URL"])
    embedded = config.embeds("postgres")
    stamp = config.paths.data / "postgres" / "bangfu-provisioned"
    if embedded and stamp.exists():
        return
    server = processes.engine(config, "postgres")
    assert isinstance(server, Postgres)
    admin = server.admin_url if embedded else config.outside.get("BANGFU_POSTGRES_ADMIN_URL", "")
    # Databases given one by one from outside are somebody's own: they are left alone.
    names = [n for n in (f"BANGFU_{s.upper()}_DATABASE_URL" for s in SERVICES) if n not in config.outside]
    if not admin or not names:
        return
    settings = processes.environment(config)
    provision(admin, [settings[n] for n in names])
    if embedded and len(names) == len(SERVICES):
        stamp.touch()  # in the data folder: gone with it


if __name__ == "__main__":
    if sys.argv[1:] == ["--outside"]:
        _from_environment()
    else:
        _from_state()
