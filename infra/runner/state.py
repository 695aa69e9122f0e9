"""What one checkout remembers between starts: where its data is, its ports and its secrets, all under `.bangfu/`.

data/      the engines' data          logs/   one file a process, rotated
secrets.json  made once, mode 0600    run/    ports, environment, lock, status: of the current start
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.runner.engines import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("gateway", "catalog", "orders", "livestream", "reporting")
FIRST_GATEWAY_PORT = 8000


class RunnerError(Exception):
    """Something stands in the way; the text says what, and `cure` what to type."""

    def __init__(self, text: str, cure: str = "") -> None:
        super().__init__(text)
        self.cure = cure


@dataclass(frozen=True)
class Paths:
    state: Path

    @classmethod
    def of_environment(cls, environ: Mapping[str, str] | None = None) -> Paths:
        given = (os.environ if environ is None else environ).get("BANGFU_STATE")
        return cls(Path(given).resolve() if given else ROOT / ".bangfu")

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def secrets(self) -> Path:
        return self.state / "secrets.json"

    @property
    def ports(self) -> Path:
        return self.state / "ports.json"

    @property
    def lock(self) -> Path:
        return self.run / "supervisor.lock"

    @property
    def status(self) -> Path:
        return self.run / "status.json"

    @property
    def environment(self) -> Path:
        return self.run / "env.json"

    @property
    def cookie(self) -> str:
        """Marks every process that belongs to this state folder, in its environment."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:24]

    def make(self) -> None:
        for folder in (self.state, self.data, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o700)


