"""Outgoing webhooks: addresses of integrators, and one row for each notice that one of them is owed."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
    -- The signing secret is not here: it is derived from the installation's (gateway/webhooks/domain.py).
    CREATE TABLE webhook_endpoints (
        endpoint_id uuid PRIMARY KEY,
        scope_kind text NOT NULL CHECK (scope_kind IN ('merchant', 'institution', 'city')),
        scope text NOT NULL,
        url text NOT NULL,
        kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
        state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'removed')),
        paused_reason text,
        generation int NOT NULL DEFAULT 1,
        previous_until timestamptz,
        failures int NOT NULL DEFAULT 0,
        not_before timestamptz,
        busy_until timestamptz,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        changed_at timestamptz NOT NULL DEFAULT bangfu_now()
    );
    CREATE INDEX webhook_endpoints_by_scope ON webhook_endpoints (scope_kind, scope) WHERE state <> 'removed';
    CREATE TABLE webhook_deliveries (
        endpoint_id uuid NOT NULL REFERENCES webhook_endpoints,
        delivery_id uuid NOT NULL,
        kind text NOT NULL,
        event_id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        data jsonb NOT NULL,
        state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
        attempts int NOT NULL DEFAULT 0,
        next_at timestamptz NOT NULL DEFAULT bangfu_now(),
        last_status int,
        last_error text,
        created_at timestamptz NOT NULL DEFAULT bangfu_now(),
        finished_at timestamptz,
        PRIMARY KEY (endpoint_id, delivery_id)
    );
    -- An event is owed once to an endpoint, however often it is read.
    CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint_id, event_id, kind);
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished_at) WHERE state <> 'waiting';
    """)
