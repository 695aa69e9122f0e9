"""Logs as JSON lines with the request id, metrics for Prometheus. Ids and outcomes only, never a person's data."""

from __future__ import annotations

import logging
import re
import sys
from contextvars import ContextVar
from functools import lru_cache
from uuid import uuid4

import structlog
from opentelemetry import trace
from prometheus_client import Counter, Gauge, Histogram

from services.kit.errors import LANGUAGES

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
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


def begin_request(rid: str | None, accept_language: str | None) -> None:
    """``rid`` as a caller sent it: kept when it is a plain word, so that nothing it holds gets into a log line, a header or an answer."""
    _request_id.set(rid if rid and _REQUEST_ID.fullmatch(rid) else uuid4().hex)
    _language.set(language_of(accept_language or "") or LANGUAGES[0])


def speak(lang: str) -> None:
    """For a request that named no language of ours: that of the account which sent it."""
    _language.set(lang if lang in LANGUAGES else LANGUAGES[0])


@lru_cache(maxsize=256)
def language_of(accept_language: str) -> str | None:
    """The language of ours that an Accept-Language header wants most; None when it names neither."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language[:200].lower().split(",")):
        tag, *parameters = (p.strip() for p in part.split(";"))
        found = next((lang for lang in LANGUAGES if tag.split("-")[0] == lang.split("-")[0]), None)
        if found is not None and (weight := _weight(parameters)) > 0:
            wanted.append((-weight, place, found))
    return min(wanted)[2] if wanted else None


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if re.fullmatch(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", parameter):
            return float(parameter[2:])
    return 1.0
