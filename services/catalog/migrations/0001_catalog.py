"""The catalog's tables."""

from alembic import op

from services.kit.schema import BASE_V1

revision = "0001"
down_revision = None

REFERENCE = """
CREATE TABLE counties (code text PRIMARY KEY, name_zh text NOT NULL, name_en text NOT NULL);
INSERT INTO counties VALUES
    ('371502', '东昌府区', 'Dongchangfu'), ('371503', '茌平区', 'Chiping'), ('371581', '临清市', 'Linqing'), ('371524', '东阿县',
        'Dong''e'),
    ('371521', '阳谷县', 'Yanggu'), ('371522', '莘县', 'Shenxian'), ('371525', '冠县', 'Guanxian'), ('371526', '高唐县', 'Gaotang');

CREATE TABLE categories (slug text PRIMARY KEY, position int NOT NULL, name_zh text NOT NULL, name_en text NOT NULL);
INSERT INTO categories VALUES
    ('vegetables', 1, '新鲜蔬菜', 'Vegetables'), ('mushrooms', 2, '食用菌', 'Mushrooms'), ('fruit', 3, '时令水果', 'Fruit'),
    ('grain', 4, '米面杂粮', 'Grain, flour and noodles'), ('oil_seasoning', 5, '粮油调味', 'Oil and seasoning'),
    ('poultry_eggs', 6, '禽肉蛋品', 'Poultry and eggs'), ('meat_fish', 7, '肉类水产', 'Meat and fish'),
    ('jujube_dried', 8, '红枣干果', 'Jujube and dried fruit'), ('ejiao_lingzhi', 9, '阿胶灵芝', 'Ejiao and lingzhi foods'),
    ('snacks', 10, '糕点小吃', 'Snacks and bakery'), ('crafts', 11, '手工纺织', 'Crafts and textiles');

CREATE TABLE label_kinds (slug text PRIMARY KEY, position int NOT NULL, name_zh text NOT NULL, name_en text NOT NULL);
INSERT INTO label_kinds VALUES
    ('green', 1, '绿色食品', 'Green food'), ('organic', 2, '有机产品', 'Organic'), ('gi', 3, '地理标志', 'Geographical indication'),
    ('quality_tested', 4, '达标合格', 'Quality tested');

CREATE TABLE duties (slug text PRIMARY KEY, name_zh text NOT NULL, name_en text NOT NULL);
INSERT INTO duties VALUES
    ('county_review', '县级初审', 'County preliminary review'), ('quality', '产品质量', 'Product quality'),
    ('lawful_operation', '合法经营', 'Lawful operation'), ('assistance', '联农带农机制', 'Assistance mechanism');

CREATE TABLE duty_holders (
    duty text NOT NULL REFERENCES duties, department text NOT NULL, valid_from date NOT NULL, valid_until date,
    PRIMARY KEY (duty, department, valid_from), CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
INSERT INTO duty_holders (duty, department, valid_from) VALUES
    ('quality', 'agriculture_rural', '2020-01-01'), ('lawful_operation', 'market_supervision', '2020-01-01'),
    ('assistance', 'rural_revitalisation', '2020-01-01');

CREATE TABLE review_paths (
    path_id uuid PRIMARY KEY, subject text NOT NULL CHECK (subject IN ('merchant', 'product')),
    product_kind text NOT NULL DEFAULT '*', notice_days int NOT NULL DEFAULT 0 CHECK (notice_days BETWEEN 0 AND 60),
    valid_from date NOT NULL, valid_until date, created_at timestamptz NOT NULL DEFAULT bangfu_now()
);
CREATE TABLE review_steps (
    path_id uuid NOT NULL REFERENCES review_paths, duty text NOT NULL REFERENCES duties, position int NOT NULL CHECK (position >= 1),
    by text NOT NULL CHECK (by IN ('county', 'department')), PRIMARY KEY (path_id, duty)
);
INSERT INTO review_paths (path_id, subject, valid_from) VALUES
    ('01920000-0000-7000-8000-000000000001', 'merchant', '2020-01-01'), ('01920000-0000-7000-8000-000000000002', 'product', '2020-01-01');
INSERT INTO review_steps (path_id, duty, position, by) VALUES
    ('01920000-0000-7000-8000-000000000001', 'county_review', 1, 'county'),
    ('01920000-0000-7000-8000-000000000001', 'lawful_operation', 2, 'department'),
    ('01920000-0000-7000-8000-000000000001', 'assistance', 2, 'department'),
    ('01920000-0000-7000-8000-000000000002', 'county_review', 1, 'county'),
    ('01920000-0000-7000-8000-000000000002', 'quality', 2, 'department');
-- What is not food needs no test of food: the market regulator looks at it instead.
INSERT INTO review_paths (path_id, subject, product_kind, valid_from) VALUES
    ('01920000-0000-7000-8000-000000000003', 'product', 'crafts', '2020-01-01');
INSERT INTO review_steps (path_id, duty, position, by) VALUES
    ('01920000-0000-7000-8000-000000000003', 'county_review', 1, 'county'),
    ('01920000-0000-7000-8000-000000000003', 'lawful_operation', 2, 'department');

CREATE TABLE codes (kind text, code text, merchant_id uuid NOT NULL, subject_id uuid NOT NULL, PRIMARY KEY (kind, code));
CREATE TABLE number_series (prefix text PRIMARY KEY, last int NOT NULL DEFAULT 0);
"""

