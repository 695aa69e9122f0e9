"""docker-compose.yml, made from the process table: the same processes, on servers' own images instead of the embedded engines.

    python -m infra.runner.compose > docker-compose.yml

A test holds the file to what this prints. Secrets are never in it: they come from .env (`./bangfu env > .env`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from infra.runner import state
from infra.runner.engines import acl_user
from infra.runner.processes import BUCKET, SIGN_IN, TABLE, WEBHOOK_EVENTS, Process
from infra.runner.state import SERVICES

PORT = 8000  # inside its container every process of ours listens here
IMAGE = "bangfu:latest"
SIZE_LIMITED_LOGS = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}

# What the file asks of .env: name → how a fresh one is made by `./bangfu env`.
SECRETS: Mapping[str, str] = {  # nosec B105 – which secret goes where, not the secrets
    "BANGFU_POSTGRES_PASSWORD": "postgres",
    **{f"BANGFU_{s.upper()}_DATABASE_PASSWORD": f"database_{s}" for s in SERVICES},
    "BANGFU_VALKEY_PASSWORD": "valkey",
    **{f"BANGFU_{s.upper()}_REDIS_PASSWORD": f"redis_{s}" for s in SERVICES},
    "BANGFU_S3_SECRET": "s3_secret",
    "BANGFU_MEILI_KEY": "meili",
    "BANGFU_STRIPE_KEY": "stripe",
    "BANGFU_STRIPE_PUBLISHABLE_KEY": "publishable",
    "BANGFU_STRIPE_WEBHOOK_SECRET": "webhook",
    "BANGFU_SESSION_SECRET": "session",
    "BANGFU_MEDIA_SECRET": "media",
    "BANGFU_SEALING_KEYS": "sealing",
    **{f"BANGFU_{s.upper()}_PRIVATE_KEY": f"private_{s}" for s in SERVICES},
}
PREFIX = {"stripe": "sk_test_", "publishable": "pk_test_", "webhook": "whsec_"}


def required(name: str) -> str:
    return f"${{{name}:?make .env with ./bangfu env}}"


def host_of(service: str) -> str:
    return f"http://{service}-api:{PORT}"


def settings() -> dict[str, str]:
    """Every setting inside the containers' network; secrets by reference."""
    values = {
        "BANGFU_ENV": "${BANGFU_ENV:-development}",
        "BANGFU_PUBLIC_URL": "${BANGFU_PUBLIC_URL:-http://127.0.0.1:8000}",
        "BANGFU_LIVE_URL": f"http://gateway-live:{PORT}",
        "BANGFU_S3_URL": f"http://{BUCKET}:{required('BANGFU_S3_SECRET')}@minio:9000/{BUCKET}",
        "BANGFU_PUBLIC_KEYS": required("BANGFU_PUBLIC_KEYS"),
        "BANGFU_MEILI_URL": "http://meilisearch:7700",
        "BANGFU_STRIPE_API_BASE": "${BANGFU_STRIPE_API_BASE-http://paysim:8000}",
        "BANGFU_PAYSIM_WEBHOOK_URL": f"{host_of('gateway')}/webhooks/stripe",
        "BANGFU_PAYSIM_WEBHOOK_EVENTS": WEBHOOK_EVENTS,
        "BANGFU_PAYSIM_PUBLIC_URL": "${BANGFU_PAYSIM_PUBLIC_URL:-http://127.0.0.1:8001}",
        "BANGFU_POSTGRES_ADMIN_URL": f"postgresql://postgres:{required('BANGFU_POSTGRES_PASSWORD')}@postgres:5432/postgres",
    }
    for name in (
        "MEILI_KEY",
        "STRIPE_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "SESSION_SECRET",
        "MEDIA_SECRET",
        "SEALING_KEYS",
    ):
        values[f"BANGFU_{name}"] = required(f"BANGFU_{name}")
    for name in SIGN_IN:
        values.setdefault(name, f"${{{name}-}}")
    for service in SERVICES:
        s = service.upper()
        values[f"BANGFU_{s}_URL"] = host_of(service)
        database = f"bangfu_{service}"
        values[f"BANGFU_{s}_DATABASE_URL"] = f"postgresql://{database}:{required(f'BANGFU_{s}_DATABASE_PASSWORD')}@postgres:5432/{database}"
        values[f"BANGFU_{s}_REDIS_URL"] = f"redis://{service}:{required(f'BANGFU_{s}_REDIS_PASSWORD')}@valkey:6379/0"
        values[f"BANGFU_{s}_PRIVATE_KEY"] = required(f"BANGFU_{s}_PRIVATE_KEY")
    return values


def probe(path: str) -> dict[str, Any]:
    code = f"import urllib.request as u; u.urlopen('http://127.0.0.1:{PORT}{path}', timeout=3)"
    return _health(["CMD", "python", "-c", code])


def _health(test: list[str]) -> dict[str, Any]:
    return {"test": test, "interval": "10s", "timeout": "5s", "retries": 6, "start_period": "30s"}


