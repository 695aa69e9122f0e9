"""The rows behind every figure that is not money: one SELECT for each kind of rows, all with the same columns.

Columns: row_id, business_date, number, evidence, document_kind, document_id, document_no, title, county_code, merchant_id, product_id.
Parameters: ``day`` (the day asked), ``day_end`` (its last instant), ``counties`` (text[] or NULL for the city).
``evidence``: rows that are documents of this system are ``transacted``; what somebody states about the world outside, with a
paper, is ``reported``.
"""

from __future__ import annotations

from psycopg import sql

from services.reporting.domain.figures import Figure

_SELECT = {
    "departments": """
        SELECT department_id AS row_id, valid_from AS business_date, 1 AS number, 'reported' AS evidence, 'department' AS document_kind,
               department_id AS document_id, code AS document_no, name AS title, NULL::text AS county_code,
               NULL::uuid AS merchant_id, NULL::uuid AS product_id
        FROM departments WHERE valid_from <= %(day)s AND %(counties)s::text[] IS NULL""",
    "departments_in_force": """
        SELECT department_id AS row_id, valid_from AS business_date, 1 AS number, 'reported' AS evidence, 'department' AS document_kind,
               department_id AS document_id, code AS document_no, name AS title, NULL::text AS county_code,
               NULL::uuid AS merchant_id, NULL::uuid AS product_id
        FROM departments WHERE valid_from <= %(day)s AND coalesce(valid_until, 'infinity') >= %(day)s
          AND %(counties)s::text[] IS NULL""",
    "products": """
        SELECT product_id, first_certified_on, 1, 'transacted', 'certificate', first_certificate_id, first_certificate_no, name,
               county_code, merchant_id, product_id
        FROM products WHERE first_certified_on <= %(day)s AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "products_in_force": """
        SELECT p.product_id, c.valid_from, 1, 'transacted', 'certificate', c.certificate_id, c.certificate_no, p.name,
               p.county_code, p.merchant_id, p.product_id
        FROM products p JOIN LATERAL (
            SELECT * FROM certificates WHERE subject_id = p.product_id AND valid_from <= %(day)s AND valid_until >= %(day)s
            ORDER BY valid_from, certificate_id LIMIT 1) c ON true
        WHERE (%(counties)s::text[] IS NULL OR p.county_code = ANY(%(counties)s))
          AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.subject_id IN (p.product_id, p.merchant_id)
                          AND w.from_instant <= %(day_end)s AND coalesce(w.until_instant, 'infinity') > %(day_end)s)""",
    "persons": """
        SELECT mechanism_id, valid_from, persons, 'reported', 'mechanism', mechanism_id, mechanism_no, kind, county_code,
               merchant_id, NULL::uuid
        FROM mechanisms WHERE NOT withdrawn AND valid_from <= %(day)s AND coalesce(valid_until, 'infinity') >= %(day)s
          AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "outlets": """
        SELECT outlet_id, opened_on, 1, 'transacted', 'outlet', outlet_id, outlet_code, name, county_code, NULL::uuid, NULL::uuid
        FROM outlets WHERE opened_on <= %(day)s AND NOT (void AND ended_version >= version) AND kind = ANY({only})
          AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "activities": """
        SELECT activity_id, held_on, 1, 'reported', 'activity', activity_id, activity_no, title, county_code, NULL::uuid, NULL::uuid
        FROM activities WHERE held_on <= %(day)s AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "labels": """
        SELECT p.product_id, l.valid_from, 1, 'transacted', 'label', l.label_id, l.certificate_no, p.name, p.county_code,
               p.merchant_id, p.product_id
        FROM products p JOIN LATERAL (
            SELECT * FROM labels WHERE product_id = p.product_id AND valid_from <= %(day)s AND coalesce(valid_until, 'infinity') >= %(day)s
            ORDER BY valid_from, label_id LIMIT 1) l ON true
        WHERE p.first_certified_on <= %(day)s AND (%(counties)s::text[] IS NULL OR p.county_code = ANY(%(counties)s))""",
    "contract_institutions": """
        SELECT * FROM (
            SELECT DISTINCT ON (c.institution_id) c.institution_id, c.signed_on, 1, 'transacted', 'contract', c.contract_id, c.contract_no,
                   coalesce(i.name, ''), c.institution_county, NULL::uuid, NULL::uuid
            FROM contracts c LEFT JOIN institutions i USING (institution_id)
            WHERE c.signed_on <= %(day)s AND NOT (c.void AND c.ended_version >= c.version) AND c.institution_kind = ANY({only})
              AND (%(counties)s::text[] IS NULL OR c.institution_county = ANY(%(counties)s))
            ORDER BY c.institution_id, c.signed_on, c.contract_id) first_contracts""",
    "contract_merchants": """
        SELECT * FROM (
            SELECT DISTINCT ON (c.merchant_id) c.merchant_id AS row_id, c.signed_on, 1, 'transacted', 'contract', c.contract_id,
                   c.contract_no, coalesce(m.name, ''), m.county_code, c.merchant_id, NULL::uuid
            FROM contracts c LEFT JOIN merchants m USING (merchant_id)
            WHERE c.signed_on <= %(day)s AND NOT (c.void AND c.ended_version >= c.version)
              AND (%(counties)s::text[] IS NULL OR m.county_code = ANY(%(counties)s))
            ORDER BY c.merchant_id, c.signed_on, c.contract_id) first_contracts""",
    "sessions": """
        SELECT session_id, business_date, 1, CASE WHEN outside THEN 'reported' ELSE 'transacted' END, 'session', session_id, session_no,
               title, county_code, NULL::uuid, NULL::uuid
        FROM sessions WHERE state = 'ended' AND business_date <= %(day)s
          AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "participants": """
        SELECT session_id, business_date, participants, CASE WHEN outside THEN 'reported' ELSE 'transacted' END, 'session', session_id,
               session_no, title, county_code, NULL::uuid, NULL::uuid
        FROM sessions WHERE state = 'ended' AND business_date <= %(day)s
          AND (%(counties)s::text[] IS NULL OR county_code = ANY(%(counties)s))""",
    "publicity": """
        SELECT record_id, published_on, 1, 'reported', 'publicity', record_id, record_no, title, NULL::text, NULL::uuid, NULL::uuid
        FROM publicity WHERE published_on <= %(day)s AND medium = ANY({only}) AND ({levels}::text[] = '{{}}' OR level = ANY({levels}))
          AND %(counties)s::text[] IS NULL""",
}
COLUMNS = (
    "row_id",
    "business_date",
    "number",
    "evidence",
    "document_kind",
    "document_id",
    "document_no",
    "title",
    "county_code",
    "merchant_id",
    "product_id",
)


def rows_of(figure: Figure) -> sql.Composed:
    """The SELECT of a figure's rows, as a derived table's body; its words are constants of `domain.figures`."""
    return sql.SQL(_SELECT[figure.rows.of]).format(only=sql.Literal(list(figure.rows.only)), levels=sql.Literal(list(figure.rows.levels)))


def derived(figure: Figure, alias: str = "r") -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    return sql.SQL("({}) AS {} ({})").format(rows_of(figure), sql.Identifier(alias), columns)
