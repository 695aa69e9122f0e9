"""Facts, rollups, copies, registers, reports, reconciliation."""

from alembic import op

from services.kit.schema import BASE_V1

revision = "0001"
down_revision = None

FACTS = """
CREATE TABLE sales_facts (
    merchant_id uuid NOT NULL, business_date date NOT NULL, line_id uuid NOT NULL,
    kind text NOT NULL, reverses uuid, channel text NOT NULL, evidence text NOT NULL, origin text NOT NULL,
    sold_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL,
    product_id uuid, category text, labels text[] NOT NULL DEFAULT '{}',
    origin_county text NOT NULL, consumption_county text NOT NULL,
    institution_id uuid, organised_by text, session_id uuid, outlet_id uuid, contract_id uuid, campaign_id uuid,
    document_kind text NOT NULL, document_id uuid NOT NULL, document_no text NOT NULL,
    quantity numeric NOT NULL, unit text NOT NULL, quantity_kg numeric, amount_fen bigint NOT NULL,
    paper text, import_id uuid, import_line int,
    PRIMARY KEY (merchant_id, business_date, line_id)
) PARTITION BY RANGE (business_date);
CREATE INDEX sales_facts_by_day ON sales_facts (business_date, line_id);
CREATE INDEX sales_facts_by_channel ON sales_facts (channel, business_date, line_id);
CREATE INDEX sales_facts_by_product ON sales_facts (product_id, business_date, line_id);
CREATE INDEX sales_facts_by_institution ON sales_facts (institution_id, business_date, line_id) WHERE institution_id IS NOT NULL;
CREATE INDEX sales_facts_by_session ON sales_facts (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX sales_facts_by_outlet ON sales_facts (outlet_id, business_date, line_id) WHERE outlet_id IS NOT NULL;
CREATE INDEX sales_facts_by_contract ON sales_facts (contract_id) WHERE contract_id IS NOT NULL;
CREATE INDEX sales_facts_by_campaign ON sales_facts (campaign_id) WHERE campaign_id IS NOT NULL;

-- The same lines summed by month. `lane` is part of the key so that an import never holds up a live sale.
-- dim: all (dim_id nil), merchant, product (nil: rounding, carried forward), institution, session, outlet, contract, campaign.
-- merchant_id: of the dims merchant and product, nil for the others.
CREATE TABLE rollups (
    dim text NOT NULL, dim_id uuid NOT NULL, lane text NOT NULL, month date NOT NULL, channel text NOT NULL, evidence text NOT NULL,
    origin_county text NOT NULL, consumption_county text NOT NULL,
    merchant_id uuid NOT NULL,
    gross_fen bigint NOT NULL, refund_fen bigint NOT NULL, lines bigint NOT NULL, quantity_kg numeric NOT NULL,
    PRIMARY KEY (dim, dim_id, lane, month, channel, evidence, origin_county, consumption_county, merchant_id)
) WITH (fillfactor = 80);
CREATE INDEX rollups_of_merchant ON rollups (merchant_id, dim);
"""

