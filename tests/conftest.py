"""Fixtures for every test: fresh databases, a Redis database and a bucket of the test's own, on real engines."""

from __future__ import annotations

import itertools
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from services.kit.objects import ObjectStore
from tests.support import engines
from tests.support.system import System, hosted_system

# A busy machine is no reason to fail: no test here is timed.
settings.register_profile("bangfu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bangfu")

SERVICES = ("catalog", "orders", "livestream", "reporting", "gateway")
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", default=False, help="also run the tests marked `full`")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        engines.open_session()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        engines.close_session()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    left_out = [i for i in items if i.get_closest_marker("full")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [i for i in items if not i.get_closest_marker("full")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tables that tests recorded (`record_property("table", text)`), and coverage in one line a package, where it was measured:
    the whole listing is in .bangfu/coverage.json."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, text in report.user_properties:
            if name == "table" and report.when == "call":
                terminalreporter.section(report.nodeid)
                terminalreporter.write_line(text)
    measured = config.rootpath / ".bangfu" / "coverage.json"
    if not config.getoption("cov_source", None) or not measured.exists():
        return
    lines: Counter[str] = Counter()
    covered: Counter[str] = Counter()
    for name, file in json.loads(measured.read_text())["files"].items():
        package = "/".join(Path(name).parts[: 2 if name.startswith(("services", "infra")) else 1])
        lines[package] += file["summary"]["num_statements"]
        covered[package] += file["summary"]["covered_lines"]
    terminalreporter.section("coverage of lines, in the tests' own processes")
    for package in sorted(p for p in lines if lines[p]):
        terminalreporter.write_line(f"{package:<24} {100 * covered[package] / lines[package]:5.1f} %")


@pytest.fixture(scope="session")
def worker_number(worker_id: str) -> int:
    """0 for a single process, 1 … for xdist's workers."""
    return 0 if worker_id == "master" else int(worker_id.removeprefix("gw")) + 1


@pytest.fixture(scope="session")
def pg_admin_url() -> str:
    return engines.hosted().pg_admin_url


def _execute(admin_url: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(admin_url, autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement)  # type: ignore[call-overload]


def _url(admin_url: str, role: str, password: str, database: str) -> str:
    host = admin_url.split("@", 1)[1].split("/", 1)[0]
    return f"postgresql://{role}:{password}@{host}/{database}"


@pytest.fixture(scope="session")
def _service_role(pg_admin_url: str) -> Callable[[str], str]:
    """service → the password of its role `test_<service>`, made once per test session."""

    def make(service: str) -> str:
        file = engines.session_folder() / f"role-{service}"
        with engines.session_lock(f"role-{service}"):
            if not file.exists():
                password = secrets.token_hex(12)
                _execute(pg_admin_url, f"CREATE ROLE test_{service} LOGIN PASSWORD '{password}'")
                file.write_text(password)
        return file.read_text()

    return make


@pytest.fixture(scope="session")
def _create_database(pg_admin_url: str, _service_role: Callable[[str], str], worker_number: int) -> Callable[..., str]:
    def create(service: str, name: str = "", template: str = "") -> str:
        password = _service_role(service)
        name = name or f"t_{service}_{worker_number}_{next(_numbers)}"
        source = f"TEMPLATE {template} STRATEGY FILE_COPY" if template else "TEMPLATE template0"
        _execute(
            pg_admin_url,
            f"CREATE DATABASE {name} OWNER test_{service} {source}",
            f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
        )
        return _url(pg_admin_url, f"test_{service}", password, name)

    return create


def _drop(admin_url: str, urls: list[str]) -> None:
    _execute(admin_url, *(f"DROP DATABASE IF EXISTS {u.rsplit('/', 1)[1]} WITH (FORCE)" for u in urls))


@pytest.fixture
def make_database(pg_admin_url: str, _create_database: Callable[..., str]) -> Iterator[Callable[[str], str]]:
    """service → the URL of an empty database owned by the service's role; dropped after the test."""
    urls: list[str] = []

    def make(service: str) -> str:
        urls.append(_create_database(service))
        return urls[-1]

    yield make
    _drop(pg_admin_url, urls)


@pytest.fixture
def migrated_database(pg_admin_url: str, _create_database: Callable[..., str]) -> Iterator[Callable[[str], str]]:
    """service → the URL of a database with all its migrations, copied from one that is migrated once a session (some
    50 ms a copy)."""
    urls: list[str] = []

    def make(service: str) -> str:
        urls.append(_create_database(service, template=_template(service, _create_database)))
        return urls[-1]

    yield make
    _drop(pg_admin_url, urls)


@pytest.fixture(scope="module")
def migrated_database_module(pg_admin_url: str, _create_database: Callable[..., str]) -> Iterator[Callable[[str], str]]:
    """Like `migrated_database`, kept for a whole module."""
    urls: list[str] = []

    def make(service: str) -> str:
        urls.append(_create_database(service, template=_template(service, _create_database)))
        return urls[-1]

    yield make
    _drop(pg_admin_url, urls)


def _template(service: str, create: Callable[..., str]) -> str:
    from services.kit import migrate

    package = "gateway" if service == "gateway" else f"services.{service}"
    name = f"tpl_{service}"
    done = engines.session_folder() / f"{name}.done"
    with engines.session_lock(name):
        if not done.exists():
            migrate.upgrade(package, create(service, name=name))
            done.touch()
    return name


@pytest.fixture
def redis_url(worker_number: int) -> str:
    """A Redis database of the worker's own, empty at the start of the test."""
    import redis

    url = f"{engines.hosted().redis_base}{worker_number}"
    client = redis.Redis.from_url(url)
    client.flushdb()
    client.close()
    return url


@pytest.fixture
def s3_url(worker_number: int) -> str:
    """`http://KEY:SECRET@127.0.0.1:PORT/bucket`, an empty bucket of the test's own."""
    hosted = engines.hosted()
    bucket = f"t-{worker_number}-{next(_numbers)}-{secrets.token_hex(3)}"
    # Through its API: a folder made behind the server's back is seen only when its listing of a second ago has lapsed.
    ObjectStore(hosted.s3_base + bucket).ensure_bucket()
    return hosted.s3_base + bucket


from tests.support.service import make_service  # noqa: E402, F401


@pytest.fixture(scope="session")
def system() -> System:
    """The whole product, started once a test session (BANGFU_ENV=test, no demo), shared by all workers: kill nothing of it."""
    return hosted_system("system")


@pytest.fixture
def fault_system() -> Iterator[System]:
    """Another whole product, for tests that kill its processes: one test at a time has it, and finds all of it ready."""
    with engines.session_lock("fault-system-use"):
        found = hosted_system("fault-system")
        found.wait_ready()
        yield found
