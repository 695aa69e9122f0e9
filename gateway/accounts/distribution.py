"""The distribution column of each table, first in its primary key (or ``local``: small, whole on every node)."""

DISTRIBUTION = {
    "accounts": "account_id",
    "identities": "account_id",
    "grants": "account_id",
    "sessions": "account_id",
    "uploads": "local",
}
