"""The second kind of process of a service: relay, readers and jobs."""

from __future__ import annotations

import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import redis
from prometheus_client import generate_latest
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer

from services.kit import jobs
from services.kit.housekeeping import HOUSEKEEPING
from services.kit.imports.job import import_jobs
from services.kit.jobs import Dispatcher, Runtime
from services.kit.locks import SessionLocks
from services.kit.memory import keep_small
from services.kit.reader import Reader
from services.kit.relay import Relay
from services.kit.service import Context, Service, make_context
from services.kit.settings import load
from services.kit.stream import RedisStream
from services.kit.telemetry import configure_logging, log


def job_kinds(service: Service) -> dict[str, jobs.JobKind]:
    return {kind.name: kind for kind in (*service.jobs, *import_jobs(service.imports), HOUSEKEEPING)}


def readers(service: Service, context: Context) -> list[Reader]:
    stream, locks = RedisStream(context.settings.redis_url), SessionLocks(context.settings.database_url)
    return [
        Reader(service.name, source, lane, context.db, stream, context.clients[source], handlers, locks)
        for source, handlers in service.handlers.items() for lane in service.lanes
    ]


def run(service: Service) -> None:
    """Until SIGTERM or SIGINT. A thread that dies takes the process with it: the supervisor starts it afresh."""
    settings = load(service.settings, service.name)
    configure_logging(f"{service.name}-worker")
    context = make_context(service, settings)
    stop = threading.Event()
    kinds = job_kinds(service)
    loops: list[tuple[str, Any]] = [("relay", Relay(service.name, settings.database_url, RedisStream(settings.redis_url)).run)]
    loops += [(f"reader-{i}", reader.run) for i, reader in enumerate(readers(service, context))]
    loops += [(f"own-{i}", lambda s, t=thread: t(context, s)) for i, thread in enumerate(service.threads)]
    loops.append(("memory", keep_small))
    if kinds:
        loops.append(("dispatcher", Dispatcher(service.name, context.db, settings.redis_url, kinds).run))
    threads = [threading.Thread(target=_guarded, args=(name, loop, stop), name=name, daemon=True) for name, loop in loops]
    for thread in threads:
        thread.start()
    if settings.health_port:
        _serve_health(settings.health_port, threads)
    log.info("worker_started", loops=[name for name, _ in loops])
    _serve_jobs(service, context, kinds, stop)
    stop.set()
    until = time.monotonic() + 3
    for thread in threads:
        thread.join(timeout=max(0.0, until - time.monotonic()))


def _guarded(name: str, loop: Any, stop: threading.Event) -> None:
    try:
        loop(stop)
    except BaseException as error:
        log.error("loop_died", loop=name, exc_info=error)
        os._exit(70)


def _serve_jobs(service: Service, context: Context, kinds: dict[str, jobs.JobKind], stop: threading.Event) -> None:
    def end(*_: Any) -> None:
        stop.set()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if not kinds:
        stop.wait()
        return
    jobs.install(Runtime(service.name, context.db, kinds, context))

    class Worker(SimpleWorker):
        """RQ's own keeps no note that it was told to stop while it was idle."""

        def request_stop(self, signum: Any, frame: Any) -> None:
            stop.set()
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    while not stop.is_set():
        try:
            connection = redis.Redis.from_url(context.settings.redis_url)
            worker = Worker([f"{service.name}-jobs"], connection=connection, serializer=JSONSerializer)
            worker.work(logging_level="WARNING")
        except StopRequested:
            return
        except redis.RedisError as error:
            log.warning("jobs_wait_for_redis", error=type(error).__name__)
            stop.wait(0.5)


def _serve_health(port: int, threads: list[threading.Thread]) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            alive = all(t.is_alive() for t in threads)
            body = generate_latest() if self.path == "/metrics" else b'{"ok":true}' if alive else b'{"ok":false}'
            self.send_response(200 if alive else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Health checks are not worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
