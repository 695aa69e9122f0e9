"""The audit trail: who acted as what, a number and a hash a row, append-only by the database itself."""

from alembic import op

from services.kit.schema import AUDIT_V2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(AUDIT_V2)
