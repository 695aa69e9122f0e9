"""Institutions and their members, contracts, call-offs, deliveries."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

INSTITUTIONS = """
CREATE TABLE institution_kinds (kind text PRIMARY KEY, title_zh text NOT NULL, title_en text NOT NULL);
INSERT INTO institution_kinds VALUES
    ('hospital', '医院', 'hospital'), ('school', '学校', 'school'), ('enterprise', '企业', 'enterprise'),
    ('government', '机关', 'government organ'), ('public_institution', '事业单位', 'public institution'),
    ('social_organisation', '社会组织', 'social organisation');

CREATE TABLE kitchens (kitchen text PRIMARY KEY, title_zh text NOT NULL, title_en text NOT NULL);
INSERT INTO kitchens VALUES
    ('own', '自营', 'run by itself'), ('outsourced', '承包', 'outsourced to a contractor'),
    ('distributor', '配送', 'served by a distributor');

CREATE TABLE institutions (
    institution_id uuid PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1,
    institution_code text NOT NULL UNIQUE,
    name text NOT NULL,
    kind text NOT NULL REFERENCES institution_kinds,
    county_code text NOT NULL,
    meals_per_day int CHECK (meals_per_day >= 0),
    kitchen text NOT NULL DEFAULT 'own' REFERENCES kitchens,
    applied_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    import_id uuid,
    import_line int
);
CREATE INDEX institutions_by_county ON institutions (county_code, institution_id);
CREATE INDEX institutions_of_import ON institutions (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE institution_members (
    institution_id uuid,
    account_id uuid,
    role text CHECK (role IN ('canteen_buyer', 'canteen_approver', 'group_organiser')),
    granted_by text NOT NULL,
    granted_at timestamptz NOT NULL,
    PRIMARY KEY (institution_id, account_id, role)
);
"""

CONTRACTS = """
CREATE TABLE contracts (
    merchant_id uuid,
    contract_id uuid,
    version bigint NOT NULL DEFAULT 1,
    contract_no text NOT NULL,
    institution_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'signed', 'ended', 'void')),
    valid_from date NOT NULL,
    valid_until date NOT NULL CHECK (valid_until >= valid_from),
    credit_limit_fen bigint CHECK (credit_limit_fen > 0),
    acceptors_required smallint NOT NULL DEFAULT 1 CHECK (acceptors_required IN (1, 2)),
    tolerance numeric(5, 2) NOT NULL DEFAULT 0 CHECK (tolerance BETWEEN 0 AND 20),
    signing text,
    hash text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    institution_confirmed_by text,
    institution_confirmed_at timestamptz,
    merchant_confirmed_by text,
    merchant_confirmed_at timestamptz,
    signed_on date,
    ended_on date,
    import_id uuid,
    import_line int,
    PRIMARY KEY (merchant_id, contract_id),
    UNIQUE (merchant_id, contract_no)
);
CREATE INDEX contracts_by_id ON contracts (contract_id);
CREATE INDEX contracts_by_no ON contracts (contract_no);
CREATE INDEX contracts_of_institution ON contracts (institution_id, contract_id);
CREATE INDEX contracts_of_import ON contracts (import_id) WHERE import_id IS NOT NULL;

-- `called_quantity` is the balance of the line: what is called off and not given back. It moves by conditional updates only.
CREATE TABLE contract_lines (
    merchant_id uuid,
    contract_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    price_unit text NOT NULL,
    unit text NOT NULL,
    price_fen bigint CHECK (price_fen > 0),
    max_quantity numeric(14, 3) CHECK (max_quantity > 0),
    min_quantity numeric(14, 3) CHECK (min_quantity > 0),
    called_quantity numeric(14, 3) NOT NULL DEFAULT 0 CHECK (called_quantity >= 0),
    PRIMARY KEY (merchant_id, contract_id, line_no),
    UNIQUE (merchant_id, contract_id, product_id),
    CHECK (called_quantity <= max_quantity)
) WITH (fillfactor = 70);

