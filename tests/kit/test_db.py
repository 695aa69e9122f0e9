from __future__ import annotations

from services.kit.db import Database, connect, every, value


def test_connections_that_the_server_dropped_while_idle_fail_no_request(writer: Database, pg_admin_url: str) -> None:
    with writer.reading() as first, writer.reading() as second:
        backends = [c.execute("SELECT pg_backend_pid() AS pid").fetchone()["pid"] for c in (first, second)]  # type: ignore[index]
    with connect(pg_admin_url) as admin:
        every(admin, "SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [backends])
        while value(admin, "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [backends]):
            pass
    for _ in range(3):
        with writer.transaction() as conn:
            assert value(conn, "SELECT 1") == 1
