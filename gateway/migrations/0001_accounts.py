"""Accounts, their ways to sign in, roles and sessions."""

from alembic import op

from services.kit.schema import BASE_V1

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(BASE_V1)
    op.execute("""
    CREATE TABLE accounts (
        account_id uuid PRIMARY KEY,
        password_hash text,
        language text NOT NULL DEFAULT 'zh-CN',
        version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        closed_at timestamptz
    );
    -- The one table of the gateway with personal data, so that it can be deleted.
    CREATE TABLE identities (
        account_id uuid NOT NULL REFERENCES accounts,
        kind text NOT NULL CHECK (kind IN ('phone', 'email', 'name')),
        value text NOT NULL,
        PRIMARY KEY (account_id, kind)
    );
    CREATE UNIQUE INDEX identities_login ON identities (kind, value) WHERE kind IN ('phone', 'email');
    CREATE TABLE grants (
        account_id uuid NOT NULL REFERENCES accounts,
        role text NOT NULL,
        scope text NOT NULL DEFAULT '',
        granted_by text NOT NULL,
        granted_at timestamptz NOT NULL DEFAULT bangfu_now(),
        PRIMARY KEY (account_id, role, scope)
    );
    CREATE INDEX grants_by_scope ON grants (role, scope);
    CREATE TABLE sessions (
        account_id uuid NOT NULL REFERENCES accounts,
        session_id uuid NOT NULL,
        refresh_hash bytea NOT NULL,
        previous_hash bytea,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        refreshed_at timestamptz NOT NULL DEFAULT bangfu_now(),
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        ended_by text,
        device text NOT NULL DEFAULT '',
        PRIMARY KEY (account_id, session_id)
    );
    CREATE UNIQUE INDEX sessions_by_id ON sessions (session_id);
    CREATE TABLE uploads (
        upload_id uuid PRIMARY KEY,
        account text NOT NULL,
        purpose text NOT NULL,
        object_key text NOT NULL,
        filename text NOT NULL,
        size bigint,
        sha256 text,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        stored_at timestamptz
    );
    """)