def engines() -> dict[str, dict[str, Any]]:
    """The servers that stand where `up` runs its embedded engines (and Meilisearch, which it cannot)."""
    common = {"restart": "unless-stopped", "logging": SIZE_LIMITED_LOGS}
    # `user NAME on >PASSWORD …` of an ACL file, as arguments of the server.
    acl: list[str] = []
    for service in SERVICES:
        words = acl_user(service, "PASSWORD").split()[1:]
        acl += ["--user", *(w.replace("PASSWORD", required(f"BANGFU_{service.upper()}_REDIS_PASSWORD")) for w in words)]
    return {
        "postgres": {
            "image": "postgres:18",
            **common,
            "command": ["postgres", "-c", "max_connections=200", "-c", "jit=off", "-c", "timezone=UTC"],
            "environment": {
                "POSTGRES_PASSWORD": required("BANGFU_POSTGRES_PASSWORD"),
                "POSTGRES_INITDB_ARGS": "--encoding=UTF8 --locale=C.UTF-8 --data-checksums",
            },
            "shm_size": "256m",
            "volumes": ["postgres:/var/lib/postgresql"],
            "healthcheck": _health(["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "postgres"]),
            "stop_signal": "SIGINT",
        },
        "valkey": {
            "image": "valkey/valkey:9",
            **common,
            "command": [
                *("valkey-server", "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"),
                *("--requirepass", required("BANGFU_VALKEY_PASSWORD"), *acl),
            ],
            "environment": {"REDISCLI_AUTH": required("BANGFU_VALKEY_PASSWORD")},
            "volumes": ["valkey:/data"],
            "healthcheck": _health(["CMD-SHELL", "valkey-cli ping | grep -q PONG"]),
        },
        "minio": {
            "image": "minio/minio:RELEASE.2025-04-22T22-12-26Z",
            **common,
            "command": ["server", "/data"],
            "environment": {"MINIO_ROOT_USER": BUCKET, "MINIO_ROOT_PASSWORD": required("BANGFU_S3_SECRET")},
            "volumes": ["minio:/data"],
            "healthcheck": _health(["CMD", "mc", "ready", "local"]),
        },
        "meilisearch": {
            "image": "getmeili/meilisearch:v1.15",
            **common,
            "environment": {
                "MEILI_ENV": "production",
                "MEILI_NO_ANALYTICS": "true",
                "MEILI_MASTER_KEY": required("BANGFU_MEILI_KEY"),
            },
            "volumes": ["meilisearch:/meili_data"],
            "healthcheck": _health(["CMD", "curl", "-fsS", "http://127.0.0.1:7700/health"]),
        },
    }


# The embedded engine of the table → the server here.
SERVER = {"postgres": "postgres", "valkey": "valkey", "objects": "minio"}
PUBLISHED = {"gateway-api": 8000, "gateway-live": 8002, "paysim": 8001}


def python_process(process: Process) -> dict[str, Any]:
    values = settings()
    words = {"python": "python", "host": "0.0.0.0", "port": str(PORT), "data": "/data"}  # noqa: S104 (inside its container)
    command = [part.format(**words) for part in process.command]
    names = process.env
    if process.name == "provision":
        command.append("--outside")
        names = ("BANGFU_POSTGRES_ADMIN_URL", "BANGFU_S3_URL", *(f"BANGFU_{s.upper()}_DATABASE_URL" for s in SERVICES))
    if process.name == "migrate":
        command.append("--outside")
    environment = {n: values[n] for n in names if n in values}
    if process.kind == "worker":
        environment["BANGFU_HEALTH_PORT"] = str(PORT)
    made: dict[str, Any] = {
        "image": IMAGE,
        "build": {"context": ".", "dockerfile": "infra/images/Dockerfile"},
        "command": command,
        "environment": environment,
        "restart": "no" if process.kind == "task" else "unless-stopped",
        "init": True,
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "logging": SIZE_LIMITED_LOGS,
    }
    if process.kind != "task":
        made["healthcheck"] = probe(process.ready)
        made["stop_grace_period"] = f"{process.stop_seconds:.0f}s"
    needs = {SERVER.get(n, n): _condition(n) for n in process.needs}
    if process.name == "provision":
        needs["minio"] = {"condition": "service_healthy"}
    if process.name.startswith("catalog-"):
        needs["meilisearch"] = {"condition": "service_healthy"}
    if needs:
        made["depends_on"] = needs
    if process.name == "paysim":
        made["volumes"] = ["paysim:/data"]
    if process.name in PUBLISHED:
        made["ports"] = [f"127.0.0.1:{PUBLISHED[process.name]}:{PORT}"]
    return made


def _condition(need: str) -> dict[str, str]:
    task = next(p for p in TABLE if p.name == need).kind == "task"
    return {"condition": "service_completed_successfully" if task else "service_healthy"}


def document() -> dict[str, Any]:
    ours = {p.name: python_process(p) for p in TABLE if p.name not in SERVER}
    volumes: dict[str, Any] = {name: {} for name in ("postgres", "valkey", "minio", "meilisearch", "paysim")}
    return {"services": {**engines(), **ours}, "volumes": volumes}


HEADER = """\
# Generated by `python -m infra.runner.compose` from the process table of `./bangfu up`: change that, not this.
#   ./bangfu env > .env && docker compose up --build -d --wait        (without Python: copy .env.example and fill it in)
# Everything is published on the loopback interface only; put a TLS proxy in front of 8000 and 8002.
"""


def render() -> str:
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return HEADER + yaml.dump(document(), Dumper=Plain, sort_keys=False, width=1000, allow_unicode=True)


def fresh_env() -> str:
    """The text of a .env with fresh secrets."""
    made = {**state.make_secrets(), "meili": state.random_secret()}
    lines = [f"{name}={PREFIX.get(key, '')}{made[key]}" for name, key in SECRETS.items()]
    lines.append("BANGFU_PUBLIC_KEYS=" + json.dumps({s: made[f"public_{s}"] for s in SERVICES}, separators=(",", ":")))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
