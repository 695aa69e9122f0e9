"""The process table: everything that runs, as data. The supervisor, docker-compose.yml and `status` are made from it.

A command is written with `{host}`, `{port}` and `{python}`; an environment is a list of setting names, so that what a
process may know (least privilege: its own private key, its own database, its own Redis user) is read in one glance.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace

from infra.runner.engines import HOST, Engine, Objects, Postgres, Valkey, acl_user
from infra.runner.state import SERVICES, Config

BUCKET = "bangfu"
DOMAIN_SERVICES = ("catalog", "orders", "livestream", "reporting")
# glibc keeps an arena a thread, which a service with a dozen threads pays in tens of MB.
# What orders acts on; every other notice would only be signed, sent and passed over.
WEBHOOK_EVENTS = "payment_intent.succeeded,payment_intent.processing,payment_intent.payment_failed,payment_intent.canceled"
RUNTIME_ENV = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
# For the runner alone, whoever gives it.
NOT_FOR_PROCESSES = frozenset({"BANGFU_POSTGRES_ADMIN_URL", "BANGFU_REDIS_URL"})
RUNNER_SETTINGS = frozenset({"BANGFU_STATE", "BANGFU_COOKIE", "BANGFU_ENV", "BANGFU_RUNNER_ONLY", "BANGFU_PYTHON"})
# With a default in the code that reads them; given to every process when set.
OPTIONAL_SETTINGS = frozenset(
    f"BANGFU_{name}"
    for name in (
        *("POOL_SIZE", "STATEMENT_TIMEOUT_MS", "CACHE_SECONDS", "MAX_UPLOAD_BYTES", "WEB_DIST", "PAY_PAGE_URL", "WEBHOOK_ALLOW"),
        *("COUNTIES", "TRUSTED_PROXIES", "RATE_SCALE"),
        *("BATCH_MAX", "INTROSPECTION", "TRUSTED_DOCUMENTS", "TRUSTED_MANIFEST", "PERSISTED_SECONDS"),
    )
)


@dataclass(frozen=True)
class Process:
    """`kind`: engine, task (runs once, must end with 0), api, worker. `port`: its name in the ports. `ready`: the path
    that answers 200 when it is ready, `tcp` for an engine's own question, empty for a task's exit."""

    name: str
    kind: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    port: str = ""
    ready: str = "/readyz"
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    backoff_seconds: tuple[float, float] = (0.2, 10.0)  # first wait before a restart, and the longest


def _common(service: str) -> tuple[str, ...]:
    s = service.upper()
    return (
        "BANGFU_ENV",
        f"BANGFU_{s}_DATABASE_URL",
        f"BANGFU_{s}_REDIS_URL",
        f"BANGFU_{s}_PRIVATE_KEY",
        "BANGFU_PUBLIC_KEYS",
        "BANGFU_S3_URL",
        "BANGFU_MEDIA_SECRET",
        "BANGFU_PUBLIC_URL",
        *(f"BANGFU_{x.upper()}_URL" for x in SERVICES),
    )


STRIPE = (
    "BANGFU_STRIPE_KEY",
    "BANGFU_STRIPE_PUBLISHABLE_KEY",
    "BANGFU_STRIPE_WEBHOOK_SECRET",
    "BANGFU_STRIPE_API_BASE",
)
SIGN_IN = tuple(
    f"BANGFU_{name}"
    for name in (
        *("SEALING_KEYS", "REQUIRE_TOTP", "VERIFIED_SIGN_UP", "SMS_URL", "SMS_TOKEN", "SMTP_URL", "MAIL_FROM"),
        *("PASSKEY_RP_ID", "OIDC_PROVIDERS"),
    )
)
EXTRA_ENV: Mapping[str, tuple[str, ...]] = {
    "gateway": (*SIGN_IN, "BANGFU_SESSION_SECRET", "BANGFU_LIVE_URL", "BANGFU_STRIPE_PUBLISHABLE_KEY"),
    "catalog": ("BANGFU_MEILI_URL", "BANGFU_MEILI_KEY"),
    "orders": STRIPE,
    "livestream": (),
    "reporting": (),
}


def service_env(service: str) -> tuple[str, ...]:
    return (*_common(service), *EXTRA_ENV[service])


def granian(app: str, *, interface: str, workers: int, threads: int = 0, extra: str = "") -> tuple[str, ...]:
    """`threads`: how many requests a worker handles at once (WSGI); it also bounds its database connections."""
    blocking = f"--blocking-threads {threads} --no-ws" if interface == "wsgi" else ""
    words = (
        f"{{python}} -m granian --interface {interface} --factory {app} --host {{host}} --port {{port}} "
        f"--workers {workers} {blocking} --runtime-threads 1 --http 1 --log-level error --no-access-log "
        f"--workers-kill-timeout 8 {extra}"
    )
    return tuple(words.split())


ENGINES = (
    Process("postgres", "engine", ("postgres",), port="postgres", ready="tcp", stop_signal=signal.SIGINT, stop_seconds=30),
    Process("valkey", "engine", ("valkey-server",), port="valkey", ready="tcp", stop_seconds=15),
    Process("objects", "engine", ("rclone",), port="objects", ready="tcp"),
    Process(
        "paysim",
        "engine",
        ("{python}", "-m", "infra.paysim", "--host", "{host}", "--port", "{port}", "--state", "{data}/paysim.sqlite3"),
        env=(
            "BANGFU_ENV",
            *STRIPE[:3],
            "BANGFU_PAYSIM_WEBHOOK_URL",
            "BANGFU_PAYSIM_WEBHOOK_EVENTS",
            "BANGFU_PAYSIM_PUBLIC_URL",
            "BANGFU_PAYSIM_ASYNC_MS",
        ),
        port="paysim",
        ready="/healthz",
    ),
)

TASKS = (
    Process("provision", "task", ("{python}", "-m", "infra.runner.provision"), needs=("postgres",), ready=""),
    Process(
        "migrate",
        "task",
        ("{python}", "-m", "infra.runner.migrations"),
        needs=("provision",),
        env=tuple(f"BANGFU_{s.upper()}_DATABASE_URL" for s in SERVICES),
        ready="",
    ),
)
STORES = ("migrate", "valkey", "objects")


def _service(service: str) -> tuple[Process, Process]:
    env = service_env(service)
    needs = (*STORES, "paysim") if service == "orders" else STORES
    api = granian(f"services.{service}.app:create_app", interface="wsgi", workers=1, threads=8)
    worker = ("{python}", "-m", f"services.{service}", "worker")
    return (
        Process(f"{service}-api", "api", api, needs=needs, env=env, port=service),
        Process(f"{service}-worker", "worker", worker, needs=needs, env=env, port=f"{service}_worker"),
    )


def _gateway() -> tuple[Process, ...]:
    env = service_env("gateway")
    api = granian("gateway.app:create_app", interface="wsgi", workers=2, threads=6)
    # granian's own limit of concurrent requests (its backlog) would stop taking viewers at a thousand, silently.
    live = granian("gateway.live.app:create_app", interface="asgi", workers=1, extra="--backpressure 32768")
    return (
        Process("gateway-api", "api", api, needs=STORES, env=env, port="gateway"),
        Process("gateway-worker", "worker", ("{python}", "-m", "gateway", "worker"), STORES, env, "gateway_worker"),
        Process("gateway-live", "api", live, needs=STORES, env=env, port="live"),
    )


SERVICE_PROCESSES = (*(p for s in DOMAIN_SERVICES for p in _service(s)), *_gateway())
TABLE: tuple[Process, ...] = (*ENGINES, *TASKS, *SERVICE_PROCESSES)


def table(config: Config, only: str = "") -> tuple[Process, ...]:
    """What this start runs: without the engines that are given from outside, and with `only` (comma-separated names)
    nothing else."""
    names = {n.strip() for n in only.split(",") if n.strip()}
    chosen = [p for p in TABLE if (not names or p.name in names) and (p.name not in ENGINE_NAMES or config.embeds(p.name))]
    present = {p.name for p in chosen}
    return tuple(replace(p, needs=tuple(n for n in p.needs if n in present)) for p in chosen)


ENGINE_NAMES = frozenset(p.name for p in ENGINES)


def engine(config: Config, name: str) -> Engine | None:
    """The embedded engine behind a process of the table; None for those that are plain programs."""
    s, data, port = config.secrets, config.paths.data, config.ports
    if name == "postgres":
        return Postgres(data / "postgres", port["postgres"], s["postgres"])
    if name == "valkey":
        users = tuple(acl_user(x, s[f"redis_{x}"]) for x in SERVICES)
        return Valkey(data / "valkey", port["valkey"], s["valkey"], users, config.paths.run / "valkey.acl")
    if name == "objects":
        return Objects(data / "objects", port["objects"], BUCKET, s["s3_secret"], (BUCKET,))
    return None


def environment(config: Config) -> dict[str, str]:
    """Every setting of this start by name; what the caller's environment gives replaces ours."""
    s, port = config.secrets, config.ports

    def at(name: str) -> str:
        return f"http://{HOST}:{port[name]}"

    values = {
        "BANGFU_ENV": config.env,
        "BANGFU_PUBLIC_URL": config.public_url,
        "BANGFU_LIVE_URL": at("live"),
        "BANGFU_S3_URL": f"http://{BUCKET}:{s['s3_secret']}@{HOST}:{port['objects']}/{BUCKET}",
        "BANGFU_PUBLIC_KEYS": json.dumps({x: s[f"public_{x}"] for x in SERVICES}),
        "BANGFU_SESSION_SECRET": s["session"],
        "BANGFU_MEDIA_SECRET": s["media"],
        "BANGFU_SEALING_KEYS": s["sealing"],
        "BANGFU_STRIPE_WEBHOOK_SECRET": f"whsec_{s['webhook']}",
    }
    if config.embeds("paysim"):
        values |= {
            "BANGFU_STRIPE_KEY": f"sk_test_{s['stripe']}",
            "BANGFU_STRIPE_API_BASE": at("paysim"),
            "BANGFU_STRIPE_PUBLISHABLE_KEY": f"pk_test_{s['publishable']}",
            "BANGFU_PAYSIM_WEBHOOK_URL": f"{at('gateway')}/webhooks/stripe",
            "BANGFU_PAYSIM_WEBHOOK_EVENTS": WEBHOOK_EVENTS,
            "BANGFU_PAYSIM_PUBLIC_URL": at("paysim"),
        }
    admin = config.outside.get("BANGFU_POSTGRES_ADMIN_URL", "")
    server = admin.split("@", 1)[1].split("/", 1)[0] if admin else f"{HOST}:{port['postgres']}"
    for service in SERVICES:
        name = service.upper()
        values[f"BANGFU_{name}_URL"] = at(service)
        database = f"bangfu_{service}"
        values[f"BANGFU_{name}_DATABASE_URL"] = f"postgresql://{database}:{s[f'database_{service}']}@{server}/{database}"
        values[f"BANGFU_{name}_REDIS_URL"] = config.outside.get(
            "BANGFU_REDIS_URL", f"redis://{service}:{s[f'redis_{service}']}@{HOST}:{port['valkey']}/0"
        )
        values[f"BANGFU_{name}_PRIVATE_KEY"] = s[f"private_{service}"]
    return values | dict(config.outside)


def process_environment(config: Config, process: Process, settings: Mapping[str, str]) -> dict[str, str]:
    """What a process is given beside the caller's own (non-Bangfu) environment."""
    granted = {name for p in TABLE for name in p.env} | NOT_FOR_PROCESSES
    given = {name: value for name, value in settings.items() if name in process.env or name not in granted}
    given |= RUNTIME_ENV
    if process.kind == "worker":
        given["BANGFU_HEALTH_PORT"] = str(config.ports[process.port])
    return given


def command(config: Config, process: Process, python: str) -> list[str]:
    embedded = engine(config, process.name)
    if embedded is not None:
        return embedded.command()
    values = {
        "python": python,
        "host": HOST,
        "port": str(config.ports.get(process.port, 0)),
        "data": str(config.paths.data),
    }
    return [part.format(**values) for part in process.command]
