"""Merchants' monthly reports of what they sold elsewhere."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

REPORTS = """
CREATE TABLE external_reports (
    merchant_id uuid,
    report_id uuid,
    version bigint NOT NULL DEFAULT 1,
    report_no text NOT NULL,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    county_code text NOT NULL,
    paper text NOT NULL CHECK (paper <> ''),
    state text NOT NULL CHECK (state IN ('submitted', 'returned', 'confirmed', 'void')),
    returned_once bool NOT NULL DEFAULT false,
    reason text,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    submitted_by text NOT NULL,
    submitted_at timestamptz NOT NULL,
    checked_by text,
    checked_at timestamptz,
    import_id uuid,
    import_line int,
    PRIMARY KEY (merchant_id, report_id)
);
CREATE UNIQUE INDEX external_reports_once ON external_reports (merchant_id, month) WHERE state <> 'void';
CREATE INDEX external_reports_by_id ON external_reports (report_id);
CREATE INDEX external_reports_queue ON external_reports (county_code, state, report_id);
CREATE INDEX external_reports_of_import ON external_reports (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE external_report_lines (
    merchant_id uuid,
    report_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    buyer_kind text NOT NULL,
    consumption_county text NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    unit text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    sale_line_id uuid,
    PRIMARY KEY (merchant_id, report_id, line_no)
);
"""


def upgrade() -> None:
    op.execute(REPORTS)