def write_private(path: Path, value: object) -> None:
    """JSON, readable by the owner only, and never seen half written."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
        json.dump(value, f, indent=1)
    scratch.replace(path)


def read_json(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


# ------------------------------------------------------------------------------ the one lock


def take_lock(paths: Paths) -> int | None:
    """The file descriptor of the start's lock, or None while another start holds it. Held until every copy of it is
    closed."""
    paths.run.mkdir(parents=True, exist_ok=True)
    fd = os.open(paths.lock, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(10):  # somebody who only asks whether it is held holds it for an instant
        with contextlib.suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            write_holder(fd)
            return fd
        time.sleep(0.03)
    os.close(fd)
    return None


def write_holder(lock: int) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def running_supervisor(paths: Paths) -> int | None:
    """The pid of the running supervisor (or of the `up` about to start it); None if none runs. What counts is the lock:
    the number that a killed one left in the file is nobody's."""
    try:
        with open(paths.lock, "rb") as f:
            fcntl.flock(f, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except FileNotFoundError:
        return None
    except OSError:
        pass
    with contextlib.suppress(OSError, ValueError):
        return int(paths.lock.read_text())
    return None


# ----------------------------------------------------------------------------------- secrets


def _b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def random_secret() -> str:
    return secrets.token_hex(16)


def make_secrets() -> dict[str, str]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = {
        name: secrets.token_hex(16) for name in ("postgres", "valkey", "s3_secret", "session", "media", "webhook", "stripe", "publishable")
    }
    made["sealing"] = _b64url(secrets.token_bytes(32))
    for service in SERVICES:
        seed = secrets.token_bytes(32)
        made[f"database_{service}"] = secrets.token_hex(12)
        made[f"redis_{service}"] = secrets.token_hex(12)
        made[f"private_{service}"] = _b64url(seed)
        made[f"public_{service}"] = _b64url(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())
    return made


def load_secrets(paths: Paths) -> dict[str, str]:
    """The secrets of this state folder, made on first use. Losing the file while data exists is an error, never
    mended silently."""
    if paths.secrets.exists():
        found = read_json(paths.secrets)
        if "publishable" in found:
            kept = {k: str(v) for k, v in found.items()}
            if "sealing" not in kept:  # a folder of the version before
                kept["sealing"] = _b64url(secrets.token_bytes(32))
                write_private(paths.secrets, kept)
            return kept
        raise RunnerError(f"{paths.secrets} is damaged", "put its backup back, or start anew with: ./bangfu reset")
    if (paths.data / "postgres" / "PG_VERSION").exists() and (paths.data / "postgres" / "bangfu-initialised").exists():
        raise RunnerError(
            f"{paths.secrets} is missing but there is data, whose passwords were in it",
            "put its backup back, or start anew with: ./bangfu reset",
        )
    made = make_secrets()
    write_private(paths.secrets, made)
    return made


# ------------------------------------------------------------------------------------- ports

PORT_NAMES = (
    "gateway",
    "postgres",
    "valkey",
    "objects",
    "paysim",
    "live",
    "gateway_worker",
    *(s for s in SERVICES if s != "gateway"),
    *(f"{s}_worker" for s in SERVICES if s != "gateway"),
)


def port_is_free(port: int) -> bool:
    import socket

    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((HOST, port))
        except OSError:
            return False
    return True


def holder_of(port: int) -> str:
    """Who listens on a port, in words, as far as this user may see."""
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        for c in psutil.net_connections("tcp"):
            if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr[1] == port and c.pid:
                return f"{psutil.Process(c.pid).name()} (pid {c.pid})"
    return "another process"


def choose_ports(paths: Paths, wanted_gateway: int | None) -> tuple[dict[str, int], list[str]]:
    """The ports of this start, as before where they are free, and a line for each that had to move.

    Raises RunnerError when the port asked for by name is taken.
    """
    before = {k: int(str(v)) for k, v in read_json(paths.ports).items()}
    ports: dict[str, int] = {}
    notes: list[str] = []
    if wanted_gateway is not None:
        if not port_is_free(wanted_gateway):
            raise RunnerError(
                f"port {wanted_gateway} is in use by {holder_of(wanted_gateway)}",
                f"stop that, or choose another: ./bangfu up --port {_next_free(wanted_gateway + 1)}",
            )
        ports["gateway"] = wanted_gateway
    for name in PORT_NAMES:
        if name in ports:
            continue
        old = before.get(name, FIRST_GATEWAY_PORT if name == "gateway" else 0)
        if old and old not in ports.values() and port_is_free(old):
            ports[name] = old
            continue
        new = _next_free(old + 1) if name == "gateway" else free_port()
        while new in ports.values():
            new = free_port()
        if old:
            notes.append(f"port {old} ({name}) is in use by {holder_of(old)}; using {new}")
        ports[name] = new
    write_private(paths.ports, ports)
    return ports, notes


def _next_free(port: int) -> int:
    while port < 65536 and not port_is_free(port):
        port += 1
    return port if port < 65536 else free_port()


# ----------------------------------------------------------------------------- configuration

OUTSIDE_ENGINE = {
    "postgres": ("BANGFU_POSTGRES_ADMIN_URL", "BANGFU_{}_DATABASE_URL"),
    "valkey": ("BANGFU_REDIS_URL", "BANGFU_{}_REDIS_URL"),
    "objects": ("BANGFU_S3_URL", ""),
    "paysim": ("BANGFU_STRIPE_KEY", ""),
}


@dataclass(frozen=True)
class Config:
    """One start: everything that the process table is filled from."""

    paths: Paths
    ports: Mapping[str, int]
    secrets: Mapping[str, str]
    outside: Mapping[str, str] = field(default_factory=dict)
    env: str = "development"

    @classmethod
    def load(cls, paths: Paths, environ: Mapping[str, str] | None = None) -> Config:
        """As prepared by the command; raises RunnerError if it was not."""
        environ = os.environ if environ is None else environ
        ports = {k: int(str(v)) for k, v in read_json(paths.ports).items()}
        if not ports:
            raise RunnerError("nothing was started here yet", "./bangfu up")
        return cls(paths, ports, load_secrets(paths), _outside(environ), environ.get("BANGFU_ENV", "development"))

    @property
    def public_url(self) -> str:
        return self.outside.get("BANGFU_PUBLIC_URL") or f"http://{HOST}:{self.ports['gateway']}"

    def embeds(self, engine: str) -> bool:
        """Whether this start runs the engine itself: an URL or key given from outside replaces it."""
        one, each = OUTSIDE_ENGINE[engine]
        return not (one in self.outside or (each and all(each.format(s.upper()) in self.outside for s in SERVICES)))


def _outside(environ: Mapping[str, str]) -> dict[str, str]:
    """Settings given by the caller, which replace ours."""
    ours = ("BANGFU_STATE", "BANGFU_COOKIE", "BANGFU_ENV", "BANGFU_RUNNER_ONLY", "BANGFU_PYTHON")
    foreign = {k: v for k, v in environ.items() if k.startswith("BANGFU_") and k not in ours and v}
    return {k: v for k, v in foreign.items() if not k.startswith("BANGFU_TEST_")}


def check_space(paths: Paths, needed_mb: int) -> None:
    """Raises RunnerError if the state's disk has less room: a full disk shows as anything but a full disk later."""
    import shutil

    free = shutil.disk_usage(paths.state).free >> 20
    if free < needed_mb:
        raise RunnerError(
            f"the disk of {paths.state} has {free} MB free; {needed_mb} MB are needed",
            "make room, or put the state elsewhere with BANGFU_STATE=FOLDER ./bangfu up",
        )
