"""What the clock does to campaigns."""

from __future__ import annotations

from services.kit import clock
from services.kit.jobs import Job, JobKind
from services.kit.time import business_date
from services.orders.store.groups import campaigns
from services.orders.usecases.groups.close_campaign import close_by_clock


def close_campaigns(job: Job) -> dict[str, int]:
    """Past the deadline: closed or cancelled. Past the days of holding: what is not paid is let go."""
    with job.db.reading() as conn:
        today = business_date(clock.now(conn))
        due = [*campaigns.past_deadline(conn, today), *campaigns.past_holding(conn, today)]
    states: dict[str, int] = {}
    for campaign_id in due:
        state = close_by_clock(job.db, campaign_id)
        states[state] = states.get(state, 0) + 1
    return states


GROUP_JOBS = (JobKind("close_campaigns", close_campaigns, "each campaign under its lock, by its state", every_seconds=30),)
