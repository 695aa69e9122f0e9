"""A person's data is found by account and by verified mobile number: the last eleven digits of what was typed."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
    CREATE INDEX recipients_by_phone ON recipients (right(translate(phone, '+- ', ''), 11));
    CREATE INDEX institution_members_by_account ON institution_members (account_id);
    """)
