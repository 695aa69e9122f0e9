"""What is sent, how it is signed, when it is tried again, when an endpoint is paused, and that a killed sender loses nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.schema.fields import from_global_id
from gateway.webhooks import store
from gateway.webhooks.deliver import CLEAN, deliver_forever
from gateway.webhooks.domain import DELAYS, FAILURES_TO_PAUSE, TRIES, next_try, pause_reason, rest
from services.kit import json
from services.kit.db import value
from services.kit.ids import new_id
from services.kit.jobs import Job
from services.kit.outbound import Answer, Undeliverable
from services.kit.principal import Role
from services.kit.service import Context
from tests.gateway.conftest import Caller
from tests.gateway.webhooks.conftest import Desk, Receiver, act, gid, register
from tests.gateway.webhooks.samples import sale, statement, withdrawal
from tests.journeys.client import wait_for


@pytest.fixture
def bureau(desk: Desk) -> Caller:
    return desk.member(Role.BUREAU)


def own_signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """As a partner computes it by the text of Standard Webhooks."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_a_notice_is_signed_as_standard_webhooks_says(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    secret = register(bureau, receiver.url)["registered"]["secret"]
    merchant_id = new_id()
    desk.apply(sale(merchant_id))
    assert desk.turn() == 1
    (got,) = receiver.had
    assert got.path == "/hooks?tenant=7" and got.headers["host"] == receiver.url.split("/")[2]
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-signature"] == own_signature(secret, got.headers, got.body)
    told = json.loads(got.body)
    assert (told["type"], told["data"]["merchantId"]) == ("order.paid", gid("Merchant", merchant_id))
    assert desk.deliveries()[0]["state"] == "delivered"
    assert got.headers["webhook-id"] == f"msg_{desk.deliveries()[0]['delivery_id'].hex}"


