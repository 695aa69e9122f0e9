"""Makes the five databases and their five roles on the PostgreSQL server. Repeatable; run before migrations.

No role may connect to another's database. Databases given from outside one by one (BANGFU_<SERVICE>_DATABASE_URL) are
left alone.
"""

from __future__ import annotations

import sys

from infra.runner import processes
from infra.runner.engines import Postgres
from infra.runner.state import SERVICES, Config, Paths


def provision(admin_url: str, passwords: dict[str, str]) -> None:
    """`passwords`: service → its role's password. The role and database are `bangfu_<service>`."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as conn:
        for service, password in passwords.items():
            name = sql.Identifier(f"bangfu_{service}")
            known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (f"bangfu_{service}",)).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            conn.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, name, sql.Literal(password)))
            exists = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (f"bangfu_{service}",)).fetchone()
            if not exists:
                # A managed server's administrator is no superuser and must belong to a role to make it an owner.
                conn.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
                conn.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(name, name))
            conn.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
        conn.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")  # only its owner's to do: a warning elsewhere


def main() -> int:
    config = Config.load(Paths.of_environment())
    embedded = processes.engine(config, "postgres")
    admin = config.outside.get("BANGFU_POSTGRES_ADMIN_URL", "")
    stamp = config.paths.data / "postgres" / "bangfu-provisioned"
    if not admin:
        if not config.embeds("postgres") or stamp.exists():
            return 0
        assert isinstance(embedded, Postgres)
        admin = embedded.admin_url
    wanted = {s: config.secrets[f"database_{s}"] for s in SERVICES if f"BANGFU_{s.upper()}_DATABASE_URL" not in config.outside}
    provision(admin, wanted)
    if config.embeds("postgres") and len(wanted) == len(SERVICES):
        stamp.touch()  # in the data folder: gone with it
    return 0


if __name__ == "__main__":
    sys.exit(main())
