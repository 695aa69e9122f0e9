"""The copies of catalog and livestream, stock, shopping, payments and the ledger."""

from __future__ import annotations

from alembic import op

from services.kit.schema import BASE_V1

revision = "0001"
down_revision = None

COPIES = """
CREATE TABLE merchants (
    merchant_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    credit_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    county_code text NOT NULL,
    state text NOT NULL,
    certificates jsonb NOT NULL DEFAULT '[]',
    withdrawn_since timestamptz
);
CREATE INDEX merchants_by_code ON merchants (credit_code);

CREATE TABLE offers (
    merchant_id uuid,
    product_id uuid,
    version bigint NOT NULL,
    product_no text NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    family text NOT NULL,
    county_code text NOT NULL,
    state text NOT NULL,
    unit text NOT NULL,
    pack text NOT NULL,
    net_weight_g int,
    price_fen bigint NOT NULL,
    bulk_price_fen_per_kg bigint,
    offer_version int NOT NULL,
    is_food bool NOT NULL DEFAULT true,
    image text,
    certificates jsonb NOT NULL DEFAULT '[]',
    labels jsonb NOT NULL DEFAULT '[]',
    merchant_name text,
    merchant_certificates jsonb NOT NULL DEFAULT '[]',
    sellable_until timestamptz,
    withdrawn_since timestamptz,
    merchant_withdrawn_since timestamptz,
    PRIMARY KEY (merchant_id, product_id)
);
CREATE INDEX offers_by_product ON offers (product_id);
CREATE INDEX offers_by_no ON offers (product_no);

CREATE TABLE withdrawn_intervals (
    subject_id uuid,
    from_instant timestamptz,
    subject text NOT NULL CHECK (subject IN ('product', 'merchant')),
    withdrawal_id uuid,
    kind text NOT NULL,
    until_instant timestamptz CHECK (until_instant > from_instant),
    PRIMARY KEY (subject_id, from_instant)
);
CREATE UNIQUE INDEX withdrawn_intervals_once ON withdrawn_intervals (subject_id, withdrawal_id) WHERE withdrawal_id IS NOT NULL;

CREATE TABLE live_sessions (
    session_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    session_no text NOT NULL,
    title text NOT NULL,
    county_code text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE TABLE outside_sessions (
    session_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    session_no text NOT NULL,
    title text NOT NULL,
    platform text NOT NULL,
    county_code text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    paper text NOT NULL,
    import_id uuid,
    void bool NOT NULL DEFAULT false
);
"""

STOCK = """
CREATE TABLE stock (
    merchant_id uuid,
    product_id uuid,
    available numeric(14, 3) NOT NULL DEFAULT 0 CHECK (available >= 0),
    reserved numeric(14, 3) NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    level text NOT NULL DEFAULT 'sold_out' CHECK (level IN ('available', 'low', 'sold_out')),
    version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, product_id)
) WITH (fillfactor = 50);

CREATE TABLE stock_movements (
    merchant_id uuid,
    source_id uuid,
    reason text CHECK (reason IN ('received', 'counted', 'reserved', 'released', 'sold', 'sold_late', 'returned')),
    product_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL,
    at timestamptz NOT NULL DEFAULT bangfu_now(),
    PRIMARY KEY (merchant_id, source_id, reason)
);
CREATE INDEX stock_movements_by_product ON stock_movements (merchant_id, product_id, at);
"""

SHOPPING = """
CREATE TABLE carts (
    buyer text,
    product_id uuid,
    merchant_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    offer_version int NOT NULL,
    attribution_token text,
    changed_at timestamptz NOT NULL DEFAULT bangfu_now(),
    PRIMARY KEY (buyer, product_id)
);

CREATE TABLE recipients (
    buyer text,
    recipient_id uuid,
    name text NOT NULL,
    phone text NOT NULL,
    address text NOT NULL,
    note text,
    PRIMARY KEY (buyer, recipient_id)
);

CREATE TABLE closed_accounts (
    buyer text PRIMARY KEY,
    closed_at timestamptz NOT NULL DEFAULT bangfu_now()
);

CREATE TABLE payments (
    buyer text,
    payment_id uuid,
    purpose text NOT NULL DEFAULT 'checkout',
    reference_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'processing', 'paid', 'cancelled', 'held')),
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    captured_fen bigint NOT NULL DEFAULT 0 CHECK (captured_fen >= 0),
    refunded_fen bigint NOT NULL DEFAULT 0 CHECK (refunded_fen BETWEEN 0 AND captured_fen),
    attempt int NOT NULL DEFAULT 1,
    intent_id text,
    asked_at timestamptz,
    placed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    settled_at timestamptz,
    held_reason text,
    PRIMARY KEY (buyer, payment_id)
) WITH (fillfactor = 70);
CREATE INDEX payments_by_id ON payments (payment_id);
CREATE INDEX payments_by_intent ON payments (intent_id) WHERE intent_id IS NOT NULL;
CREATE INDEX payments_open ON payments (expires_at) WHERE state IN ('pending', 'processing');

CREATE TABLE orders (
    merchant_id uuid,
    order_id uuid,
    order_no text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    buyer text NOT NULL,
    checkout_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    recipient_id uuid NOT NULL,
    consumption_county text NOT NULL,
    state text NOT NULL DEFAULT 'placed' CHECK (state IN ('placed', 'paid', 'shipped', 'cancelled', 'refunded')),
    stock_state text NOT NULL DEFAULT 'reserved' CHECK (stock_state IN ('reserved', 'released', 'sold')),
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    refunded_fen bigint NOT NULL DEFAULT 0 CHECK (refunded_fen BETWEEN 0 AND amount_fen),
    placed_at timestamptz NOT NULL,
    paid_at timestamptz,
    shipped_at timestamptz,
    cancelled_at timestamptz,
    reason text,
    PRIMARY KEY (merchant_id, order_id)
) WITH (fillfactor = 70);
CREATE INDEX orders_of_buyer ON orders (buyer, placed_at DESC, order_id DESC);
CREATE INDEX orders_of_merchant ON orders (merchant_id, placed_at DESC, order_id DESC);
CREATE INDEX orders_by_payment ON orders (payment_id);
CREATE INDEX orders_by_id ON orders (order_id);

CREATE TABLE order_lines (
    merchant_id uuid,
    line_id uuid,
    order_id uuid NOT NULL,
    line_no int NOT NULL,
    product_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    price_fen bigint NOT NULL,
    offer_version int NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    session_id uuid,
    attribution text,
    PRIMARY KEY (merchant_id, line_id)
);
CREATE INDEX order_lines_of_order ON order_lines (merchant_id, order_id, line_no);
CREATE INDEX order_lines_of_product ON order_lines (merchant_id, product_id);

CREATE TABLE refunds (
    buyer text,
    refund_id uuid,
    payment_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    order_id uuid NOT NULL,
    sale_line_id uuid,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'made', 'failed')),
    provider_id text,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT bangfu_now(),
    made_at timestamptz,
    PRIMARY KEY (buyer, refund_id)
);
CREATE INDEX refunds_of_payment ON refunds (payment_id);
CREATE INDEX refunds_of_order ON refunds (merchant_id, order_id);
CREATE INDEX refunds_pending ON refunds (created_at) WHERE state = 'pending';

CREATE TABLE payment_events (
    provider text,
    event_id text,
    kind text NOT NULL,
    object_id text,
    received_at timestamptz NOT NULL DEFAULT bangfu_now(),
    handled_at timestamptz,
    PRIMARY KEY (provider, event_id)
);
CREATE INDEX payment_events_open ON payment_events (received_at) WHERE handled_at IS NULL;
"""

