"""What livestream knows of a person: `handles` holds what a host is called on screen; who watched is known by account id."""

from __future__ import annotations

from services.kit.db import Conn, Row
from services.kit.persons import GONE, Erased, Kept, Person, rows

# One's own as a streamer; and the host of a session held elsewhere that one recorded, or one's merchant or streamer did, under one's name.
MINE = (
    "(h.owner_id IN (SELECT streamer_id FROM streamers WHERE account_id = %(account)s) OR h.owner_id IN (SELECT session_id FROM "
    "outside_sessions o WHERE (o.recorded_by = %(subject)s OR o.recorder_scope = ANY(%(scopes)s::text[])) "
    "AND (h.handle = ANY(%(names)s::text[]) OR h.handle IN (SELECT s.handle FROM handles s JOIN streamers t ON t.streamer_id = s.owner_id "
    "WHERE t.account_id = %(account)s))))"
)
FIND_HANDLES = "SELECT h.owner_id, h.owner_kind, h.handle FROM handles h WHERE " + MINE  # noqa: S608 – constants
REPLACE_HANDLES = "UPDATE handles h SET handle = %(gone)s WHERE h.handle <> %(gone)s AND " + MINE  # noqa: S608
LIVE = "《网络直播营销管理办法（试行）》第十五条"
KEPT = (
    Kept("live_sessions", ("title",), "直播场次名称", LIVE, "直播结束之日起三年"),
    Kept("outside_sessions", ("title", "evidence", "return_reason"), "外部直播场次名称、凭证编号与退回理由", LIVE, "直播结束之日起三年"),
    Kept("streamers", ("reason",), "主播申请的驳回理由", LIVE, "作出决定之日起三年"),
    Kept("merchants", ("name",), "经营主体登记名称（可能含经营者姓名）的副本", "《电子商务法》第三十一条；帮扶产品认定公示",
         "交易完成之日起三年"),
    Kept("products", ("name",), "产品名称的副本", "《电子商务法》第三十一条", "交易完成之日起三年"),
    Kept("outbox", ("payload",), "已发布的事件：只含编号与场次名称", LIVE, "直播结束之日起三年"),
    Kept("audit", ("before", "after", "reason"), "操作审计：只含编号；理由为操作人所写，其中的号码已隐去",
         "《网络安全法》第二十一条第三项；《电子商务法》第三十一条", "不少于三年，链式存证不得改动"),
    Kept("imports", ("filename", "object_key"), "历史数据导入文件的名称与对象键", LIVE, "直播结束之日起三年"),
)


def find(conn: Conn, person: Person) -> dict[str, list[Row]]:
    params = {"account": person.account_id, "subject": person.subject, "names": list(person.names), "scopes": list(person.scopes)}
    return {
        "streamers": rows(conn, "SELECT streamer_id, county_code, state, reason, applied_at, decided_at FROM streamers "
                          "WHERE account_id = %(account)s", params),
        "handles": rows(conn, FIND_HANDLES, params),
        "live_sessions": rows(conn, "SELECT session_id, session_no, title, state, starts_at, started_at, ended_at FROM live_sessions "
                              "WHERE streamer_id IN (SELECT streamer_id FROM streamers WHERE account_id = %(account)s)", params),
        "session_controllers": rows(conn, "SELECT session_id, named_at FROM session_controllers WHERE account_id = %(account)s", params),
        "session_viewers": rows(conn, "SELECT session_id, joined_at, seen_at FROM session_viewers WHERE viewer = %(subject)s", params),
    }


def erase(conn: Conn, person: Person) -> Erased:
    """A viewer still counts once in his sessions, under a name that leads to nobody."""
    erased = Erased()
    params = {"account": person.account_id, "subject": person.subject, "names": list(person.names), "scopes": list(person.scopes),
              "gone": GONE}
    erased.add("handles", conn.execute(REPLACE_HANDLES, params).rowcount)
    erased.add("session_viewers", conn.execute(
        "UPDATE session_viewers SET viewer = 'gone:' || gen_random_uuid() WHERE viewer = %(subject)s", params).rowcount)
    erased.add("session_controllers", conn.execute(
        "DELETE FROM session_controllers WHERE account_id = %(account)s", params).rowcount)
    return erased
