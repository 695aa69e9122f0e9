"""Factors of sign-in: verified logins, one-time codes and their messages, TOTP, passkeys, OIDC links, back-off, proof of a session.

Personal data stays in ``identities``: a code knows its login by a keyed hash only; a message's recipient and text are sealed and erased
once it is sent.
"""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    ALTER TABLE identities ADD COLUMN verified_at timestamptz;

    -- rotation_salt: with the server's secret it gives the successor of the token before, for an honest browser's parallel refresh.
    ALTER TABLE sessions ADD COLUMN rotation_salt bytea;
    ALTER TABLE sessions ADD COLUMN rotated_by bytea;
    ALTER TABLE sessions ADD COLUMN method text NOT NULL DEFAULT 'password';
    ALTER TABLE sessions ADD COLUMN proved_at timestamptz NOT NULL DEFAULT bangfu_now();
    ALTER TABLE sessions ADD COLUMN second_factor_at timestamptz;

    CREATE TABLE one_time_codes (
        challenge_hash bytea PRIMARY KEY,
        purpose text NOT NULL CHECK (purpose IN ('sign_up', 'sign_in', 'verify', 'reset')),
        target bytea NOT NULL,      -- keyed hash of the login: counts alike for known and unknown
        source text NOT NULL,       -- 'known:…' a device of the account, else 'strangers'
        account_id uuid,
        code_hash bytea NOT NULL,
        tries_left int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz
    );
    CREATE INDEX one_time_codes_by_target ON one_time_codes (target, created_at DESC);
    CREATE INDEX one_time_codes_old ON one_time_codes (created_at);

    CREATE TABLE messages (
        message_id uuid PRIMARY KEY,
        channel text NOT NULL CHECK (channel IN ('phone', 'email')),
        template text NOT NULL,
        sealed bytea,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'void', 'failed')),
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        sent_at timestamptz
    );
    CREATE INDEX messages_old ON messages (created_at);

    CREATE TABLE totp (
        account_id uuid PRIMARY KEY REFERENCES accounts,
        sealed bytea NOT NULL,
        confirmed_at timestamptz,
        last_step bigint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT bangfu_now()
    );
    CREATE TABLE recovery_codes (
        account_id uuid NOT NULL REFERENCES accounts,
        code_hash bytea NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (account_id, code_hash)
    );
    CREATE TABLE passkeys (
        account_id uuid NOT NULL REFERENCES accounts,
        passkey_id uuid NOT NULL,
        credential_id bytea NOT NULL,
        public_key bytea NOT NULL,
        sign_count bigint NOT NULL,
        title text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        used_at timestamptz,
        PRIMARY KEY (account_id, passkey_id)
    );
    CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);
    CREATE TABLE oidc_links (
        account_id uuid NOT NULL REFERENCES accounts,
        link_id uuid NOT NULL,
        provider text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        PRIMARY KEY (account_id, link_id)
    );
    CREATE UNIQUE INDEX oidc_links_by_subject ON oidc_links (issuer, subject);
    -- What was begun with somebody and is answered once: passkey ceremonies, OIDC round trips, second steps of a sign-in.
    CREATE TABLE challenges (
        challenge_hash bytea PRIMARY KEY,
        purpose text NOT NULL,
        account_id uuid,
        content jsonb NOT NULL,
        expires_at timestamptz NOT NULL
    );
    CREATE INDEX challenges_old ON challenges (expires_at);

    CREATE TABLE sign_in_attempts (
        target bytea NOT NULL,      -- keyed hash of the login, or of the account for its second factor
        source bytea NOT NULL,      -- keyed hash of the known device or the address; empty: all strangers together
        failures int NOT NULL DEFAULT 0,
        last_at timestamptz NOT NULL DEFAULT bangfu_now(),
        blocked_until timestamptz NOT NULL DEFAULT bangfu_now(),
        PRIMARY KEY (target, source)
    );
    CREATE INDEX sign_in_attempts_old ON sign_in_attempts (last_at);
    """)
