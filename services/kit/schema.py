"""Tables that every service's database has; its first migration creates them.

They are local to the service (never sharded): see tests/test_whole.py for the list of distribution keys.
"""

KIT_TABLES = (
    "bangfu_clock", "kit_settings", "outbox", "outbox_heads", "cursors", "parked_events", "idempotency", "jobs",
    "imports", "import_keys", "audit", "alembic_version",
)

BASE_V1 = """
CREATE TABLE bangfu_clock (only_row bool PRIMARY KEY DEFAULT true CHECK (only_row), shift interval NOT NULL DEFAULT '0');
INSERT INTO bangfu_clock DEFAULT VALUES;
CREATE FUNCTION bangfu_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL RESTRICTED AS
    $$ SELECT clock_timestamp() + (SELECT shift FROM bangfu_clock) $$;

CREATE TABLE kit_settings (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE outbox (
    position bigserial PRIMARY KEY,
    lane text NOT NULL DEFAULT 'live',
    seq bigint,
    event_id uuid NOT NULL,
    name text NOT NULL,
    version int NOT NULL,
    key text NOT NULL,
    aggregate_version bigint NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT bangfu_now(),
    request_id text,
    payload jsonb NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (lane, position) WHERE seq IS NULL;
CREATE UNIQUE INDEX outbox_seq ON outbox (lane, seq) WHERE seq IS NOT NULL;
CREATE TABLE outbox_heads (lane text PRIMARY KEY, seq bigint NOT NULL DEFAULT 0);
INSERT INTO outbox_heads (lane) VALUES ('live'), ('import');

CREATE TABLE cursors (source text, lane text, last_seq bigint NOT NULL DEFAULT 0, PRIMARY KEY (source, lane));
CREATE TABLE parked_events (
    source text, lane text, seq bigint, key text NOT NULL, name text NOT NULL, envelope jsonb NOT NULL,
    error text NOT NULL, parked_at timestamptz NOT NULL DEFAULT bangfu_now(), PRIMARY KEY (source, lane, seq)
);
CREATE INDEX parked_by_key ON parked_events (source, lane, key);

CREATE TABLE idempotency (
    principal text, operation text, key text, fingerprint bytea NOT NULL, reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT bangfu_now(), PRIMARY KEY (principal, operation, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE jobs (
    job_id uuid PRIMARY KEY,
    kind text NOT NULL,
    args jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'dead')),
    unique_key text,
    run_at timestamptz NOT NULL DEFAULT bangfu_now(),
    enqueued_at timestamptz,
    lease_until timestamptz,
    attempts int NOT NULL DEFAULT 0,
    max_attempts int NOT NULL DEFAULT 5,
    done int NOT NULL DEFAULT 0,
    total int,
    result jsonb,
    error text,
    created_at timestamptz NOT NULL DEFAULT bangfu_now(),
    finished_at timestamptz
);
CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running');
CREATE INDEX jobs_open ON jobs (run_at) WHERE state IN ('queued', 'running');

CREATE TABLE imports (
    import_id uuid PRIMARY KEY,
    kind text NOT NULL,
    filename text NOT NULL,
    object_key text NOT NULL,
    sha256 text,
    state text NOT NULL CHECK (state IN ('checking', 'refused', 'ready', 'applying', 'applied', 'duplicate',
        'withdrawing', 'withdrawn', 'failed')),
    apply_when_clean bool NOT NULL DEFAULT false,
    rows int, documents int, done int NOT NULL DEFAULT 0,
    amount_fen bigint,
    errors jsonb NOT NULL DEFAULT '[]', error_count int NOT NULL DEFAULT 0, preview jsonb NOT NULL DEFAULT '[]',
    duplicate_of uuid,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT bangfu_now(), finished_at timestamptz
);
CREATE UNIQUE INDEX imports_once ON imports (kind, sha256) WHERE state IN ('applying', 'applied', 'withdrawing');
CREATE INDEX imports_recent ON imports (created_at DESC, import_id DESC);
CREATE TABLE import_keys (
    kind text, document_key text, import_id uuid NOT NULL REFERENCES imports, line int NOT NULL, PRIMARY KEY (kind, document_key)
);
CREATE INDEX import_keys_by_import ON import_keys (import_id);

CREATE TABLE audit (
    position bigserial PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT bangfu_now(),
    actor text NOT NULL, act text NOT NULL, subject text NOT NULL,
    before jsonb, after jsonb, reason text, request_id text,
    hash bytea, previous_hash bytea, chained bigint
);
CREATE SEQUENCE audit_chain;
CREATE INDEX audit_unhashed ON audit (position) WHERE hash IS NULL;
CREATE INDEX audit_chained ON audit (chained);
CREATE INDEX audit_by_subject ON audit (subject, position);
"""

AUDIT_V2 = """
ALTER TABLE audit ADD COLUMN role text, ADD COLUMN scope text, ADD COLUMN api_key text;
ALTER TABLE audit RENAME COLUMN chained TO seq;
-- The hash now covers who acted as what; the relay chains the rows of before anew, in their old order.
UPDATE audit SET hash = NULL, previous_hash = NULL, seq = NULL;
DROP SEQUENCE audit_chain;
DROP INDEX audit_chained;
CREATE UNIQUE INDEX audit_seq ON audit (seq) WHERE seq IS NOT NULL;
ALTER TABLE audit ADD CONSTRAINT audit_chained_whole
    CHECK ((seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (previous_hash IS NULL));

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.hash IS NULL AND NEW.hash IS NOT NULL AND
           to_jsonb(NEW) - '{seq,hash,previous_hash}'::text[] = to_jsonb(OLD) - '{seq,hash,previous_hash}'::text[] THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM CURRENT_USER;
GRANT UPDATE (seq, hash, previous_hash) ON audit TO CURRENT_USER;
"""
