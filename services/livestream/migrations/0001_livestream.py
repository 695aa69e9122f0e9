"""Streamers, sessions, viewers, outside sessions, and the copies of what may be sold."""

from alembic import op

from services.kit.schema import BASE_V1

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE streamers (
    streamer_id uuid PRIMARY KEY,
    account_id uuid NOT NULL,
    county_code text NOT NULL,
    state text NOT NULL CHECK (state IN ('applied', 'approved', 'rejected')),
    reason text,
    version int NOT NULL DEFAULT 1,
    applied_at timestamptz NOT NULL DEFAULT bangfu_now(),
    decided_at timestamptz,
    decided_by text
);
CREATE UNIQUE INDEX streamers_one_open ON streamers (account_id) WHERE state <> 'rejected';
CREATE INDEX streamers_by_county ON streamers (county_code, applied_at DESC, streamer_id DESC);

-- The only personal datum of this service: what a host is called on screen.
CREATE TABLE handles (
    owner_id uuid PRIMARY KEY,
    owner_kind text NOT NULL CHECK (owner_kind IN ('streamer', 'outside_session')),
    handle text NOT NULL
);

CREATE SEQUENCE session_numbers;

CREATE TABLE live_sessions (
    session_id uuid PRIMARY KEY,
    session_no text NOT NULL UNIQUE,
    streamer_id uuid NOT NULL,
    county_code text NOT NULL,
    title text NOT NULL,
    state text NOT NULL DEFAULT 'scheduled' CHECK (state IN ('scheduled', 'live', 'ended')),
    starts_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    business_date date,
    stream_url text,
    participants int NOT NULL DEFAULT 0,
    version int NOT NULL DEFAULT 1,
    CHECK ((state = 'scheduled') = (started_at IS NULL)),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX live_sessions_one_live ON live_sessions (streamer_id) WHERE state = 'live';
CREATE INDEX live_sessions_newest ON live_sessions (starts_at DESC, session_id DESC);
CREATE INDEX live_sessions_open ON live_sessions (state) WHERE state <> 'ended';

CREATE TABLE session_controllers (session_id uuid, account_id uuid, named_at timestamptz NOT NULL DEFAULT bangfu_now(),
    PRIMARY KEY (session_id, account_id));

CREATE TABLE session_products (
    session_id uuid, product_id uuid,
    position int NOT NULL,
    linked_at timestamptz NOT NULL,
    unlinked_at timestamptz,
    reason text,
    PRIMARY KEY (session_id, product_id)
);
CREATE INDEX session_products_linked ON session_products (product_id) WHERE unlinked_at IS NULL;

CREATE TABLE session_pins (
    session_id uuid, pin_id uuid, product_id uuid NOT NULL,
    pinned_at timestamptz NOT NULL, unpinned_at timestamptz,
    PRIMARY KEY (session_id, pin_id)
);
CREATE UNIQUE INDEX session_pins_one ON session_pins (session_id) WHERE unpinned_at IS NULL;

CREATE TABLE session_viewers (
    session_id uuid, viewer text,
    joined_at timestamptz NOT NULL, seen_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, viewer)
) WITH (fillfactor = 70);

CREATE TABLE session_counts (
    session_id uuid PRIMARY KEY, watching int NOT NULL DEFAULT 0, participants int NOT NULL DEFAULT 0, peak int NOT NULL DEFAULT 0,
    counted_at timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

CREATE TABLE session_sale_lines (
    session_id uuid, line_id uuid, product_id uuid, kind text NOT NULL, sold_at timestamptz NOT NULL,
    quantity numeric NOT NULL, unit text NOT NULL, amount_fen bigint NOT NULL,
    PRIMARY KEY (session_id, line_id)
);
CREATE TABLE session_sales (
    session_id uuid, product_id uuid, unit text, quantity numeric NOT NULL DEFAULT 0, lines int NOT NULL DEFAULT 0,
    gross_fen bigint NOT NULL DEFAULT 0, refund_fen bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, product_id, unit)
);

CREATE TABLE attribution_rules (
    version int PRIMARY KEY, window_minutes int NOT NULL CHECK (window_minutes BETWEEN 1 AND 1440),
    grace_minutes int NOT NULL CHECK (grace_minutes BETWEEN 0 AND 1440), valid_from timestamptz NOT NULL DEFAULT bangfu_now(),
    set_by text NOT NULL
);
INSERT INTO attribution_rules (version, window_minutes, grace_minutes, set_by) VALUES (1, 30, 30, 'default');

CREATE TABLE outside_sessions (
    session_id uuid PRIMARY KEY,
    session_no text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN ('submitted', 'returned', 'confirmed', 'void')),
    recorder_role text NOT NULL CHECK (recorder_role IN ('merchant', 'streamer', 'county_officer', 'import')),
    recorder_scope text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT bangfu_now(),
    title text NOT NULL,
    platform text NOT NULL,
    county_code text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    business_date date NOT NULL,
    participants int NOT NULL CHECK (participants > 0),
    peak int CHECK (peak BETWEEN 0 AND participants),
    paid_fen bigint NOT NULL CHECK (paid_fen >= 0),
    refund_fen bigint NOT NULL CHECK (refund_fen BETWEEN 0 AND paid_fen),
    evidence text NOT NULL CHECK (evidence <> ''),
    return_reason text,
    decided_by text,
    confirmed_on date,
    decided_at timestamptz,
    import_id uuid,
    import_line int,
    version int NOT NULL DEFAULT 1,
    CHECK (ended_at > started_at)
);
CREATE UNIQUE INDEX outside_sessions_once ON outside_sessions (recorder_role, recorder_scope, platform, started_at)
    WHERE import_id IS NULL AND state <> 'void';
CREATE INDEX outside_sessions_newest ON outside_sessions (started_at DESC, session_id DESC);
CREATE INDEX outside_sessions_by_county ON outside_sessions (county_code, started_at DESC, session_id DESC);
CREATE INDEX outside_sessions_by_import ON outside_sessions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE outside_lines (
    session_id uuid, line_no int, product_id uuid NOT NULL,
    quantity numeric NOT NULL CHECK (quantity > 0), unit text NOT NULL,
    gross_fen bigint NOT NULL CHECK (gross_fen >= 0), refund_fen bigint NOT NULL CHECK (refund_fen BETWEEN 0 AND gross_fen),
    PRIMARY KEY (session_id, line_no), UNIQUE (session_id, product_id)
);

-- Copies, fed by catalog's events and by orders' instants in force.
CREATE TABLE products (
    product_id uuid PRIMARY KEY, version int NOT NULL, product_no text NOT NULL, merchant_id uuid NOT NULL, name text NOT NULL,
    county_code text NOT NULL, unit text NOT NULL, price_fen bigint NOT NULL, image text, state text NOT NULL,
    certificates jsonb NOT NULL, withdrawals jsonb NOT NULL
);
CREATE INDEX products_by_no ON products (product_no);
CREATE INDEX products_by_merchant ON products (merchant_id);
CREATE TABLE merchants (
    merchant_id uuid PRIMARY KEY, version int NOT NULL, name text NOT NULL, county_code text NOT NULL, state text NOT NULL,
    certificates jsonb NOT NULL, withdrawals jsonb NOT NULL
);
CREATE TABLE withdrawals_in_force (
    subject_id uuid, withdrawal_id uuid, subject text NOT NULL, kind text NOT NULL,
    from_instant timestamptz NOT NULL, until_instant timestamptz, PRIMARY KEY (subject_id, withdrawal_id)
);
"""


def upgrade() -> None:
    op.execute(BASE_V1)
    op.execute(TABLES)
