"""Rows for every connection of the schema, more than a page of each, written as SQL: their content matters less than their number."""

# ruff: noqa: E501 – one table a line

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

from services.kit.db import Conn

ROWS = 120
ACCOUNT = UUID("000000aa-0000-7000-8000-000000000001")
MERCHANT, PRODUCT, INSTITUTION, CONTRACT, OUTLET, STREAMER, SESSION, ENDPOINT = 1, 2, 3, 4, 5, 6, 7, 8
DAY, NOW, LONG = "DATE '2026-03-10'", "TIMESTAMPTZ '2026-03-10 04:00Z'", "DATE '2099-12-31'"


def uid(kind: int, number: int = 1) -> UUID:
    return UUID(f"{kind:08x}-0000-7000-8000-{number:012x}")


def _u(kind: int, number: str = "n") -> str:
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def _many(table: LiteralString, columns: str, values: str) -> str:
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(1, {ROWS}) n"


def _day_json(number: str) -> str:
    """One certificate in force, as the copies keep it."""
    return (
        f"jsonb_build_array(jsonb_build_object('certificate_id', {_u(90, number)}::text, 'certificate_no', 'C-' || {number}, "
        "'valid_from', '2020-01-01', 'valid_until', '2099-12-31'))"
    )


# A certificate in force, as livestream keeps it.
PERIODS = """'[["2020-01-01", "2099-12-31"]]'"""
CERTIFIED = "'{[2020-01-01 00:00+08, 2099-12-31 00:00+08)}'::tstzmultirange"
# The first merchant owns as many products as a page and more; each other one owns one, and those stand first in the directory.
_OWNER = f"CASE WHEN n > {ROWS} THEN {_u(MERCHANT, '1')} ELSE {_u(MERCHANT)} END"
_TWICE = f"generate_series(1, {2 * ROWS}) n"
CATALOG = [
    _many("merchants", "merchant_id, published, credit_code, name, kind, county_code, township, state",
          f"{_u(MERCHANT)}, true, 'CODE' || n, '合作社' || n, 'cooperative', '371502', '许营镇', 'certified'"),
    _many("contacts", "merchant_id, name, phone", f"{_u(MERCHANT)}, '联系人' || n, '13800138000'"),
    _many("certificates", "merchant_id, certificate_id, subject, subject_id, certificate_no, document_no, valid_from, valid_until",
          f"{_u(MERCHANT)}, {_u(91)}, 'merchant', {_u(MERCHANT)}, 'M-' || n, '文', DATE '2020-01-01', {LONG}"),
    "INSERT INTO products (merchant_id, product_id, published, product_no, name, category, family, county_code, state, unit, pack, price_fen, "
    "is_food, description, images) "
    f"SELECT {_OWNER}, {_u(PRODUCT)}, true, 'P-' || n, '苹果' || n, 'fruit', 'apple', '371502', 'certified', '箱', '5 kg 箱', 1000 + n, true, "
    f"'好', ARRAY['public/a.webp'] FROM {_TWICE}",
    "INSERT INTO certificates (merchant_id, certificate_id, subject, subject_id, certificate_no, document_no, valid_from, valid_until) "
    f"SELECT {_OWNER}, {_u(90)}, 'product', {_u(PRODUCT)}, 'C-' || n, '文', DATE '2020-01-01', {LONG} FROM {_TWICE}",
    "INSERT INTO listing (merchant_id, product_id, product_no, name, merchant_name, category, family, county_code, county_name, price_fen, unit, "
    "pack, offer_version, is_food, season_months, state, hidden, certified, label_slugs, label_from, label_until, rank, certified_at, availability) "
    f"SELECT {_OWNER}, {_u(PRODUCT)}, 'P-' || n, '苹果' || n, '合作社', 'fruit', 'apple', '371502', '东昌府区', 1000 + n, '箱', '5 kg 箱', 1, true, "
    f"ARRAY[9], 'certified', false, {CERTIFIED}, '{{green}}', ARRAY[DATE '2020-01-01'], ARRAY[{LONG}], n, {NOW}, 'available' FROM {_TWICE}",
    _many("applications", "merchant_id, application_id, subject, subject_id, county_code, state, path_id, notice_days, applied_by, submitted_at",
          f"{_u(MERCHANT)}, {_u(20)}, 'merchant', {_u(MERCHANT)}, '371502', 'in_review', (SELECT path_id FROM review_paths LIMIT 1), 0, "
          f"{_u(0xAA, '1')}, {NOW}"),
    _many("application_steps", "merchant_id, application_id, round, duty, position, by",
          f"{_u(MERCHANT)}, {_u(20)}, 1, (SELECT slug FROM duties ORDER BY slug LIMIT 1), 1, 'county'"),
    _many("mechanisms", "merchant_id, mechanism_id, mechanism_no, kind, households, persons, valid_from, evidence",
          f"{_u(MERCHANT)}, {_u(21)}, 'G-' || n, 'dividend', 3, 7, DATE '2020-01-01', '协议'"),
    _many("withdrawals", "merchant_id, withdrawal_id, subject, subject_id, kind, reason, decided_at, from_instant, lift_decided_at, until_instant",
          f"{_u(MERCHANT)}, {_u(22)}, 'merchant', {_u(MERCHANT)}, 'suspended', '核查', {NOW}, {NOW}, {NOW}, {NOW}"),
]  # fmt: skip
CATALOG += [
    _many("members", "merchant_id, account_id", f"{_u(MERCHANT, '1')}, {_u(0xAB)}"),
    _many("imports", "import_id, kind, filename, object_key, state, created_by, created_at",
          f"{_u(23)}, 'merchants', 'a.csv', 'uploads/a', 'ready', 'x', {NOW} + n * interval '1 s'"),
]  # fmt: skip
ORDERS = [
    _many("merchants", "merchant_id, version, credit_code, name, kind, county_code, state, certificates",
          f"{_u(MERCHANT)}, 1, 'CODE' || n, '合作社' || n, 'cooperative', '371502', 'certified', {_day_json('n')}"),
    "INSERT INTO offers (merchant_id, product_id, version, product_no, name, category, family, county_code, state, unit, pack, price_fen, "
    "offer_version, certificates, merchant_name, merchant_certificates, sellable_until) "
    f"SELECT {_OWNER}, {_u(PRODUCT)}, 1, 'P-' || n, '苹果' || n, 'fruit', 'apple', '371502', 'certified', '箱', '5 kg 箱', 1000 + n, 1, "
    f"{_day_json('n')}, '合作社', {_day_json('n')}, TIMESTAMPTZ '2099-12-31 00:00Z' FROM {_TWICE}",
    f"INSERT INTO stock (merchant_id, product_id, available, level) SELECT {_OWNER}, {_u(PRODUCT)}, 50, 'available' FROM {_TWICE}",
    _many("payments", "buyer, payment_id, reference_id, amount_fen, placed_at, expires_at",
          f"{_u(0xAA, '1')}::text, {_u(30)}, {_u(31)}, 1000, {NOW}, {NOW}"),
    _many("recipients", "buyer, recipient_id, name, phone, address", f"{_u(0xAA, '1')}::text, {_u(32)}, '李', '139', '路'"),
    _many("orders", "merchant_id, order_id, order_no, buyer, checkout_id, payment_id, recipient_id, consumption_county, amount_fen, placed_at",
          f"{_u(MERCHANT)}, {_u(33)}, 'N-' || n, {_u(0xAA, '1')}::text, {_u(31)}, {_u(30)}, {_u(32)}, '371502', 1000, {NOW}"),
    _many("order_lines", "merchant_id, line_id, order_id, line_no, product_id, quantity, unit, price_fen, offer_version, amount_fen",
          f"{_u(MERCHANT)}, {_u(34)}, {_u(33)}, 1, {_u(PRODUCT)}, 1, '箱', 1000, 1, 1000"),
    _many("carts", "buyer, product_id, merchant_id, quantity, offer_version", f"{_u(0xAA, '1')}::text, {_u(PRODUCT)}, {_u(MERCHANT)}, 1, 1"),
    _many("institutions", "institution_id, institution_code, name, kind, county_code, applied_by, registered_at",
          f"{_u(INSTITUTION)}, 'I-' || n, '医院' || n, 'hospital', '371502', 'x', {NOW}"),
    _many("institution_members", "institution_id, account_id, role, granted_by, granted_at",
          f"{_u(INSTITUTION)}, {_u(0xAA, '1')}, 'canteen_buyer', 'x', {NOW}"),
    _many("contracts", "merchant_id, contract_id, contract_no, institution_id, state, valid_from, valid_until, hash, proposed_by, proposed_at, signed_on",
          f"{_u(MERCHANT)}, {_u(CONTRACT)}, 'K-' || n, {_u(INSTITUTION)}, 'signed', {DAY}, {LONG}, repeat('a', 64), 'x', {NOW}, {DAY}"),
    _many("contract_lines", "merchant_id, contract_id, line_no, product_id, price_unit, unit, price_fen",
          f"{_u(MERCHANT)}, {_u(CONTRACT)}, 1, {_u(PRODUCT)}, '箱', '箱', 1000"),
    _many("call_offs", "merchant_id, call_off_id, call_off_no, contract_id, institution_id, state, deliver_on, amount_fen, requested_by, requested_at",
          f"{_u(MERCHANT)}, {_u(35)}, 'YH-' || n, {_u(CONTRACT)}, {_u(INSTITUTION)}, 'requested', {DAY}, 1000, 'x', {NOW}"),
    _many("deliveries", "merchant_id, delivery_id, delivery_no, contract_id, institution_id, state, sent_by, sent_at",
          f"{_u(MERCHANT)}, {_u(36)}, 'PS-' || n, {_u(CONTRACT)}, {_u(INSTITUTION)}, 'sent', 'x', {NOW}"),
    _many("delivery_lines", "merchant_id, delivery_id, line_no, product_id, price_unit, unit, price_fen, delivered_quantity, state",
          f"{_u(MERCHANT)}, {_u(36)}, 1, {_u(PRODUCT)}, '箱', '箱', 1000, 1, 'sent'"),
    _many("outlets", "outlet_id, outlet_code, kind, sub_kind, name, county_code, state, opened_on, applied_by, applied_at",
          f"{_u(OUTLET)}, 'W-' || n, 'counter', (SELECT sub_kind FROM outlet_sub_kinds WHERE kind = 'counter' LIMIT 1), '专柜' || n, '371502', "
          f"'open', {DAY}, 'x', {NOW}"),
    _many("slips", "outlet_id, slip_id, slip_no, sold_at, recorded_at, business_date, pay_type, amount_fen, fingerprint, recorded_by",
          f"{_u(OUTLET, '1')}, {_u(37)}, 'S-' || n, {NOW}, {NOW}, {DAY}, 'cash', 1000, 'f' || n, 'x'"),
    _many("sheets", "outlet_id, sheet_id, sheet_no, kind, stand, period_from, period_until, paper, amount_fen, fingerprint, recorded_by, recorded_at",
          f"{_u(OUTLET, '1')}, {_u(38)}, 'B-' || n, 'day', 'A' || n, {DAY}, {DAY}, 'p.pdf', 1000, 'f' || n, 'x', {NOW}"),
    _many("fair_orders", "outlet_id, fair_order_id, order_no, fulfilled_on, buyer_kind, consumption_county, paper, amount_fen, fingerprint, "
          "recorded_by, recorded_at",
          f"{_u(OUTLET, '1')}, {_u(39)}, 'F-' || n, {DAY}, 'caterer', 'outside', 'p.pdf', 1000, 'f' || n, 'x', {NOW}"),
    _many("campaigns", "campaign_id, campaign_no, kind, title, institution_id, consumption_county, funding, deadline, code, state, proposed_by, "
          "proposed_at",
          f"{_u(40)}, 'H-' || n, 'union', '福利' || n, {_u(INSTITUTION)}, '371502', 'union', {LONG}, 'CODE' || n, 'open', 'x', {NOW}"),
    _many("campaign_goods", "campaign_id, product_id, merchant_id, price_fen, price_unit, unit",
          f"{_u(40)}, {_u(PRODUCT)}, {_u(MERCHANT)}, 1000, '箱', '箱'"),
    _many("external_reports", "merchant_id, report_id, report_no, month, county_code, paper, state, amount_fen, submitted_by, submitted_at",
          f"{_u(MERCHANT)}, {_u(41)}, 'E-' || n, DATE '2026-02-01', '371502', 'p.pdf', 'submitted', 1000, 'x', {NOW}"),
]  # fmt: skip
LIVESTREAM = [
    _many("streamers", "streamer_id, account_id, county_code, state", f"{_u(STREAMER)}, {_u(0xAB)}, '371502', 'approved'"),
    _many("handles", "owner_id, owner_kind, handle", f"{_u(STREAMER)}, 'streamer', '主播' || n"),
    _many("live_sessions", "session_id, session_no, streamer_id, county_code, title, state, starts_at",
          f"{_u(SESSION)}, 'ZB-' || n, {_u(STREAMER)}, '371502', '专场', 'scheduled', {NOW} + n * interval '1 s'"),
    _many("session_counts", "session_id", _u(SESSION)),
    _many("products", "product_id, version, product_no, merchant_id, name, county_code, unit, price_fen, state, certificates, withdrawals",
          f"{_u(PRODUCT)}, 1, 'P-' || n, {_u(MERCHANT)}, '苹果' || n, '371502', '箱', 1000, 'certified', {PERIODS}, '[]'"),
    _many("merchants", "merchant_id, version, name, county_code, state, certificates, withdrawals",
          f"{_u(MERCHANT)}, 1, '合作社' || n, '371502', 'certified', {PERIODS}, '[]'"),
    _many("session_products", "session_id, product_id, position, linked_at", f"{_u(SESSION)}, {_u(PRODUCT)}, 1, {NOW}"),
    _many("outside_sessions", "session_id, session_no, state, recorder_role, recorder_scope, recorded_by, title, platform, county_code, started_at, "
          "ended_at, business_date, participants, paid_fen, refund_fen, evidence",
          f"{_u(42)}, 'ZW-' || n, 'submitted', 'streamer', {_u(STREAMER)}::text, 'x', '外场', 'douyin', '371502', {NOW} + n * interval '1 h', "
          f"{NOW} + (n + 1) * interval '1 h', {DAY}, 9, 1000, 0, 'e.png'"),
]  # fmt: skip
REPORTING = [
    _many("merchants", "merchant_id, version, credit_code, name, kind, county_code, state",
          f"{_u(MERCHANT)}, 1, 'CODE' || n, '合作社' || n, 'cooperative', '371502', 'certified'"),
    _many("products", "product_id, version, product_no, merchant_id, name, category, family, county_code, state",
          f"{_u(PRODUCT)}, 1, 'P-' || n, {_u(MERCHANT)}, '苹果' || n, 'fruit', 'apple', '371502', 'certified'"),
    _many("institutions", "institution_id, version, institution_code, name, kind, county_code",
          f"{_u(INSTITUTION)}, 1, 'I-' || n, '医院' || n, 'hospital', '371502'"),
    _many("departments", "department_id, code, name, duty, lead, valid_from", f"{_u(43)}, 'd' || n, '部门' || n, '职责', false, DATE '2020-01-01'"),
    _many("activities", "activity_id, activity_no, kind, title, held_on, county_code, department",
          f"{_u(44)}, 'A-' || n, 'fair', '活动', {DAY}, '371502', 'd1'"),
    _many("publicity", "record_id, record_no, medium, media_kind, title, published_on", f"{_u(45)}, 'X-' || n, 'radio', 'radio', '报道', {DAY}"),
    _many("reports", "report_id, state, period_from, period_until, formats, created_by, created_at",
          f"{_u(46)}, 'done', {DAY}, {DAY}, '{{csv}}', 'x', {NOW} + n * interval '1 s'"),
    _many("report_files", "report_id, name, format, object_key, content_type, size, sha256, rows",
          f"{_u(46)}, 'a.csv', 'csv', 'reports/' || n, 'text/csv', 1, repeat('a', 64), 1"),
]  # fmt: skip
GATEWAY = [
    f"INSERT INTO accounts (account_id) VALUES ('{ACCOUNT}')",
    "INSERT INTO accounts (account_id) SELECT " + _u(0xAB) + f" FROM generate_series(1, {ROWS}) n",
    _many("grants", "account_id, role, scope, granted_by", f"{_u(0xAB)}, 'merchant', '{uid(MERCHANT)}', 'x'"),
    _many("api_keys", "account_id, key_id, name, prefix, digest, scopes, roles, expires_at",
          f"'{ACCOUNT}', {_u(47)}, 'k', 'bfk_' || n, decode(lpad(to_hex(n), 64, '0'), 'hex'), '{{orders:read}}', '{{}}', now() + interval '9 d'"),
    _many("invitations", "invitation_id, role, scope, invitee_hash, invitee_hint, invited_by, expires_at",
          f"{_u(48)}, 'merchant', '{uid(MERCHANT)}', decode(lpad(to_hex(n), 64, '0'), 'hex'), 'a***', '{ACCOUNT}', now() + interval '9 d'"),
    _many("webhook_endpoints", "endpoint_id, scope_kind, scope, url, kinds, created_by",
          f"{_u(ENDPOINT)}, 'merchant', '{uid(MERCHANT)}', 'https://example.com/' || n, '{{order.paid}}', '{ACCOUNT}'"),
    _many("webhook_deliveries", "endpoint_id, delivery_id, kind, event_id, occurred_at, data, state, finished_at",
          f"{_u(ENDPOINT, '1')}, {_u(49)}, 'ping', {_u(50)}, {NOW}, '{{}}', 'delivered', {NOW}"),
]  # fmt: skip
GATEWAY += [
    _many("person_requests", "account_id, request_id, kind, state, requested_at", f"'{ACCOUNT}', {_u(51)}, 'export', 'expired', {NOW} + n * interval '1 s'"),
    _many("audit_trail", "service, seq, position, at, actor, act, subject, previous_hash, hash, pairs",
          f"'catalog', n, n, {NOW} + n * interval '1 s', 'command line', 'merchant:certify', 'merchant:' || {_u(MERCHANT)}, "
          "decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), '{{}}'"),
]  # fmt: skip
STATEMENTS = {"catalog": CATALOG, "orders": ORDERS, "livestream": LIVESTREAM, "reporting": REPORTING, "gateway": GATEWAY}


def fill(service: str, conn: Conn) -> None:
    for statement in STATEMENTS[service]:
        conn.execute(statement)  # type: ignore[call-overload]
