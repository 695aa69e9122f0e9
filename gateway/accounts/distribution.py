"""The distribution column of each table, first in its primary key (or ``local``: small, whole on every node)."""

DISTRIBUTION = {
    "accounts": "account_id",
    "identities": "account_id",
    "grants": "account_id",
    "sessions": "account_id",
    "uploads": "local",
    "webhook_endpoints": "endpoint_id",
    "webhook_deliveries": "endpoint_id",
    "invitations": "local",
    "api_keys": "account_id",
    "consents": "account_id",
    "person_requests": "account_id",
    "person_answers": "account_id",
    "one_time_codes": "challenge_hash",
    "messages": "message_id",
    "totp": "account_id",
    "recovery_codes": "account_id",
    "passkeys": "account_id",
    "oidc_links": "account_id",
    "challenges": "challenge_hash",
    "sign_in_attempts": "target",
}
