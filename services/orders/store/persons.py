"""What orders knows of a person: `recipients` holds name, number and address, everything else knows the account's id only."""

from __future__ import annotations

from services.kit.db import Conn, Row, every, value
from services.kit.persons import GONE, Erased, Kept, Person, rows, scrub
from services.orders.usecases.contracts.remove_member import end_membership
from services.orders.usecases.shopping.forget_person import close_account

# The last eleven digits, as the index of migration 0007 has them.
MINE = "(r.buyer = %(subject)s OR right(translate(r.phone, '+- ', ''), 11) = ANY(%(phones)s::text[]))"
NEEDED = ("EXISTS (SELECT 1 FROM orders o WHERE o.buyer = r.buyer AND o.recipient_id = r.recipient_id "
          "AND o.state IN ('placed', 'paid'))")
FIND_RECIPIENTS = ("SELECT CASE WHEN r.buyer = %(subject)s THEN r.buyer END AS buyer, r.recipient_id, r.name, r.phone, "  # noqa: S608
                   "r.address, r.note FROM recipients r WHERE " + MINE)
DELETE_RECIPIENTS = "DELETE FROM recipients r WHERE r.buyer = %(subject)s AND NOT " + NEEDED  # noqa: S608 – constants, as all here
# Another buyer sent him a parcel: the row is that buyer's, the person in it is not.
SEPARATE_RECIPIENTS = ("UPDATE recipients r SET name = %(gone)s, phone = '', address = '', note = NULL "  # noqa: S608
                       "WHERE r.buyer <> %(subject)s AND " + MINE + " AND NOT " + NEEDED)
COUNT_RECIPIENTS = "SELECT count(*) FROM recipients r WHERE " + MINE  # noqa: S608

KEPT = (
    Kept("recipients", ("name", "phone", "address", "note"), "收货信息：订单尚未发货或退款时",
         "履行合同所必需（《个人信息保护法》第十三条第二项）", "发货、取消或退款后即删除"),
    Kept("merchants", ("name",), "经营主体登记名称（个体工商户、家庭农场名称可能含经营者姓名）的副本",
         "《电子商务法》第三十一条；帮扶产品认定公示", "交易完成之日起三年"),
    Kept("offers", ("name", "merchant_name"), "产品与经营主体登记名称的副本", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("outbox", ("payload",), "已发布的事件：只含编号与登记名称", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("institutions", ("name",), "采购单位登记名称", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("outlets", ("name",), "网点登记名称", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("campaigns", ("title", "organiser"), "团购名称与组织单位", "《电子商务法》第三十一条；工会经费审查", "交易完成之日起三年"),
    Kept("live_sessions", ("title",), "直播场次名称", "《网络直播营销管理办法（试行）》第十五条", "直播结束之日起三年"),
    Kept("outside_sessions", ("title", "paper"), "外部直播场次名称与凭证编号", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("audit", ("before", "after", "reason"), "操作审计：只含编号；理由为操作人所写，其中的号码已隐去",
         "《网络安全法》第二十一条第三项；《电子商务法》第三十一条", "不少于三年，链式存证不得改动"),
    Kept("call_offs", ("reason",), "要货单的驳回、取消理由", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("slips", ("reason",), "小票冲销理由", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("sheets", ("reason", "paper"), "报表冲销理由与凭证编号", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("fair_orders", ("reason", "paper"), "展会订单冲销理由与凭证编号", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("external_reports", ("reason", "paper"), "外部销售月报的退回理由与凭证编号", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("sale_lines", ("paper",), "销售明细的凭证编号", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("delivery_lines", ("reject_reason",), "拒收理由", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("imports", ("filename", "object_key", "errors", "preview"), "历史数据导入文件的名称、对象键、预览与错误",
         "《会计档案管理办法》", "会计档案保管期限"),
)
"""Orders, payments, refunds, ledger and contracts are kept too (E-Commerce Law art. 31); they hold ids, nobody's name or number."""


def find(conn: Conn, person: Person) -> dict[str, list[Row]]:
    params = {"subject": person.subject, "phones": list(person.phones), "account": person.account_id}
    return {
        "recipients": rows(conn, FIND_RECIPIENTS, params),
        "carts": rows(conn, "SELECT product_id, merchant_id, quantity, changed_at FROM carts WHERE buyer = %(subject)s", params),
        "orders": rows(conn, "SELECT order_id, order_no, merchant_id, checkout_id, payment_id, recipient_id, consumption_county, state, "
                       "amount_fen, refunded_fen, placed_at, paid_at, shipped_at, cancelled_at, reason FROM orders "
                       "WHERE buyer = %(subject)s ORDER BY placed_at DESC", params),
        "order_lines": rows(conn, "SELECT l.order_id, l.line_no, l.product_id, l.quantity, l.unit, l.price_fen, l.amount_fen, "
                            "l.session_id FROM order_lines l JOIN orders o USING (merchant_id, order_id) WHERE o.buyer = %(subject)s "
                            "ORDER BY l.order_id DESC, l.line_no", params),
        "payments": rows(conn, "SELECT payment_id, purpose, state, amount_fen, captured_fen, refunded_fen, placed_at, settled_at "
                         "FROM payments WHERE buyer = %(subject)s ORDER BY placed_at DESC", params),
        "refunds": rows(conn, "SELECT refund_id, order_id, amount_fen, state, reason, created_at, made_at FROM refunds "
                        "WHERE buyer = %(subject)s ORDER BY created_at DESC", params),
        "campaign_members": rows(conn, "SELECT campaign_id, joined_at, union_fen, member_fen, state FROM campaign_members "
                                 "WHERE account_id = %(subject)s", params),
        "campaign_choices": rows(conn, "SELECT campaign_id, product_id, quantity, amount_fen FROM campaign_choices "
                                 "WHERE campaign_id IN (SELECT campaign_id FROM campaign_members WHERE account_id = %(subject)s) "
                                 "AND account_id = %(subject)s", params),
        "institution_members": rows(conn, "SELECT institution_id, role, granted_at FROM institution_members "
                                    "WHERE account_id = %(account)s", params),
    }


def erase(conn: Conn, person: Person) -> Erased:
    erased = Erased()
    params = {"subject": person.subject, "phones": list(person.phones)}
    erased.add("carts", close_account(conn, person.subject))
    erased.add("recipients", conn.execute(DELETE_RECIPIENTS, params).rowcount)
    erased.add("recipients", conn.execute(SEPARATE_RECIPIENTS, {**params, "gone": GONE}).rowcount)
    erased.wait("recipients", value(conn, COUNT_RECIPIENTS, params))
    for table, id_column in (("orders", "order_id"), ("refunds", "refund_id")):
        erased.add(table, _scrub_reasons(conn, person, table, id_column))
    for row in every(conn, "SELECT institution_id, role FROM institution_members WHERE account_id = %s", [person.account_id]):
        end_membership(conn, row["institution_id"], person.account_id, row["role"])
        erased.add("institution_members", 1)
    return erased


def _scrub_reasons(conn: Conn, person: Person, table: str, id_column: str) -> int:
    """In the reasons of the person's own orders and refunds."""
    found = every(conn, f"SELECT {id_column} AS id, reason FROM {table} WHERE buyer = %s AND reason IS NOT NULL",  # noqa: S608 – own names
                  [person.subject])
    changed = [(scrub(row["reason"], person.words), person.subject, row["id"]) for row in found
               if scrub(row["reason"], person.words) != row["reason"]]
    with conn.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET reason = %s WHERE buyer = %s AND {id_column} = %s", changed)  # noqa: S608 – own names
    return len(changed)
