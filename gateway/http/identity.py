"""Who asks: a bearer token (a session's or an API key), or a cookie together with our header, or a guest's signed token, or nobody."""

from __future__ import annotations

from uuid import UUID

from flask import has_request_context, request

from gateway.accounts import api_keys, roles, sessions, store, totp
from gateway.accounts.asking import Asking
from gateway.accounts.domain import SessionEnded
from gateway.accounts.sessions import Tokens
from gateway.context import Edge, RequestContext
from gateway.http import origin
from services.kit import signing
from services.kit.errors import LinkExpired
from services.kit.ids import new_id
from services.kit.principal import ANONYMOUS, Grant, Principal, Role
from services.kit.telemetry import language, language_of, speak

SESSION_COOKIE, REFRESH_COOKIE, GUEST_HEADER, CLIENT_HEADER = "bangfu_session", "bangfu_refresh", "X-Bangfu-Guest", "X-Bangfu-Client"
DEVICE_COOKIE, DEVICE_HEADER, OIDC_COOKIE = "bangfu_device", "X-Bangfu-Device", "bangfu_oidc"
GUEST_PURPOSE, GUEST_SECONDS = "guest", 30 * 86400


def identify(edge: Edge) -> RequestContext:
    """Raises SessionEnded when a token is given that is forged, old or revoked; ForeignOrigin where cookies may count."""
    if CLIENT_HEADER in request.headers:
        origin.ensure_own(edge.settings.public_url)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not token and CLIENT_HEADER in request.headers:
        token = request.cookies.get(SESSION_COOKIE, "")
    guest = request.headers.get(GUEST_HEADER, "")
    context = RequestContext(
        edge,
        ANONYMOUS,
        device=request.headers.get("User-Agent", "")[:200],
        idempotency_key=request.headers.get("Idempotency-Key"),
    )
    if api_keys.is_key(token) and "Authorization" in request.headers:
        holder = api_keys.holder_of(edge.db, token)
        context.api_key_id, context.api_key_scopes, context.principal = holder.key_id, holder.scopes, holder.principal
    elif token:
        context.session_id, context.principal = _signed_in(edge, token)
    elif guest:
        context.principal = read_guest(edge, guest)
    context.language = language()
    return context


def _signed_in(edge: Edge, token: str) -> tuple[UUID, Principal]:
    try:
        session_id = sessions.session_of(edge.settings.session_secret, token)
    except LinkExpired as error:
        raise SessionEnded() from error
    return session_id, principal_of(edge, session_id)


def session_by_cookie(edge: Edge) -> Principal:
    """Who a browser's session is, for a page that changes nothing and holds nothing of his: the header is not asked for.
    Raises SessionEnded."""
    token = request.cookies.get(SESSION_COOKIE, "")
    return _signed_in(edge, token)[1] if token else ANONYMOUS


def principal_of(edge: Edge, session_id: UUID) -> Principal:
    """Roles as of now, read each time: remembering them for a second refused people in one of two processes what the other had
    just shown them as granted. Raises SessionEnded."""
    with edge.db.reading() as conn:
        row = store.live_session(conn, session_id)
    if row is None:
        raise SessionEnded()
    if has_request_context() and language_of(request.headers.get("Accept-Language", "")) is None:
        speak(row["language"])
    grants = tuple(Grant(Role(r), s) for r, s in row["grants"])
    if edge.settings.totp_is_required and not row["second_factor"] and totp.is_required_for(g.role for g in grants):
        return Principal(str(row["account_id"]), (Grant(Role.SHOPPER, str(row["account_id"])),), {"limited": totp.LIMITED})
    return roles.principal_for(row["account_id"], grants, roles.acting_of(row))


def cookies_of(tokens: Tokens) -> dict[str, str]:
    return {SESSION_COOKIE: tokens.access, REFRESH_COOKIE: tokens.refresh, DEVICE_COOKIE: tokens.device}


def asking(*, cookies: bool = False) -> Asking:
    """From where the request at hand comes. The device's token is taken from a cookie only together with our header, or where a browser
    is led to (``cookies``)."""
    token = request.headers.get(DEVICE_HEADER, "")
    if not token and (cookies or CLIENT_HEADER in request.headers):
        token = request.cookies.get(DEVICE_COOKIE, "")
    return Asking(request.headers.get("User-Agent", "")[:200], request.remote_addr or "", token, language())


def new_guest(edge: Edge) -> str:
    return signing.sign(edge.settings.session_secret, GUEST_PURPOSE, {"g": str(new_id())}, GUEST_SECONDS)


def read_guest(edge: Edge, token: str) -> Principal:
    try:
        return Principal("guest:" + signing.read(edge.settings.session_secret, GUEST_PURPOSE, token)["g"])
    except LinkExpired as error:
        raise SessionEnded() from error
