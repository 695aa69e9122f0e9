from services.events.livestream import LiveMembershipGranted
from services.kit.db import every
from services.kit.principal import Role
from tests.livestream.support import COUNTY, GUEST, OFFICER, OTHER_OFFICER, World
from tests.support.service import BUREAU, principal


def test_an_approved_streamer_gets_the_role_for_herself_and_only_once(world: World) -> None:
    (granted,) = world.h.published(LiveMembershipGranted)
    assert granted == {"account_id": world.streamer.subject, "role": "streamer", "scope": world.streamer_id}
    world.h.post(f"/streamers/{world.streamer_id}/approve", OFFICER).refused("WRONG_STATE")
    assert len(world.h.published(LiveMembershipGranted)) == 1


def test_an_account_applies_once_and_again_only_after_a_rejection(world: World) -> None:
    account, body = principal(), {"handle": "@枣园阿姨", "county_code": COUNTY}
    applied = world.h.post("/streamers/apply", account, body).ok()
    world.h.post("/streamers/apply", account, body).refused("ALREADY_APPLIED")
    world.h.post(f"/streamers/{applied['streamer_id']}/reject", OFFICER, {"reason": "账号信息不全"}).ok()
    assert world.h.get(f"/streamers/{applied['streamer_id']}", account).ok()["reason"] == "账号信息不全"
    assert world.h.post("/streamers/apply", account, body).ok()["state"] == "applied"


def test_a_guest_cannot_become_a_streamer(world: World) -> None:
    world.h.post("/streamers/apply", GUEST, {"handle": "@x", "county_code": COUNTY}).refused("UNAUTHENTICATED")


def test_an_application_is_found_by_its_account_its_county_and_the_bureau_and_by_nobody_else(world: World) -> None:
    account = principal()
    applied = world.h.post("/streamers/apply", account, {"handle": "@a", "county_code": COUNTY}).ok()
    path = f"/streamers/{applied['streamer_id']}"
    for who in (account, OFFICER, BUREAU):
        assert world.h.get(path, who).ok()["handle"] == "@a"
        assert applied["streamer_id"] in [s["streamer_id"] for s in world.h.get("/streamers", who).ok()["items"]]
    for who in (principal(), OTHER_OFFICER, principal(Role.MERCHANT, "x"), world.streamer, GUEST):
        world.h.get(path, who).refused("NOT_FOUND")
        world.h.post(f"{path}/approve", who).refused("NOT_FOUND")
        world.h.post(f"{path}/reject", who, {"reason": "x"}).refused("NOT_FOUND")
        assert applied["streamer_id"] not in [s["streamer_id"] for s in world.h.get("/streamers", who).ok()["items"]]
    world.h.post(f"{path}/approve", account).refused("NOT_FOUND")


def test_the_handle_stands_in_one_table_and_in_no_event_or_audit_entry(world: World) -> None:
    world.live()
    with world.h.db.reading() as conn:
        for table in ("outbox", "audit", "streamers", "live_sessions", "idempotency"):
            assert not [r for r in every(conn, f"SELECT * FROM {table}") if "瓜田小禾" in str(r)], table


def test_unknown_fields_are_refused(world: World) -> None:
    for extra in ("role", "state", "county", "account_id", "approved_at"):
        world.h.post("/streamers/apply", principal(), {"handle": "@a", "county_code": COUNTY, extra: "approved"}).refused("INVALID_INPUT")


def test_streamers_are_paged_without_losing_or_repeating_one(world: World) -> None:
    made = {world.h.post("/streamers/apply", principal(), {"handle": f"@{i}", "county_code": COUNTY}).ok()["streamer_id"] for i in range(5)}
    seen, cursor = [], None
    while True:
        page = world.h.get("/streamers", OFFICER, first=2, after=cursor, state="applied").ok()
        seen += [s["streamer_id"] for s in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
