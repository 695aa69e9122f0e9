"""Invitations, the role a session acts in, API keys, consents, and what persons asked for: their data, or its end."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
    -- Who is invited is known by a keyed hash only; the hint (138****8000) goes with the invitation's end.
    CREATE TABLE invitations (
        invitation_id uuid PRIMARY KEY,
        role text NOT NULL,
        scope text NOT NULL CHECK (scope <> ''),
        invitee_hash bytea NOT NULL,
        invitee_hint text NOT NULL,
        invited_by uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        expires_at timestamptz NOT NULL,
        claimed_by uuid,
        accepted_at timestamptz,
        revoked_at timestamptz,
        CHECK (accepted_at IS NULL OR (claimed_by IS NOT NULL AND revoked_at IS NULL))
    );
    CREATE INDEX invitations_of_scope ON invitations (role, scope, invitation_id DESC);
    CREATE INDEX invitations_by_inviter ON invitations (invited_by, invitation_id DESC);
    CREATE INDEX invitations_of_invitee ON invitations (invitee_hash);

    ALTER TABLE sessions ADD COLUMN acting_role text, ADD COLUMN acting_scope text NOT NULL DEFAULT '';

    CREATE TABLE api_keys (
        account_id uuid NOT NULL REFERENCES accounts,
        key_id uuid NOT NULL,
        name text NOT NULL,
        prefix text NOT NULL,
        digest bytea NOT NULL,
        scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
        roles text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        expires_at timestamptz NOT NULL,
        last_used_at timestamptz,
        revoked_at timestamptz,
        PRIMARY KEY (account_id, key_id)
    );
    CREATE UNIQUE INDEX api_keys_by_digest ON api_keys (digest);

    CREATE TABLE consents (
        account_id uuid NOT NULL REFERENCES accounts,
        consent_id uuid NOT NULL,
        purpose text NOT NULL,
        text_version text NOT NULL,
        given_at timestamptz NOT NULL DEFAULT bangfu_now(),
        withdrawn_at timestamptz,
        PRIMARY KEY (account_id, consent_id)
    );
    CREATE UNIQUE INDEX consents_in_force ON consents (account_id, purpose) WHERE withdrawn_at IS NULL;

    CREATE TABLE person_requests (
        account_id uuid NOT NULL REFERENCES accounts,
        request_id uuid NOT NULL,
        kind text NOT NULL CHECK (kind IN ('export', 'deletion')),
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'expired')),
        object_key text,
        size bigint,
        sha256 text,
        requested_at timestamptz NOT NULL DEFAULT bangfu_now(),
        finished_at timestamptz,
        expires_at timestamptz,
        PRIMARY KEY (account_id, request_id)
    );
    CREATE UNIQUE INDEX person_requests_one_open ON person_requests (account_id, kind) WHERE state = 'open';
    CREATE INDEX person_requests_open ON person_requests (requested_at) WHERE state = 'open';
    -- One row a service that has answered; `done` false: it has to be asked again (a parcel is still under way).
    CREATE TABLE person_answers (
        account_id uuid NOT NULL,
        request_id uuid NOT NULL,
        service text NOT NULL,
        done bool NOT NULL,
        erased jsonb NOT NULL DEFAULT '{}',
        waiting jsonb NOT NULL DEFAULT '{}',
        answered_at timestamptz NOT NULL DEFAULT bangfu_now(),
        PRIMARY KEY (account_id, request_id, service),
        FOREIGN KEY (account_id, request_id) REFERENCES person_requests
    );
    """)
