"""What the protocol itself refuses, before or instead of an execution. Each has its own code and HTTP status.

``status`` is what `application/graphql-response+json` gets. `application/json` gets 200 where the request was ``well_formed``
(GraphQL over HTTP, "Status codes"): old clients take every other status for a broken line.
"""

from __future__ import annotations

from typing import ClassVar

from services.kit.errors import DomainError, Kind


class BadRequest(DomainError):
    code, kind = "BAD_REQUEST", Kind.INVALID
    zh, en = "请求格式不正确：{why}", "{why}"
    status: ClassVar[int] = 400
    well_formed: ClassVar[bool] = False


class MethodNotAllowed(BadRequest):
    code = "METHOD_NOT_ALLOWED"
    zh, en = "GET 只能用于查询，修改请用 POST", "GET is for queries; mutations go by POST"
    status = 405


class NotAcceptable(BadRequest):
    code = "NOT_ACCEPTABLE"
    zh = "只提供 application/graphql-response+json 和 application/json（utf-8）"
    en = "Answers are application/graphql-response+json or application/json, in utf-8"
    status = 406


class BodyTooLarge(BadRequest):
    code, kind = "BODY_TOO_LARGE", Kind.TOO_LARGE
    zh, en = "请求超过 {limit} 字节", "The request is above {limit} bytes"
    status = 413


class UnsupportedMediaType(BadRequest):
    code = "UNSUPPORTED_MEDIA_TYPE"
    zh, en = "请以 application/json（utf-8）发送", "Send application/json in utf-8"
    status = 415


class MultipartOff(UnsupportedMediaType):
    code = "MULTIPART_OFF"
    zh = "不接受 multipart 上传：用 createUpload 取得链接后 PUT 文件"
    en = "Files do not go by multipart: ask createUpload for a link and PUT the file there"


class BatchingOff(BadRequest):
    code = "BATCHING_OFF"
    zh, en = "一次只能发送一个操作", "Send one operation, not a batch"


class BatchTooLarge(BadRequest):
    code, kind = "BATCH_TOO_LARGE", Kind.TOO_LARGE
    zh, en = "一批 1 到 {limit} 个操作，收到 {found} 个", "A batch holds 1 to {limit} operations, got {found}"


class NoSuchOperation(BadRequest):
    code = "NO_SUCH_OPERATION"
    zh, en = "请指明文档中的一个操作", "Name one operation of the document"
    well_formed = True


class SubscriptionsGoBySocket(BadRequest):
    code = "SUBSCRIPTIONS_GO_BY_SOCKET"
    zh, en = "订阅请用 WebSocket（graphql-transport-ws）", "Subscriptions go over the web socket (graphql-transport-ws)"
    well_formed = True


class PersistedQueryNotFound(BadRequest):
    """Its message is the protocol's, in every language: clients look for these very letters, or the code, and send the whole text again."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    zh, en = "{word}", "{word}"
    well_formed = True

    def __init__(self) -> None:
        super().__init__(word="PersistedQueryNotFound")


class PersistedQueryMismatch(BadRequest):
    code = "PERSISTED_QUERY_MISMATCH"
    zh, en = "sha256Hash 与文档不符", "sha256Hash is not the hash of the query"


class DocumentNotTrusted(BadRequest):
    code, kind = "DOCUMENT_NOT_TRUSTED", Kind.FORBIDDEN
    zh, en = "没有 API 密钥时只能使用本站登记的文档", "Without an API key only registered documents are answered"
    status = 403
    well_formed = True


class IntrospectionOff(BadRequest):
    code, kind = "INTROSPECTION_OFF", Kind.FORBIDDEN
    zh, en = "架构查询未开放；架构见 docs/api/schema.graphql", "Introspection is off; the schema stands in docs/api/schema.graphql"
    status = 403
    well_formed = True
