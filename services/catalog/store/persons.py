"""What catalog knows of a person: `contacts` holds name and number of whom an officer calls; everything else knows accounts' ids."""

from __future__ import annotations

from services.catalog.usecases.merchants.remove_member import end_membership
from services.kit.db import Conn, Row, every
from services.kit.persons import Erased, Kept, Person, rows

# By verified number; or by the person's own name in a merchant whose member he is.
MINE = (
    "(right(translate(c.phone, '+- ', ''), 11) = ANY(%(phones)s::text[]) OR (c.name = ANY(%(names)s::text[]) AND EXISTS "
    "(SELECT 1 FROM members m WHERE m.merchant_id = c.merchant_id AND m.account_id = %(account)s)))"
)
FIND_CONTACTS = "SELECT c.merchant_id, c.name, c.phone, c.updated_at FROM contacts c WHERE " + MINE  # noqa: S608 – constants
DELETE_CONTACTS = "DELETE FROM contacts c WHERE " + MINE  # noqa: S608
REGISTER = "《电子商务法》第三十一条；帮扶产品认定公示"
THREE_YEARS = "交易完成之日起三年，且不早于认定结束"

KEPT = (
    Kept("merchants", ("name",), "经营主体登记名称（个体工商户、家庭农场名称可能含经营者姓名）", REGISTER, THREE_YEARS),
    Kept("listing", ("name", "merchant_name"), "产品目录中的登记名称", REGISTER, THREE_YEARS),
    Kept("search_index", ("document", "segments"), "产品目录的检索词", REGISTER, THREE_YEARS),
    Kept("search_words", ("word", "pinyin", "initials"), "产品目录的检索词", REGISTER, THREE_YEARS),
    Kept("products", ("name", "description"), "产品名称与说明", REGISTER, THREE_YEARS),
    Kept("outbox", ("payload",), "已发布的事件：只含编号与登记名称", REGISTER, THREE_YEARS),
    Kept("application_steps", ("reason",), "审核意见", "《行政许可法》案卷；帮扶产品认定公示", THREE_YEARS),
    Kept("withdrawals", ("reason", "lift_reason"), "暂停、撤销、召回及恢复的理由", REGISTER, THREE_YEARS),
    Kept("mechanisms", ("evidence", "end_reason"), "联农带农机制的凭证名称", REGISTER, THREE_YEARS),
    Kept("labels", ("end_reason",), "质量标志终止理由", REGISTER, THREE_YEARS),
    Kept(
        "audit",
        ("before", "after", "reason"),
        "操作审计：只含编号；理由为操作人所写，其中的号码已隐去",
        "《网络安全法》第二十一条第三项；《电子商务法》第三十一条",
        "不少于三年，链式存证不得改动",
    ),
    Kept(
        "imports",
        ("filename", "object_key", "errors", "preview"),
        "历史数据导入文件的名称、对象键、预览与错误（登记名称；个人信息列不存）",
        REGISTER,
        THREE_YEARS,
    ),
)


def find(conn: Conn, person: Person) -> dict[str, list[Row]]:
    params = {"account": person.account_id, "phones": list(person.phones), "names": list(person.names), "subject": person.subject}
    return {
        "contacts": rows(conn, FIND_CONTACTS, params),
        "members": rows(conn, "SELECT merchant_id, granted_at FROM members WHERE account_id = %(account)s", params),
        "merchants": rows(
            conn,
            "SELECT merchant_id, name, credit_code, kind, county_code, township, state, created_at FROM merchants "
            "WHERE merchant_id IN (SELECT merchant_id FROM members WHERE account_id = %(account)s)",
            params,
        ),
        "applications": rows(
            conn,
            "SELECT application_id, merchant_id, subject, subject_id, state, submitted_at FROM applications "
            "WHERE applied_by = %(account)s AND merchant_id IN (SELECT merchant_id FROM members WHERE account_id = %(account)s)",
            params,
        ),
    }


def erase(conn: Conn, person: Person) -> Erased:
    erased = Erased()
    params = {"account": person.account_id, "phones": list(person.phones), "names": list(person.names)}
    erased.add("contacts", conn.execute(DELETE_CONTACTS, params).rowcount)
    for row in every(conn, "SELECT merchant_id FROM members WHERE account_id = %s", [person.account_id]):
        end_membership(conn, row["merchant_id"], person.account_id)
        erased.add("members", 1)
    return erased
