from __future__ import annotations

from typing import Any

from gateway.schema.inputs import amount, instant, number, quantity, ref, refs, rows, text
from gateway.schema.intentions import intention, send
from gateway.schema.livestream.types import Attendance, Attribution, LiveSession, OutsideSession, Streamer

_SESSION = {"id": ref("LiveSession", key="session_id")}
_STREAMER = {"id": ref("Streamer", key="streamer_id")}
_OUTSIDE = {"id": ref("OutsideSession", key="session_id")}
_LINE = {
    "product_id": ref("Product", key="product_id"),
    "quantity": quantity(),
    "unit": text(),
    "gross": amount("gross_fen"),
    "refunds": amount("refund_fen", required=False),
}
_REPORTED = {
    "title": text(),
    "platform": text(),
    "host": text(),
    "started_at": instant(),
    "ended_at": instant(),
    "participants": number(),
    "peak": number(required=False),
    "paid": amount("paid_fen"),
    "refunds": amount("refund_fen"),
    "evidence": text(),
}
_RECORDER = {
    "county_code": text(required=False),
    "merchant_id": ref("Merchant", key="merchant_id", required=False),
    "streamer_id": ref("Streamer", key="streamer_id", required=False),
}


def _session(name: str, verb: str, words: str, **more: Any) -> Any:
    return intention(
        name, words, {**_SESSION, **more}, ("session", LiveSession), send("livestream", f"/sessions/{{}}/{verb}", "session_id")
    )


_PRODUCT = ref("Product", key="product_id")
MUTATIONS = {
    "apply_streamer": intention(
        "applyStreamer",
        "Apply to sell live; the county approves",
        {"handle": text(), "county_code": text()},
        ("streamer", Streamer),
        send("livestream", "/streamers/apply"),
    ),
    "approve_streamer": intention(
        "approveStreamer", "By the county", _STREAMER, ("streamer", Streamer), send("livestream", "/streamers/{}/approve", "streamer_id")
    ),
    "reject_streamer": intention(
        "rejectStreamer",
        "By the county",
        {**_STREAMER, "reason": text()},
        ("streamer", Streamer),
        send("livestream", "/streamers/{}/reject", "streamer_id"),
    ),
    "schedule_session": intention(
        "scheduleSession",
        "Announce a session",
        {
            "title": text(),
            "starts_at": instant("Left out: now", required=False),
            "product_ids": refs("Product", key="product_ids", required=False),
            "stream_url": text("https only", required=False),
            "streamer_id": ref("Streamer", key="streamer_id", required=False),
        },
        ("session", LiveSession),
        send("livestream", "/sessions"),
    ),
    "add_controller": _session(
        "addController", "controllers", "A second person who may link and pin", account_id=ref("Account", key="account_id")
    ),
    "link_products": _session(
        "linkProducts", "link", "Put certified products into the room", product_ids=refs("Product", key="product_ids")
    ),
    "unlink_product": _session("unlinkProduct", "unlink", "Take a product out of the room", product_id=_PRODUCT),
    "start_session": _session("startSession", "start", "Go live"),
    "pin_product": _session("pinProduct", "pin", "Show one product on top", product_id=_PRODUCT),
    "unpin_product": _session("unpinProduct", "unpin", "Show none on top"),
    "end_session_broadcast": _session("endSessionBroadcast", "end", "End the session"),
    "join_session": intention(
        "joinSession",
        "Enter a room; counted once a session",
        _SESSION,
        ("attendance", Attendance),
        send("livestream", "/sessions/{}/join", "session_id"),
    ),
    "heartbeat": intention(
        "heartbeat", "Still here", _SESSION, ("attendance", Attendance), send("livestream", "/sessions/{}/heartbeat", "session_id")
    ),
    "attribute_purchase": intention(
        "attributePurchase",
        "A signed token that makes the purchase the session's",
        {**_SESSION, "product_id": _PRODUCT},
        ("attribution", Attribution),
        send("livestream", "/sessions/{}/attribution", "session_id"),
    ),
    "submit_outside_session": intention(
        "submitOutsideSession",
        "A session on another platform, with evidence",
        {**_REPORTED, **_RECORDER, "lines": rows("OutsideLineInput", _LINE)},
        ("session", OutsideSession),
        send("livestream", "/outside-sessions"),
        keyed=True,
    ),
    "resubmit_outside_session": intention(
        "resubmitOutsideSession",
        "After a return",
        {**_OUTSIDE, **_REPORTED, "lines": rows("OutsideLineAgainInput", _LINE)},
        ("session", OutsideSession),
        send("livestream", "/outside-sessions/{}/resubmit", "session_id"),
        keyed=True,
    ),
    "confirm_outside_session": intention(
        "confirmOutsideSession",
        "By the county: its lines become sales",
        _OUTSIDE,
        ("session", OutsideSession),
        send("livestream", "/outside-sessions/{}/confirm", "session_id"),
    ),
    "return_outside_session": intention(
        "returnOutsideSession",
        "Back with a reason",
        {**_OUTSIDE, "reason": text()},
        ("session", OutsideSession),
        send("livestream", "/outside-sessions/{}/return", "session_id"),
    ),
}
