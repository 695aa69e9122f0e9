"""Logs as JSON lines with the request id, metrics for Prometheus. Ids and outcomes only, never a person's data."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Gauge, Histogram

_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_language: ContextVar[str] = ContextVar("language", default="zh-CN")

REQUESTS = Histogram("bangfu_http_seconds", "Duration of HTTP requests", ["service", "endpoint", "status"],
                     buckets=(.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10))
EVENTS_PUBLISHED = Counter("bangfu_events_published_total", "Events given a number by the relay", ["service", "lane"])
EVENTS_APPLIED = Counter("bangfu_events_applied_total", "Events applied by a reader", ["service", "source", "lane"])
EVENTS_REPLAYED = Counter("bangfu_events_replayed_total", "Events fetched from the owner's outbox", ["service", "source", "lane"])
EVENTS_PARKED = Gauge("bangfu_events_parked", "Events that could not be applied", ["service", "source", "lane"])
OUTBOX_WAITING = Gauge("bangfu_outbox_waiting", "Committed events without a number", ["service"])
READER_LAG = Gauge("bangfu_reader_lag", "Events behind the owner's head", ["service", "source", "lane"])
JOBS = Counter("bangfu_jobs_total", "Jobs by outcome", ["service", "kind", "outcome"])
WITHDRAWAL_SECONDS = Histogram("bangfu_withdrawal_seconds", "Decision to in force", buckets=(.1, .25, .5, 1, 2, 5, 10, 30))
COPY_ROWS = Gauge("bangfu_copy_rows", "Rows of a copy by result of the last self-check", ["service", "copy", "result"])

tracer = trace.get_tracer("bangfu")


def configure_logging(service: str) -> None:
    logging.basicConfig(format="%(message)s", stream=sys.stdout, level=logging.INFO, force=True)
    for noisy in ("rq", "urllib3", "granian", "alembic", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout), cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


log = structlog.get_logger()


def request_id() -> str | None:
    return _request_id.get()


def language() -> str:
    return _language.get()


def begin_request(rid: str, lang: str) -> None:
    _request_id.set(rid)
    _language.set("en" if lang.lower().startswith("en") else "zh-CN")