def test_an_altered_body_or_another_secret_does_not_verify(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    secret = register(bureau, receiver.url)["registered"]["secret"]
    other = register(bureau, receiver.url, ["STATEMENT_READY"])["registered"]["secret"]
    desk.apply(withdrawal(new_id()))
    desk.turn()
    (got,) = receiver.had
    assert got.headers["webhook-signature"] not in (
        own_signature(other, got.headers, got.body),
        own_signature(secret, got.headers, got.body + b" "),
        own_signature(secret, got.headers | {"webhook-timestamp": "0"}, got.body),
    )


def test_after_a_rotation_both_secrets_verify_for_a_day(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    made = register(bureau, receiver.url)["registered"]
    fresh = act(bureau, "rotateWebhookSecret", "registered { secret }", id=made["endpoint"]["id"])["registered"]["secret"]
    desk.apply(statement())
    desk.turn()
    both = receiver.had[0].headers["webhook-signature"].split(" ")
    assert both == [own_signature(s, receiver.had[0].headers, receiver.had[0].body) for s in (fresh, made["secret"])]
    with desk.edge.db.transaction() as conn:
        conn.execute("UPDATE webhook_endpoints SET previous_until = bangfu_now() - interval '1 s'")
    desk.apply(statement())
    desk.turn()
    assert receiver.had[1].headers["webhook-signature"] == own_signature(fresh, receiver.had[1].headers, receiver.had[1].body)


def test_eight_tries_within_a_day_under_one_id_then_given_up(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url)["registered"]["endpoint"]["id"]
    receiver.status = 503
    desk.apply(statement())
    for attempt in range(1, TRIES + 1):
        assert desk.turn() == 0
        (row,) = desk.deliveries()
        assert (row["attempts"], row["last_status"], row["last_error"]) == (attempt, 503, "refused")
        assert desk.turn() == 0, "not before its time"
        desk.due_again()
    assert row["state"] == "failed" and row["finished_at"] is not None
    assert len(receiver.had) == TRIES and len(set(receiver.ids)) == 1
    assert timedelta(hours=20) < sum(DELAYS, timedelta()) < timedelta(hours=28)
    assert (desk.endpoint(endpoint_id)["state"], desk.endpoint(endpoint_id)["paused_reason"]) == ("paused", "failing")


def test_a_paused_endpoint_says_so_keeps_what_happens_and_gets_it_when_resumed(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url)["registered"]["endpoint"]["id"]
    act(bureau, "pauseWebhookEndpoint", "endpoint { state }", id=endpoint_id)
    desk.apply(statement())
    assert desk.turn() == 0 and receiver.had == []
    shown = bureau.data("{ webhookEndpoints { nodes { state pausedReason } } }")["webhookEndpoints"]["nodes"]
    assert shown == [{"state": "PAUSED", "pausedReason": "asked"}]
    act(bureau, "resumeWebhookEndpoint", "endpoint { state }", id=endpoint_id)
    assert desk.turn() == 1 and receiver.kinds == ["statement.ready"]


def test_twenty_failures_in_a_row_pause_an_endpoint_and_a_success_forgets_them(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url)["registered"]["endpoint"]["id"]
    receiver.status = 500
    for _ in range(5):
        desk.apply(statement())
    for _ in range(FAILURES_TO_PAUSE - 1):
        desk.turn()
        desk.due_again()
    assert (desk.endpoint(endpoint_id)["state"], desk.endpoint(endpoint_id)["failures"]) == ("active", FAILURES_TO_PAUSE - 1)
    desk.turn()
    assert (desk.endpoint(endpoint_id)["state"], desk.endpoint(endpoint_id)["paused_reason"]) == ("paused", "failing")
    receiver.status = 204
    act(bureau, "resumeWebhookEndpoint", "endpoint { state }", id=endpoint_id)
    assert desk.turn() == 5 and desk.endpoint(endpoint_id)["failures"] == 0


def test_gone_is_gone(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url)["registered"]["endpoint"]["id"]
    receiver.status = 410
    desk.apply(statement())
    desk.turn()
    assert desk.endpoint(endpoint_id)["paused_reason"] == "gone"


def test_a_failing_endpoint_rests_longer_each_time_whatever_is_due_to_it(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    register(bureau, receiver.url)
    receiver.status = 500
    for _ in range(3):
        desk.apply(statement())
    desk.turn()
    assert len(receiver.had) == 1, "one failure ends the turn"
    assert desk.turn() == 0 and len(receiver.had) == 1
    assert [rest(n).total_seconds() for n in (1, 2, 3, 8, 40)] == [5, 10, 20, 600, 600]
    assert next_try(TRIES) is None and next_try(1) == DELAYS[0]
    assert pause_reason(TRIES - 1, given_up=True, gone=False) is None, "one that works for others is not paused for one notice"


def test_what_was_given_up_is_listed_and_replayed_under_its_old_id(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url)["registered"]["endpoint"]["id"]
    for _ in range(2):
        desk.apply(statement())
    with desk.edge.db.transaction() as conn:
        conn.execute("UPDATE webhook_deliveries SET state = 'failed', attempts = 8, last_error = 'timeout', finished_at = bangfu_now()")
    query = """query($id: ID!) { webhookDeliveries(endpointId: $id, state: FAILED) {
        nodes { id messageId kind state attempts lastError nextAt data } } }"""
    listed = bureau.data(query, {"id": endpoint_id})["webhookDeliveries"]["nodes"]
    assert [(d["kind"], d["lastError"], d["nextAt"]) for d in listed] == [("STATEMENT_READY", "timeout", None)] * 2
    again = act(bureau, "replayWebhookDelivery", "delivery { id state attempts }", id=listed[0]["id"])["delivery"]
    assert again == {"id": listed[0]["id"], "state": "WAITING", "attempts": 0}
    assert desk.turn() == 1 and receiver.ids == [listed[0]["messageId"]]
    assert act(bureau, "replayFailedWebhooks", "count", id=endpoint_id)["count"] == 1
    assert desk.turn() == 1 and receiver.ids[1] == listed[1]["messageId"]
    act(bureau, "replayWebhookDelivery", "delivery { state }", id=listed[0]["id"])
    assert desk.turn() == 1 and receiver.ids[2] == listed[0]["messageId"], "also one that had arrived"


def test_a_ping_tries_the_receiver(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    endpoint_id = register(bureau, receiver.url, ["ORDER_PAID"])["registered"]["endpoint"]["id"]
    sent = act(bureau, "pingWebhookEndpoint", "delivery { kind state }", id=endpoint_id)["delivery"]
    assert sent == {"kind": None, "state": "WAITING"}
    assert desk.turn() == 1 and receiver.kinds == ["ping"]
    act(bureau, "pauseWebhookEndpoint", "endpoint { state }", id=endpoint_id)
    assert act(bureau, "pingWebhookEndpoint", "delivery { kind }", id=endpoint_id)["userErrors"][0]["code"] == "WRONG_STATE"


def test_a_redirect_is_not_followed_and_counts_as_a_failure(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    register(bureau, receiver.url)
    receiver.status, receiver.headers = 307, {"Location": receiver.url}
    desk.apply(statement())
    desk.turn()
    assert len(receiver.had) == 1 and desk.deliveries()[0]["last_error"] == "redirect"


def test_an_address_no_longer_allowed_is_not_called(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    register(bureau, receiver.url)
    desk.edge.settings = desk.edge.settings.model_copy(update={"webhook_allow": ""})
    desk.apply(statement())
    desk.turn()
    assert receiver.had == [] and desk.deliveries()[0]["last_error"] == "not_allowed"


def test_a_sender_killed_in_the_middle_loses_nothing_and_sends_the_same_id_again(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    """Killed after the receiver had it and before it was marked: at least once, under one id, when the lease has lapsed."""

    class Killed(BaseException):
        pass

    def post_and_die(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        desk.sender.post(url, body, headers)
        raise Killed

    register(bureau, receiver.url)
    desk.apply(statement())
    with desk.edge.db.transaction() as conn:
        (endpoint_id,) = store.claim(conn, 10)
        row = store.next_due(conn, endpoint_id)
    assert row is not None
    with pytest.raises(Killed):
        replace(desk.sender, post=post_and_die).send(row)
    assert desk.turn() == 0, "somebody has it, for all one knows"
    with desk.edge.db.transaction() as conn:
        conn.execute("UPDATE webhook_endpoints SET busy_until = bangfu_now()")
    assert desk.turn() == 1
    assert len(receiver.had) == 2 and len(set(receiver.ids)) == 1
    assert receiver.had[0].body == receiver.had[1].body


def test_an_endpoint_is_served_by_one_sender_at_a_time(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    register(bureau, receiver.url)
    desk.apply(statement())
    with desk.edge.db.transaction() as conn:
        assert len(store.claim(conn, 10)) == 1
    with desk.edge.db.transaction() as conn:
        assert store.claim(conn, 10) == []


def test_one_slow_receiver_holds_up_no_other(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    """The worker's own loop, with a receiver that does not answer and one whose address does not exist beside it."""
    slow, quick = (register(bureau, receiver.url, [kind])["registered"]["endpoint"]["id"] for kind in ("ORDER_PAID", "STATEMENT_READY"))
    receiver.hold.clear()
    desk.apply(sale(new_id()))
    stop = threading.Event()
    context: Any = Context(desk.edge.settings, desk.edge.db, desk.edge.objects, None)  # type: ignore[arg-type]
    loop = threading.Thread(target=deliver_forever, args=(context, stop), daemon=True)
    loop.start()
    try:
        assert receiver.came.wait(20)
        desk.apply(statement())
        wait_for(lambda: sorted(receiver.kinds) == ["order.paid", "statement.ready"], what="the second endpoint is served meanwhile")
        receiver.hold.set()
        wait_for(lambda: {row["state"] for row in desk.deliveries()} == {"delivered"}, what="both arrive")
    finally:
        receiver.hold.set()
        stop.set()
        loop.join(20)
    assert not loop.is_alive()
    assert {desk.endpoint(e)["failures"] for e in (slow, quick)} == {0}


def test_a_receiver_that_is_away_is_noted_by_reason(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    register(bureau, receiver.url)
    desk.apply(statement())

    def nobody(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        raise Undeliverable("timeout")

    with desk.edge.db.transaction() as conn:
        (endpoint_id,) = store.claim(conn, 1)
    assert replace(desk.sender, post=nobody).turn(endpoint_id) == 0
    (row,) = desk.deliveries()
    assert (row["last_error"], row["last_status"], row["state"], row["attempts"]) == ("timeout", None, "waiting", 1)


def test_what_is_a_month_old_or_of_a_removed_endpoint_is_deleted(desk: Desk, bureau: Caller, receiver: Receiver) -> None:
    kept, old, gone = (register(bureau, receiver.url)["registered"]["endpoint"]["id"] for _ in range(3))
    desk.apply(statement())
    with desk.edge.db.transaction() as conn:
        conn.execute(
            "UPDATE webhook_deliveries SET created_at = bangfu_now() - interval '31 days' WHERE endpoint_id = %s",
            [UUID(from_global_id(old)[1])],
        )
    act(bureau, "removeWebhookEndpoint", "done", id=gone)
    job = Job(new_id(), CLEAN.name, {}, 1, desk.edge.db, None)
    assert CLEAN.run(job) == {"deliveries": 2} and CLEAN.run(job) == {"deliveries": 0}
    with desk.edge.db.reading() as conn:
        assert value(conn, "SELECT endpoint_id FROM webhook_deliveries") == UUID(from_global_id(kept)[1])