COPIES = """
CREATE TABLE merchants (
    merchant_id uuid PRIMARY KEY, version bigint NOT NULL, credit_code text NOT NULL, name text NOT NULL, kind text NOT NULL,
    county_code text NOT NULL, state text NOT NULL
);
CREATE TABLE products (
    product_id uuid PRIMARY KEY, version bigint NOT NULL, product_no text NOT NULL, merchant_id uuid NOT NULL, name text NOT NULL,
    category text NOT NULL, family text NOT NULL, county_code text NOT NULL, state text NOT NULL,
    first_certified_on date, first_certificate_id uuid, first_certificate_no text
);
CREATE INDEX products_by_merchant ON products (merchant_id);
CREATE TABLE certificates (
    subject_id uuid, certificate_id uuid, subject text NOT NULL, certificate_no text NOT NULL, document_no text,
    valid_from date NOT NULL, valid_until date NOT NULL, PRIMARY KEY (subject_id, certificate_id)
);
-- source: catalog (its history of intervals) or orders (the instants in force), which arrive independently of each other.
CREATE TABLE withdrawals (
    subject_id uuid, source text, number text, subject text NOT NULL, kind text NOT NULL,
    from_instant timestamptz, until_instant timestamptz, PRIMARY KEY (subject_id, source, number)
);
CREATE TABLE labels (
    product_id uuid, label_id uuid, label text NOT NULL, certificate_no text NOT NULL, valid_from date NOT NULL, valid_until date,
    PRIMARY KEY (product_id, label_id)
);
CREATE TABLE mechanisms (
    merchant_id uuid, mechanism_id uuid, version bigint NOT NULL, mechanism_no text NOT NULL, county_code text NOT NULL, kind text NOT NULL,
    households int NOT NULL, persons int NOT NULL, valid_from date NOT NULL, valid_until date, withdrawn bool NOT NULL,
    PRIMARY KEY (merchant_id, mechanism_id)
);
CREATE TABLE institutions (
    institution_id uuid PRIMARY KEY, version bigint NOT NULL, institution_code text NOT NULL, name text NOT NULL, kind text NOT NULL,
    county_code text NOT NULL
);
-- What opens and what ends a contract or an outlet may come by different lanes: each half has its own version.
CREATE TABLE contracts (
    contract_id uuid PRIMARY KEY, version bigint NOT NULL DEFAULT 0, contract_no text, institution_id uuid, institution_kind text,
    institution_county text, merchant_id uuid, signed_on date, valid_from date, valid_until date, signing text,
    ended_version bigint NOT NULL DEFAULT 0, ended_on date, void bool NOT NULL DEFAULT false
);
CREATE INDEX contracts_by_no ON contracts (contract_no);
CREATE TABLE outlets (
    outlet_id uuid PRIMARY KEY, version bigint NOT NULL DEFAULT 0, outlet_code text, name text, kind text, sub_kind text,
    county_code text, opened_on date, planned_close date,
    ended_version bigint NOT NULL DEFAULT 0, closed_on date, void bool NOT NULL DEFAULT false
);
CREATE INDEX outlets_by_code ON outlets (outlet_code);
CREATE TABLE sessions (
    session_id uuid PRIMARY KEY, version bigint NOT NULL, session_no text NOT NULL, title text NOT NULL, county_code text NOT NULL,
    state text NOT NULL, outside bool NOT NULL, platform text, starts_at timestamptz NOT NULL, ended_at timestamptz, business_date date,
    participants int NOT NULL DEFAULT 0, peak int, paper text, import_id uuid
);
CREATE INDEX sessions_by_no ON sessions (session_no);
CREATE TABLE session_products (
    session_id uuid, product_id uuid, version bigint NOT NULL, linked bool NOT NULL, PRIMARY KEY (session_id, product_id)
);
CREATE TABLE campaigns (
    campaign_id uuid PRIMARY KEY, version bigint NOT NULL, campaign_no text NOT NULL, title text NOT NULL, kind text NOT NULL,
    institution_id uuid, closed_on date NOT NULL, members int NOT NULL
);
CREATE TABLE placed_orders (
    merchant_id uuid, order_id uuid, order_no text NOT NULL, amount_fen bigint NOT NULL, placed_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, order_id)
);
CREATE TABLE accepted_deliveries (
    delivery_id uuid PRIMARY KEY, contract_id uuid NOT NULL, institution_id uuid NOT NULL, amount_fen bigint NOT NULL,
    accepted_at timestamptz NOT NULL
);
"""

REGISTERS = """
CREATE TABLE departments (
    department_id uuid PRIMARY KEY, code text NOT NULL UNIQUE, name text NOT NULL, duty text NOT NULL, lead bool NOT NULL,
    valid_from date NOT NULL, valid_until date, successor text, import_id uuid, import_line int
);
CREATE TABLE activities (
    activity_id uuid PRIMARY KEY, activity_no text NOT NULL UNIQUE, kind text NOT NULL, title text NOT NULL, held_on date NOT NULL,
    county_code text, department text NOT NULL, session_id uuid UNIQUE, outlet_id uuid UNIQUE, contract_ids uuid[] NOT NULL DEFAULT '{}',
    import_id uuid, import_line int
);
CREATE INDEX activities_recent ON activities (held_on, activity_id);
CREATE TABLE publicity (
    record_id uuid PRIMARY KEY, record_no text NOT NULL UNIQUE, medium text NOT NULL, level text, media_kind text NOT NULL,
    title text NOT NULL, published_on date NOT NULL, aired int, import_id uuid, import_line int
);
CREATE INDEX publicity_recent ON publicity (published_on, record_id);
"""

REPORTS = """
CREATE TABLE reports (
    report_id uuid PRIMARY KEY, state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    period_from date NOT NULL, period_until date NOT NULL, county_code text, formats text[] NOT NULL,
    done int NOT NULL DEFAULT 0, total int, incomplete bool, reconciled bool, definitions_version text, error text,
    created_by text NOT NULL, created_at timestamptz NOT NULL DEFAULT bangfu_now(), finished_at timestamptz
);
CREATE INDEX reports_recent ON reports (created_at DESC, report_id DESC);
CREATE TABLE report_files (
    report_id uuid REFERENCES reports, name text, format text NOT NULL, object_key text NOT NULL, content_type text NOT NULL,
    size bigint NOT NULL, sha256 text NOT NULL, rows int NOT NULL, PRIMARY KEY (report_id, name)
);
CREATE TABLE reconciliation_runs (
    run_id uuid PRIMARY KEY, checked_at timestamptz NOT NULL DEFAULT bangfu_now(),
    state text NOT NULL CHECK (state IN ('equal', 'different', 'behind', 'unreachable')),
    compared int NOT NULL, differing int NOT NULL, moving int NOT NULL
);
CREATE INDEX reconciliation_recent ON reconciliation_runs (checked_at DESC);
CREATE TABLE reconciliation_differences (
    run_id uuid REFERENCES reconciliation_runs ON DELETE CASCADE, by text, key text,
    ledger_gross_fen bigint, ledger_refund_fen bigint, ledger_lines bigint,
    facts_gross_fen bigint, facts_refund_fen bigint, facts_lines bigint, PRIMARY KEY (run_id, by, key)
);
"""


def upgrade() -> None:
    for script in (BASE_V1, FACTS, COPIES, REGISTERS, REPORTS):
        op.execute(script)
