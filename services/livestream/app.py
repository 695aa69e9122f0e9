"""Wiring only."""

from __future__ import annotations

from flask import Flask

from services.kit.app import create_api
from services.kit.service import Context, Service
from services.livestream.adapters.attribution import AttributionSigner
from services.livestream.adapters.frames import forward
from services.livestream.events import HANDLERS, PUBLISHES
from services.livestream.importers.outside_sessions import OUTSIDE_SESSIONS
from services.livestream.jobs import tend_rooms
from services.livestream.settings import LivestreamSettings


def _blueprints() -> tuple[object, ...]:
    from services.livestream.api import outside_sessions, persons, rooms, sessions, streamers

    return streamers.api, sessions.api, rooms.api, outside_sessions.api, persons.api


def _build(context: Context) -> None:
    context.extra["attribution"] = AttributionSigner(context.settings.private_key)


SERVICE = Service(
    name="livestream", package="services.livestream", settings=LivestreamSettings, publishes=PUBLISHES, blueprints=_blueprints,
    handlers=HANDLERS, imports=(OUTSIDE_SESSIONS,), build=_build, threads=(forward, tend_rooms),
)


def create_app() -> Flask:
    return create_api(SERVICE)
