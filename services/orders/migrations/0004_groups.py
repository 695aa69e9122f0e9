"""Campaigns of unions and staff: goods, members, choices."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

CAMPAIGNS = """
CREATE TABLE campaigns (
    campaign_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    campaign_no text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('union', 'employee')),
    title text NOT NULL,
    institution_id uuid,
    organiser text,
    organised_by text,
    consumption_county text NOT NULL,
    festival text,
    funding text NOT NULL CHECK (funding IN ('union', 'member', 'shared')),
    union_per_head_fen bigint CHECK (union_per_head_fen > 0),
    budget_fen bigint CHECK (budget_fen > 0),
    min_members int NOT NULL DEFAULT 1 CHECK (min_members > 0),
    hold_days int NOT NULL DEFAULT 7 CHECK (hold_days >= 0),
    opened_on date,
    deadline date NOT NULL,
    code text NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'open', 'closed', 'paid', 'cancelled', 'void')),
    members int NOT NULL DEFAULT 0 CHECK (members >= 0),
    union_fen bigint NOT NULL DEFAULT 0 CHECK (union_fen >= 0),
    member_fen bigint NOT NULL DEFAULT 0 CHECK (member_fen >= 0),
    paid_fen bigint NOT NULL DEFAULT 0 CHECK (paid_fen >= 0),
    refund_due_fen bigint NOT NULL DEFAULT 0 CHECK (refund_due_fen >= 0),
    transfer_reference text,
    fapiao_no text,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    closed_on date,
    paid_on date,
    ended_reason text,
    import_id uuid,
    import_line int
) WITH (fillfactor = 70);
-- A number that came by an import and was withdrawn with it may come again.
CREATE UNIQUE INDEX campaigns_number ON campaigns (campaign_no) WHERE state <> 'void';
CREATE INDEX campaigns_of_institution ON campaigns (institution_id, campaign_id) WHERE institution_id IS NOT NULL;
CREATE INDEX campaigns_due ON campaigns (deadline) WHERE state IN ('open', 'closed');
CREATE INDEX campaigns_of_import ON campaigns (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE campaign_goods (
    campaign_id uuid,
    product_id uuid,
    merchant_id uuid NOT NULL,
    price_fen bigint NOT NULL CHECK (price_fen > 0),
    price_unit text NOT NULL,
    unit text NOT NULL,
    quota numeric(14, 3) CHECK (quota > 0),
    PRIMARY KEY (campaign_id, product_id)
);
CREATE INDEX campaign_goods_of_merchant ON campaign_goods (merchant_id, campaign_id);

-- An account stands here once a campaign: the per-head quota is the row itself.
CREATE TABLE campaign_members (
    campaign_id uuid,
    account_id text,
    joined_at timestamptz NOT NULL,
    union_fen bigint NOT NULL CHECK (union_fen >= 0),
    member_fen bigint NOT NULL CHECK (member_fen >= 0),
    state text NOT NULL DEFAULT 'joined' CHECK (state IN ('joined', 'paying', 'paid', 'lapsed')),
    payment_id uuid,
    PRIMARY KEY (campaign_id, account_id)
);
CREATE INDEX campaign_members_by_account ON campaign_members (account_id, campaign_id);
CREATE INDEX campaign_members_by_payment ON campaign_members (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE campaign_choices (
    campaign_id uuid,
    choice_id uuid,
    account_id text NOT NULL,
    product_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    union_fen bigint NOT NULL CHECK (union_fen BETWEEN 0 AND amount_fen),
    union_quantity numeric(14, 3) NOT NULL CHECK (union_quantity BETWEEN 0 AND quantity),
    stock_state text NOT NULL DEFAULT 'reserved' CHECK (stock_state IN ('reserved', 'released', 'sold')),
    PRIMARY KEY (campaign_id, choice_id),
    UNIQUE (campaign_id, account_id, product_id)
);

CREATE TABLE campaign_lines (
    campaign_id uuid,
    line_id uuid,
    product_id uuid NOT NULL,
    merchant_id uuid NOT NULL,
    payer text NOT NULL CHECK (payer IN ('union', 'employee')),
    quantity numeric(14, 3) NOT NULL CHECK (quantity >= 0),
    unit text NOT NULL,
    price_fen bigint NOT NULL,
    price_unit text NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    state text NOT NULL CHECK (state IN ('sold', 'withdrawn')),
    PRIMARY KEY (campaign_id, line_id)
);
"""


def upgrade() -> None:
    op.execute(CAMPAIGNS)
