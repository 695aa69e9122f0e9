"""What is refused for its size: each limit has a stable code of its own. 400 where the document is at fault, 429 where the pace is."""

from __future__ import annotations

from gateway.http.refusals import BadRequest
from services.kit.errors import Kind


class LimitPassed(BadRequest):
    """Each limit has a class and a code of its own."""

    kind = Kind.TOO_LARGE
    well_formed = True


class DocumentTooLarge(LimitPassed):
    code = "DOCUMENT_TOO_LARGE"
    zh, en = "查询文本最多 {limit} 个字符，收到 {found}", "A document has at most {limit} characters, got {found}"


class TooManyTokens(LimitPassed):
    code = "TOO_MANY_TOKENS"
    zh, en = "查询文本最多 {limit} 个词", "A document has at most {limit} tokens"


class QueryTooDeep(LimitPassed):
    code = "QUERY_TOO_DEEP"
    zh, en = "查询最多嵌套 {limit} 层，收到 {found}", "A query is at most {limit} levels deep, got {found}"


class TooManyAliases(LimitPassed):
    code = "TOO_MANY_ALIASES"
    zh, en = "最多 {limit} 个别名，收到 {found}", "At most {limit} aliases, got {found}"


class TooManyDirectives(LimitPassed):
    code = "TOO_MANY_DIRECTIVES"
    zh, en = "最多 {limit} 个指令，收到 {found}", "At most {limit} directives, got {found}"


class TooManyRootFields(LimitPassed):
    code = "TOO_MANY_ROOT_FIELDS"
    zh, en = "一次最多查询 {limit} 项，收到 {found}", "At most {limit} root fields in an operation, got {found}"


class OneMutation(LimitPassed):
    code = "ONE_MUTATION"
    zh, en = "一次只能执行一个修改，收到 {found}", "One mutation a request, got {found}"


class TooManyRepeats(LimitPassed):
    code = "TOO_MANY_REPEATS"
    zh, en = "同一字段最多重复 {limit} 次", "At most {limit} fields of a document may be asked for again in the same selection"


class TooManyFragments(LimitPassed):
    code = "TOO_MANY_FRAGMENTS"
    zh, en = "最多引用 {limit} 次片段，收到 {found}", "At most {limit} fragment spreads in a document, got {found}"


class FragmentCycle(LimitPassed):
    code = "FRAGMENT_CYCLE"
    zh, en = "片段互相引用", "Fragments refer to each other"


class PageTooLarge(LimitPassed):
    code = "PAGE_TOO_LARGE"
    zh, en = "每页 1 到 {limit} 条，收到 {found}", "A page has 1 to {limit} rows, got {found}"


class QueryTooCostly(LimitPassed):
    code = "QUERY_TOO_COSTLY"
    zh, en = "查询开销 {found} 超出额度 {limit}", "The query costs {found}; the allowance is {limit}"


class TooFast(LimitPassed):
    """``headers``: when to try again."""

    status = 429
    well_formed = False
    headers: dict[str, str] = {}  # noqa: RUF012 – replaced, never changed


class TooManyConcurrent(TooFast):
    code = "TOO_MANY_CONCURRENT"
    zh, en = "同时进行的请求过多，请稍候再试", "Too many requests of this client are being worked on; try again when one is done"


class RateLimited(TooFast):
    code = "RATE_LIMITED"
    zh, en = "请求过于频繁，请 {seconds} 秒后再试", "Too many requests; try again in {seconds} seconds"


class TooManySubscriptions(LimitPassed):
    code = "TOO_MANY_SUBSCRIPTIONS"
    zh, en = "一个连接最多 {limit} 个订阅", "At most {limit} subscriptions on a connection"


class TooManyConnections(LimitPassed):
    code = "TOO_MANY_CONNECTIONS"
    zh, en = "最多 {limit} 个连接", "At most {limit} connections of a client"


class MessageTooLarge(LimitPassed):
    code = "MESSAGE_TOO_LARGE"
    zh, en = "一条消息最多 {limit} 字节", "A message has at most {limit} bytes"


def refuse(kind: type[LimitPassed], limit: int, found: int, field: str | None = None) -> LimitPassed:
    return kind(field, limit=limit, found=found)
