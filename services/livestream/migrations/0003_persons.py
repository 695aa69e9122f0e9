"""A person's own rows are found by account."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    CREATE INDEX session_viewers_by_viewer ON session_viewers (viewer);
    CREATE INDEX session_controllers_by_account ON session_controllers (account_id);
    """)