SUBJECTS = """
CREATE TABLE merchants (
    merchant_id uuid PRIMARY KEY, version int NOT NULL DEFAULT 1, published bool NOT NULL DEFAULT false,
    credit_code text NOT NULL, name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('cooperative', 'company', 'family_farm', 'village_collective', 'sole_trader')),
    county_code text NOT NULL, township text, founded_on date,
    state text NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'certified', 'suspended', 'revoked', 'expired')),
    created_at timestamptz NOT NULL DEFAULT bangfu_now(), import_id uuid
);
CREATE INDEX merchants_by_name ON merchants (name, merchant_id);
CREATE INDEX merchants_by_import ON merchants (import_id) WHERE import_id IS NOT NULL;

-- Whom an officer calls. The only table with a person's data.
CREATE TABLE contacts (merchant_id uuid PRIMARY KEY, name text NOT NULL, phone text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT bangfu_now());

CREATE TABLE members (merchant_id uuid, account_id uuid, granted_at timestamptz NOT NULL DEFAULT bangfu_now(),
    PRIMARY KEY (merchant_id, account_id));
CREATE INDEX members_by_account ON members (account_id);

CREATE TABLE products (
    merchant_id uuid, product_id uuid, version int NOT NULL DEFAULT 1, published bool NOT NULL DEFAULT false, product_no text NOT NULL,
    name text NOT NULL, category text NOT NULL, family text NOT NULL, county_code text NOT NULL,
    state text NOT NULL DEFAULT 'applied' CHECK (state IN ('applied', 'certified', 'suspended', 'revoked', 'recalled', 'expired')),
    unit text NOT NULL, pack text NOT NULL, net_weight_g int CHECK (net_weight_g > 0),
    price_fen bigint NOT NULL CHECK (price_fen > 0), bulk_price_fen_per_kg bigint CHECK (bulk_price_fen_per_kg > 0),
    offer_version int NOT NULL DEFAULT 1, is_food bool NOT NULL, season_months int[] NOT NULL DEFAULT '{}',
    storage text NOT NULL DEFAULT 'ambient' CHECK (storage IN ('ambient', 'chilled', 'frozen', 'live')),
    description text NOT NULL, images text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT bangfu_now(), import_id uuid,
    PRIMARY KEY (merchant_id, product_id)
);
CREATE INDEX products_by_id ON products (product_id);
CREATE INDEX products_by_import ON products (import_id) WHERE import_id IS NOT NULL;

-- What a sale has been made of cannot be withdrawn with its import: kept net, so that reversed history counts as none.
CREATE TABLE sold (merchant_id uuid, product_id uuid, net_fen bigint NOT NULL DEFAULT 0, PRIMARY KEY (merchant_id, product_id));

CREATE TABLE certificates (
    merchant_id uuid, certificate_id uuid, subject text NOT NULL CHECK (subject IN ('merchant', 'product')), subject_id uuid NOT NULL,
    certificate_no text NOT NULL, document_no text, valid_from date NOT NULL, valid_until date NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT bangfu_now(), application_id uuid, import_id uuid,
    PRIMARY KEY (merchant_id, certificate_id), CHECK (valid_until >= valid_from)
);
CREATE INDEX certificates_by_subject ON certificates (merchant_id, subject_id, valid_from);
CREATE INDEX certificates_by_import ON certificates (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX certificates_ending ON certificates (valid_until);

-- from_instant and until_instant come from orders, under its lock of the offer; imported history brings its own.
CREATE TABLE withdrawals (
    merchant_id uuid, withdrawal_id uuid, subject text NOT NULL CHECK (subject IN ('merchant', 'product')), subject_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('suspended', 'revoked', 'recalled')), reason text NOT NULL, document_no text,
    decided_at timestamptz NOT NULL, from_instant timestamptz,
    lift_decided_at timestamptz, lift_reason text, lift_document_no text, until_instant timestamptz, import_id uuid,
    PRIMARY KEY (merchant_id, withdrawal_id)
);
CREATE INDEX withdrawals_by_subject ON withdrawals (merchant_id, subject_id, decided_at);
CREATE INDEX withdrawals_by_id ON withdrawals (withdrawal_id);
CREATE INDEX withdrawals_recent ON withdrawals (decided_at DESC, withdrawal_id DESC);
CREATE INDEX withdrawals_by_import ON withdrawals (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE labels (
    merchant_id uuid, label_id uuid, product_id uuid NOT NULL, label text NOT NULL, certificate_no text NOT NULL,
    valid_from date NOT NULL, valid_until date, end_reason text, import_id uuid, PRIMARY KEY (merchant_id, label_id)
);
CREATE INDEX labels_by_product ON labels (merchant_id, product_id);
CREATE INDEX labels_by_id ON labels (label_id);
CREATE INDEX labels_by_import ON labels (import_id) WHERE import_id IS NOT NULL;

CREATE TABLE mechanisms (
    merchant_id uuid, mechanism_id uuid, mechanism_no text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('purchase_order', 'employment', 'land_lease', 'dividend', 'training')),
    households int NOT NULL, persons int NOT NULL, valid_from date NOT NULL, valid_until date, evidence text NOT NULL,
    end_reason text, import_id uuid, PRIMARY KEY (merchant_id, mechanism_id), CHECK (households BETWEEN 1 AND persons)
);
CREATE INDEX mechanisms_by_id ON mechanisms (mechanism_id);
CREATE INDEX mechanisms_by_import ON mechanisms (import_id) WHERE import_id IS NOT NULL;
"""

