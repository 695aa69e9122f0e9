"""The one clock of a database: ``bangfu_now()`` is the server's clock plus an offset that only tests set."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.kit.db import Conn, value


def now(conn: Conn) -> datetime:
    """Read after the locks that the answer depends on, in a statement of its own (`docs/decisions/0004`)."""
    instant: datetime = value(conn, "SELECT bangfu_now() AS now")
    return instant


def set_offset(conn: Conn, offset: timedelta) -> None:
    """Test mode only; the route that calls this does not exist elsewhere."""
    conn.execute("UPDATE bangfu_clock SET shift = %s", [offset])


def cutover(conn: Conn) -> datetime | None:
    """The instant before which history may be imported; None until an operator has set it."""
    instant: datetime | None = value(conn, "SELECT value::timestamptz FROM kit_settings WHERE name = 'cutover'")
    return instant


def set_cutover(conn: Conn, instant: datetime) -> None:
    conn.execute(
        "INSERT INTO kit_settings (name, value) VALUES ('cutover', %s) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value", [instant.isoformat()])