LEDGER = """
CREATE TABLE sale_lines (
    merchant_id uuid,
    line_id uuid,
    kind text NOT NULL CHECK (kind IN ('sale', 'refund')),
    reverses uuid,
    entry_id uuid NOT NULL,
    channel text NOT NULL,
    evidence text NOT NULL CHECK (evidence IN ('transacted', 'reported', 'carried_forward')),
    origin text NOT NULL DEFAULT 'native' CHECK (origin IN ('native', 'import')),
    sold_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    business_date date NOT NULL,
    product_id uuid,
    category text,
    labels text[] NOT NULL DEFAULT '{}',
    origin_county text NOT NULL,
    consumption_county text NOT NULL,
    buyer_org_id uuid,
    organised_by text,
    session_id uuid,
    outlet_id uuid,
    contract_id uuid,
    campaign_id uuid,
    document_kind text NOT NULL,
    document_id uuid NOT NULL,
    document_no text NOT NULL,
    quantity numeric(16, 3) NOT NULL,
    unit text NOT NULL,
    quantity_kg numeric(16, 3),
    amount_fen bigint NOT NULL,
    paper text,
    import_id uuid,
    import_line int,
    PRIMARY KEY (merchant_id, line_id),
    CHECK (kind = 'sale' OR reverses IS NOT NULL)
);
CREATE INDEX sale_lines_of_document ON sale_lines (document_kind, document_id);
CREATE INDEX sale_lines_by_day ON sale_lines (business_date, channel);
CREATE INDEX sale_lines_reversing ON sale_lines (merchant_id, reverses) WHERE reverses IS NOT NULL;
CREATE INDEX sale_lines_of_import ON sale_lines (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX sale_lines_of_product ON sale_lines (merchant_id, product_id, sold_at);

CREATE TABLE journal_entries (
    merchant_id uuid,
    entry_id uuid,
    kind text NOT NULL,
    document_kind text NOT NULL,
    document_id uuid NOT NULL,
    business_date date NOT NULL,
    posted_at timestamptz NOT NULL,
    import_id uuid,
    PRIMARY KEY (merchant_id, entry_id)
);
CREATE INDEX journal_entries_of_document ON journal_entries (document_kind, document_id);

CREATE TABLE postings (
    merchant_id uuid,
    entry_id uuid,
    posting_no int,
    account text NOT NULL,
    party text NOT NULL DEFAULT '',
    amount_fen bigint NOT NULL,
    PRIMARY KEY (merchant_id, entry_id, posting_no)
);
CREATE INDEX postings_of_account ON postings (account, party);

CREATE TABLE limits (
    account text,
    subject_id text,
    limit_fen bigint NOT NULL CHECK (limit_fen >= 0),
    used_fen bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (account, subject_id),
    CHECK (used_fen BETWEEN 0 AND limit_fen)
);

-- All postings of an entry are inserted by one statement, so that the statement can be judged as a whole.
CREATE FUNCTION postings_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM fresh GROUP BY merchant_id, entry_id HAVING sum(amount_fen) <> 0) THEN
        RAISE EXCEPTION 'postings: debits and credits differ' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_balance AFTER INSERT ON postings REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION postings_balance();

CREATE FUNCTION insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% takes inserts only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON postings FOR EACH STATEMENT EXECUTE FUNCTION insert_only();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entries FOR EACH STATEMENT EXECUTE FUNCTION insert_only();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sale_lines FOR EACH STATEMENT EXECUTE FUNCTION insert_only();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements FOR EACH STATEMENT EXECUTE FUNCTION insert_only();
"""


def upgrade() -> None:
    for block in (BASE_V1, COPIES, STOCK, SHOPPING, LEDGER):
        op.execute(block)