APPLICATIONS = """
CREATE TABLE applications (
    merchant_id uuid, application_id uuid, subject text NOT NULL CHECK (subject IN ('merchant', 'product')), subject_id uuid NOT NULL,
    county_code text NOT NULL, category text,
    state text NOT NULL CHECK (state IN ('in_review', 'returned', 'rejected', 'notice', 'passed', 'certified')),
    round int NOT NULL DEFAULT 1, path_id uuid NOT NULL, notice_days int NOT NULL, notice_until date,
    applied_by uuid NOT NULL, submitted_at timestamptz NOT NULL, decided_at timestamptz,
    PRIMARY KEY (merchant_id, application_id)
);
CREATE INDEX applications_by_id ON applications (application_id);
CREATE UNIQUE INDEX applications_open ON applications (merchant_id, subject_id) WHERE state IN ('in_review',
    'returned', 'notice', 'passed');
CREATE INDEX applications_queue ON applications (state, county_code, submitted_at);
CREATE TABLE application_steps (
    merchant_id uuid, application_id uuid, round int, duty text, position int NOT NULL, by text NOT NULL,
    verdict text CHECK (verdict IN ('pass', 'return', 'reject')), reason text, decided_by text, decided_at timestamptz,
    PRIMARY KEY (merchant_id, application_id, round, duty)
);
"""

COPIES = """
CREATE TABLE images (
    image_key text PRIMARY KEY, width int NOT NULL, height int NOT NULL, bytes int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT bangfu_now()
);

-- Ready rows of the directory, kept in the transaction of each change. ``certified`` is what the certificates of product and
-- merchant have in common, so that the clock alone ends a listing; labels are parallel arrays with their days.
CREATE TABLE listing (
    merchant_id uuid, product_id uuid, product_no text NOT NULL, name text NOT NULL, merchant_name text NOT NULL, category text NOT NULL,
    family text NOT NULL, county_code text NOT NULL, county_name text NOT NULL, image text, price_fen bigint NOT NULL, unit text NOT NULL,
    pack text NOT NULL, net_weight_g int, bulk_price_fen_per_kg bigint, offer_version int NOT NULL, is_food bool NOT NULL,
    season_months int[] NOT NULL, state text NOT NULL, hidden bool NOT NULL, certified tstzmultirange NOT NULL,
    label_slugs text[] NOT NULL, label_from date[] NOT NULL, label_until date[] NOT NULL,
    rank int NOT NULL, certified_at timestamptz, availability text, availability_version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, product_id)
);
CREATE INDEX listing_by_id ON listing (product_id);
CREATE INDEX listing_default ON listing (rank, product_id) WHERE NOT hidden;
CREATE INDEX listing_category ON listing (category, rank, product_id) WHERE NOT hidden;
CREATE INDEX listing_county ON listing (county_code, rank, product_id) WHERE NOT hidden;
CREATE INDEX listing_price ON listing (price_fen, product_id) WHERE NOT hidden;
CREATE INDEX listing_new ON listing (certified_at DESC, product_id DESC) WHERE NOT hidden;

CREATE TABLE search_index (
    merchant_id uuid, product_id uuid, document tsvector NOT NULL, segments text[] NOT NULL, digest text NOT NULL, meili_digest text,
    PRIMARY KEY (merchant_id, product_id)
);
CREATE INDEX search_document ON search_index USING gin (document);
CREATE TABLE search_words (word text PRIMARY KEY, pinyin text NOT NULL, initials text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT bangfu_now());
"""


def upgrade() -> None:
    for part in (BASE_V1, REFERENCE, SUBJECTS, APPLICATIONS, COPIES):
        op.execute(part)