CREATE TABLE contract_payments (
    merchant_id uuid,
    payment_id uuid,
    contract_id uuid NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    transfer_reference text NOT NULL,
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (merchant_id, payment_id),
    UNIQUE (merchant_id, contract_id, transfer_reference)
);
"""

CALL_OFFS = """
CREATE TABLE call_offs (
    merchant_id uuid,
    call_off_id uuid,
    version bigint NOT NULL DEFAULT 1,
    call_off_no text NOT NULL,
    contract_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'approved', 'confirmed', 'fulfilled', 'rejected', 'cancelled')),
    deliver_on date NOT NULL,
    welfare bool NOT NULL DEFAULT false,
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    approved_by text,
    approved_at timestamptz,
    confirmed_by text,
    confirmed_at timestamptz,
    ended_by text,
    ended_at timestamptz,
    reason text,
    PRIMARY KEY (merchant_id, call_off_id)
);
CREATE INDEX call_offs_by_id ON call_offs (call_off_id);
CREATE INDEX call_offs_of_contract ON call_offs (contract_id, call_off_id);
CREATE INDEX call_offs_of_institution ON call_offs (institution_id, call_off_id);
CREATE INDEX call_offs_of_merchant ON call_offs (merchant_id, state, deliver_on);

-- quantity = given_back + in_delivery + accepted + what is still to come, but for an accepted surplus within the tolerance.
CREATE TABLE call_off_lines (
    merchant_id uuid,
    call_off_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    price_unit text NOT NULL,
    unit text NOT NULL,
    price_fen bigint,
    quantity numeric(14, 3) NOT NULL CHECK (quantity > 0),
    amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
    in_delivery numeric(14, 3) NOT NULL DEFAULT 0 CHECK (in_delivery >= 0),
    accepted numeric(14, 3) NOT NULL DEFAULT 0 CHECK (accepted >= 0),
    accepted_fen bigint NOT NULL DEFAULT 0 CHECK (accepted_fen >= 0),
    given_back numeric(14, 3) NOT NULL DEFAULT 0 CHECK (given_back >= 0),
    PRIMARY KEY (merchant_id, call_off_id, line_no)
) WITH (fillfactor = 70);
"""

DELIVERIES = """
CREATE TABLE deliveries (
    merchant_id uuid,
    delivery_id uuid,
    version bigint NOT NULL DEFAULT 1,
    delivery_no text NOT NULL,
    contract_id uuid NOT NULL,
    call_off_id uuid,
    institution_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('sent', 'accepted', 'rejected', 'void')),
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL,
    first_accepted_by text,
    first_accepted_at timestamptz,
    accepted_by text,
    accepted_at timestamptz,
    recorded_at timestamptz,
    amount_fen bigint NOT NULL DEFAULT 0,
    import_id uuid,
    import_line int,
    PRIMARY KEY (merchant_id, delivery_id)
);
CREATE INDEX deliveries_by_id ON deliveries (delivery_id);
CREATE INDEX deliveries_by_no ON deliveries (merchant_id, delivery_no);
CREATE INDEX deliveries_of_contract ON deliveries (contract_id, delivery_id);
CREATE INDEX deliveries_of_institution ON deliveries (institution_id, delivery_id);
CREATE INDEX deliveries_of_call_off ON deliveries (merchant_id, call_off_id) WHERE call_off_id IS NOT NULL;
CREATE INDEX deliveries_of_import ON deliveries (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE delivery_lines (
    merchant_id uuid,
    delivery_id uuid,
    line_no int,
    product_id uuid NOT NULL,
    price_unit text NOT NULL,
    unit text NOT NULL,
    price_fen bigint NOT NULL CHECK (price_fen >= 0),
    delivered_quantity numeric(14, 3) NOT NULL CHECK (delivered_quantity > 0),
    state text NOT NULL DEFAULT 'sent' CHECK (state IN ('sent', 'settled')),
    accepted_quantity numeric(14, 3) CHECK (accepted_quantity >= 0),
    rejected_quantity numeric(14, 3) CHECK (rejected_quantity >= 0),
    reject_reason text,
    amount_fen bigint NOT NULL DEFAULT 0 CHECK (amount_fen >= 0),
    sale_line_id uuid,
    returned_quantity numeric(14, 3) NOT NULL DEFAULT 0,
    returned_fen bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, delivery_id, line_no),
    CHECK (returned_quantity BETWEEN 0 AND coalesce(accepted_quantity, 0)),
    CHECK (returned_fen BETWEEN 0 AND amount_fen)
);
"""


def upgrade() -> None:
    for block in (INSTITUTIONS, CONTRACTS, CALL_OFFS, DELIVERIES):
        op.execute(block)
