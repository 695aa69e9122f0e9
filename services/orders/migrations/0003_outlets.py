"""Outlets, their slips and sheets, follow-up orders of fairs."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

OUTLETS = """
CREATE TABLE outlet_sub_kinds (
    sub_kind text PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('counter', 'expo', 'community_store')),
    title_zh text NOT NULL, title_en text NOT NULL
);
INSERT INTO outlet_sub_kinds VALUES
    ('supermarket', 'counter', '超市', 'supermarket'), ('wholesale_market', 'counter', '批发市场', 'wholesale market'),
    ('scenic_spot', 'counter', '景区', 'scenic spot'), ('service_area', 'counter', '服务区', 'service area'),
    ('post_or_bank', 'counter', '邮政银行网点', 'post office or bank hall'), ('fair', 'expo', '展销', 'fair'),
    ('store', 'community_store', '社区店', 'community store');

CREATE TABLE outlets (
    outlet_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    outlet_code text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('counter', 'expo', 'community_store')),
    sub_kind text NOT NULL REFERENCES outlet_sub_kinds,
    name text NOT NULL,
    county_code text NOT NULL,
    state text NOT NULL CHECK (state IN ('applied', 'open', 'closed', 'void')),
    opened_on date NOT NULL,
    closed_on date CHECK (closed_on >= opened_on),
    applied_by text NOT NULL,
    applied_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    import_id uuid,
    import_line int
);
CREATE INDEX outlets_by_county ON outlets (county_code, outlet_id);
CREATE INDEX outlets_of_import ON outlets (import_id) WHERE import_id IS NOT NULL;
"""

SLIPS = """
CREATE TABLE slips (
    outlet_id uuid,
    slip_id uuid,
    slip_no text NOT NULL,
    sold_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    business_date date NOT NULL,
    pay_type text NOT NULL CHECK (pay_type IN ('cash', 'scan', 'card', 'voucher')),
    rounding_fen int NOT NULL DEFAULT 0 CHECK (rounding_fen BETWEEN -99 AND 99),
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    fingerprint text NOT NULL,
    state text NOT NULL DEFAULT 'recorded' CHECK (state IN ('recorded', 'reversed')),
    recorded_by text NOT NULL,
    reversed_by text,
    reversed_at timestamptz,
    reason text,
    import_id uuid,
    import_line int,
    PRIMARY KEY (outlet_id, slip_id)
);
-- A slip number counts once, but one that came by an import and was withdrawn with it may come again.
CREATE UNIQUE INDEX slips_once ON slips (outlet_id, slip_no) WHERE import_id IS NULL OR state = 'recorded';
CREATE INDEX slips_by_id ON slips (slip_id);
CREATE INDEX slips_by_day ON slips (outlet_id, business_date, slip_id);
CREATE INDEX slips_of_import ON slips (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE slip_lines (
    outlet_id uuid,
    slip_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    price_fen bigint NOT NULL CHECK (price_fen >= 0),
    price_unit text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    rounding_fen int NOT NULL DEFAULT 0,
    sale_line_id uuid NOT NULL,
    PRIMARY KEY (outlet_id, slip_id, line_no)
);
"""

SHEETS = """
CREATE TABLE sheets (
    outlet_id uuid,
    sheet_id uuid,
    sheet_no text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('day', 'month')),
    stand text NOT NULL DEFAULT '',
    period_from date NOT NULL,
    period_until date NOT NULL CHECK (period_until >= period_from),
    paper text NOT NULL CHECK (paper <> ''),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    fingerprint text NOT NULL,
    state text NOT NULL DEFAULT 'recorded' CHECK (state IN ('recorded', 'reversed')),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    reversed_by text,
    reversed_at timestamptz,
    reason text,
    import_id uuid,
    import_line int,
    PRIMARY KEY (outlet_id, sheet_id)
);
CREATE UNIQUE INDEX sheets_number ON sheets (outlet_id, sheet_no) WHERE state = 'recorded';
CREATE UNIQUE INDEX sheets_period ON sheets (outlet_id, stand, kind, period_from) WHERE state = 'recorded';
CREATE INDEX sheets_by_id ON sheets (sheet_id);
CREATE INDEX sheets_of_import ON sheets (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE sheet_lines (
    outlet_id uuid,
    sheet_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    sale_line_id uuid NOT NULL,
    PRIMARY KEY (outlet_id, sheet_id, line_no)
);

CREATE TABLE fair_orders (
    outlet_id uuid,
    fair_order_id uuid,
    order_no text NOT NULL,
    fulfilled_on date NOT NULL,
    buyer_kind text NOT NULL,
    consumption_county text NOT NULL,
    paper text NOT NULL CHECK (paper <> ''),
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    fingerprint text NOT NULL,
    state text NOT NULL DEFAULT 'recorded' CHECK (state IN ('recorded', 'reversed')),
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    reversed_by text,
    reversed_at timestamptz,
    reason text,
    import_id uuid,
    import_line int,
    PRIMARY KEY (outlet_id, fair_order_id)
);
CREATE UNIQUE INDEX fair_orders_number ON fair_orders (outlet_id, order_no) WHERE state = 'recorded';
CREATE INDEX fair_orders_by_id ON fair_orders (fair_order_id);
CREATE INDEX fair_orders_of_import ON fair_orders (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE fair_order_lines (
    outlet_id uuid,
    fair_order_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    sale_line_id uuid NOT NULL,
    PRIMARY KEY (outlet_id, fair_order_id, line_no)
);
"""


def upgrade() -> None:
    for block in (OUTLETS, SLIPS, SHEETS):
        op.execute(block)
