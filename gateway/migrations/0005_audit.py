"""The audit trail: the gateway's own rows as everywhere, and its copy of all services' rows, searchable and append-only."""

from alembic import op

from services.kit.schema import AUDIT_V2

revision = "0005"
down_revision = "0004"

COPY = """
CREATE TABLE audit_trail (
    service text NOT NULL,
    seq bigint NOT NULL,
    position bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL, role text, scope text, api_key text,
    act text NOT NULL, subject text NOT NULL,
    before jsonb, after jsonb, reason text, request_id text,
    hash bytea NOT NULL, previous_hash bytea NOT NULL,
    -- Pairs of neighbouring characters of what `text` searches: finds Chinese words without an extension.
    pairs text[] NOT NULL,
    gathered_at timestamptz NOT NULL DEFAULT bangfu_now(),
    PRIMARY KEY (service, seq)
);
CREATE INDEX audit_trail_newest ON audit_trail (at DESC, service DESC, seq DESC);
CREATE INDEX audit_trail_actor ON audit_trail (actor, at DESC);
CREATE INDEX audit_trail_act ON audit_trail (act, at DESC);
CREATE INDEX audit_trail_subject ON audit_trail (subject, at DESC);
CREATE INDEX audit_trail_request ON audit_trail (request_id);
CREATE INDEX audit_trail_pairs ON audit_trail USING gin (pairs);

-- Which heads were written to the object store: whoever removes one there is found here, and the other way round.
CREATE TABLE audit_heads (
    object_key text PRIMARY KEY,
    written_at timestamptz NOT NULL,
    heads jsonb NOT NULL
);

CREATE FUNCTION audit_copy_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE ON audit_trail FOR EACH ROW EXECUTE FUNCTION audit_copy_append_only();
CREATE TRIGGER audit_trail_never_emptied BEFORE TRUNCATE ON audit_trail FOR EACH STATEMENT EXECUTE FUNCTION audit_copy_append_only();
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_copy_append_only();
CREATE TRIGGER audit_heads_never_emptied BEFORE TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION audit_copy_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON audit_trail, audit_heads FROM CURRENT_USER;
"""


def upgrade() -> None:
    op.execute(AUDIT_V2)
    op.execute(COPY)
