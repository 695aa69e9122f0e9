"""What reporting knows of a person: account ids of who asked for reports; no name, number or address stands here."""

from __future__ import annotations

from services.kit.db import Conn, Row
from services.kit.persons import Erased, Kept, Person, rows

LEDGER, YEARS = "《电子商务法》第三十一条", "交易完成之日起三年"
ARCHIVES = "《档案法》《政府信息公开条例》"
KEPT = (
    Kept("merchants", ("name",), "经营主体登记名称（可能含经营者姓名）的副本", LEDGER, YEARS),
    Kept("products", ("name",), "产品名称的副本", LEDGER, YEARS),
    Kept("institutions", ("name",), "采购单位登记名称的副本", LEDGER, YEARS),
    Kept("outlets", ("name",), "网点登记名称的副本", LEDGER, YEARS),
    Kept("sessions", ("title", "paper"), "直播场次名称与凭证编号的副本", LEDGER, YEARS),
    Kept("campaigns", ("title",), "团购名称的副本", LEDGER, YEARS),
    Kept("sales_facts", ("paper",), "销售明细的凭证编号", "《会计档案管理办法》", "会计档案保管期限"),
    Kept("activities", ("title",), "专项活动名称", ARCHIVES, "政务档案保管期限"),
    Kept("publicity", ("title", "medium"), "宣传报道标题与媒体", ARCHIVES, "政务档案保管期限"),
    Kept("departments", ("name", "duty"), "成员单位名称与职责", ARCHIVES, "政务档案保管期限"),
    Kept("outbox", ("payload",), "已发布的事件：只含编号", LEDGER, YEARS),
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
        "历史数据导入文件的名称、对象键、预览与错误",
        ARCHIVES,
        "政务档案保管期限",
    ),
)


def find(conn: Conn, person: Person) -> dict[str, list[Row]]:
    return {
        "reports": rows(
            conn,
            "SELECT report_id, state, period_from, period_until, county_code, created_at FROM reports WHERE created_by = %s "
            "ORDER BY created_at DESC",
            [person.subject],
        ),
    }


def erase(conn: Conn, person: Person) -> Erased:
    """Nothing to erase: a report belongs to the office that asked for it, and names the account's id only."""
    return Erased()
