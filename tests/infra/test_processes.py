"""The process table as data: complete, consistent, and least privilege."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import redis

from infra.runner import doctor, processes, state
from infra.runner.engines import Valkey, acl_user, free_port, shimmed
from infra.runner.processes import TABLE
from infra.runner.rotate import KEEP, RotatingLog, tail
from infra.runner.state import SERVICES, Config, Paths, RunnerError
from services.kit.settings import ServiceSettings, load


@pytest.fixture
def config(tmp_path: Path) -> Config:
    paths = Paths(tmp_path)
    paths.make()
    state.choose_ports(paths, None)
    state.load_secrets(paths)
    return Config.load(paths, {})


def test_every_need_and_port_exists_and_no_name_is_used_twice() -> None:
    names = [p.name for p in TABLE]
    assert len(set(names)) == len(names)
    for p in TABLE:
        assert set(p.needs) <= set(names), p.name
        assert p.port in state.PORT_NAMES or p.kind == "task", p.name
    used = [p.port for p in TABLE if p.port]
    assert sorted(used) == sorted(state.PORT_NAMES)


def test_every_service_has_an_api_and_a_worker() -> None:
    kinds = {(p.name, p.kind) for p in TABLE}
    for service in SERVICES:
        assert {(f"{service}-api", "api"), (f"{service}-worker", "worker")} <= kinds


@pytest.mark.parametrize("process", [p for p in TABLE if p.kind in ("api", "worker")], ids=lambda p: p.name)
def test_a_process_is_given_its_own_secrets_only(config: Config, process: processes.Process) -> None:
    settings = processes.environment(config)
    given = processes.process_environment(config, process, settings)
    own = process.name.split("-")[0].upper()
    for service in SERVICES:
        for what in ("DATABASE_URL", "REDIS_URL", "PRIVATE_KEY"):
            assert (f"BANGFU_{service.upper()}_{what}" in given) == (service.upper() == own)
    assert ("BANGFU_STRIPE_KEY" in given) == (own == "ORDERS")
    assert ("BANGFU_SESSION_SECRET" in given) == (own == "GATEWAY")
    assert "BANGFU_POSTGRES_ADMIN_URL" not in given
    assert {f"BANGFU_{s.upper()}_URL" for s in SERVICES} <= set(given)


def test_an_url_from_outside_replaces_its_engine(config: Config) -> None:
    def started(**outside: str) -> set[str]:
        return {p.name for p in processes.table(Config(config.paths, config.ports, config.secrets, outside))}

    everything = started()
    assert everything == {p.name for p in TABLE}
    assert everything - started(BANGFU_REDIS_URL="redis://elsewhere/0") == {"valkey"}
    assert everything - started(BANGFU_S3_URL="http://k:s@elsewhere/b") == {"objects"}
    assert everything - started(BANGFU_STRIPE_KEY="sk_test_x") == {"paysim"}
    assert everything - started(BANGFU_POSTGRES_ADMIN_URL="postgresql://a:b@elsewhere/postgres") == {"postgres"}
    each = {f"BANGFU_{s.upper()}_DATABASE_URL": "postgresql://elsewhere" for s in SERVICES}
    assert everything - started(**each) == {"postgres"}


def test_an_administrators_url_names_the_server_of_all_databases(config: Config) -> None:
    outside = {"BANGFU_POSTGRES_ADMIN_URL": "postgresql://a:b@db.example:5433/postgres"}
    settings = processes.environment(Config(config.paths, config.ports, config.secrets, outside))
    assert "@db.example:5433/bangfu_orders" in settings["BANGFU_ORDERS_DATABASE_URL"]
    assert "BANGFU_POSTGRES_ADMIN_URL" not in processes.process_environment(config, TABLE[-1], settings)


def test_secrets_are_kept(config: Config) -> None:
    assert state.load_secrets(config.paths) == config.secrets
    config.paths.secrets.write_text("{}")
    with pytest.raises(RunnerError, match="damaged"):
        state.load_secrets(config.paths)


def test_the_example_of_settings_names_every_setting_and_no_other() -> None:
    lines = (state.ROOT / ".env.example").read_text().splitlines()
    named = {line.lstrip("# ").split("=")[0] for line in lines if line.lstrip("# ").startswith("BANGFU_") and "=" in line}
    assert named == doctor.known_settings()


def settings_class(service: str) -> type[ServiceSettings]:
    package = "gateway" if service == "gateway" else f"services.{service}"
    module = importlib.import_module(f"{package}.settings")
    (found,) = [
        x for x in vars(module).values() if isinstance(x, type) and issubclass(x, ServiceSettings) and x.__module__ == module.__name__
    ]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_on_what_the_table_gives_it(config: Config, service: str) -> None:
    process = next(p for p in TABLE if p.name == f"{service}-worker")
    given = processes.process_environment(config, process, processes.environment(config))
    loaded = load(settings_class(service), service, given)
    assert loaded.health_port == config.ports[process.port]
    assert set(loaded.service_urls) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_that_a_service_reads_is_known_to_the_runner(service: str) -> None:
    known = doctor.known_settings() | {"BANGFU_HEALTH_PORT"}
    for name in set(settings_class(service).model_fields) - {"env", "service_urls"}:
        assert {f"BANGFU_{name.upper()}", f"BANGFU_{service.upper()}_{name.upper()}"} & known, name


def test_a_service_may_read_all_but_add_to_its_own_stream_only(tmp_path: Path) -> None:
    import subprocess
    import time

    valkey = Valkey(tmp_path / "v", free_port(), "admin", (acl_user("orders", "o"), acl_user("catalog", "c")))
    valkey.prepare()
    server = subprocess.Popen(shimmed(valkey.command(), death_signal=9), stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while not valkey.ready():
            assert time.monotonic() < until
            time.sleep(0.02)
        url = f"redis://{{}}@127.0.0.1:{valkey.port}/0"
        orders = redis.Redis.from_url(url.format("orders:o"))
        catalog = redis.Redis.from_url(url.format("catalog:c"))
        catalog.xadd("stream:catalog:live", {"x": "1"}, id="1-0")
        assert orders.xread({"stream:catalog:live": "0"})
        for forbidden in (
            lambda: orders.xadd("stream:catalog:live", {"x": "1"}, id="2-0"),
            lambda: orders.xtrim("stream:catalog:live", maxlen=0),
            lambda: orders.delete("stream:catalog:live"),
            lambda: orders.flushall(),
            lambda: orders.config_set("maxmemory", "1"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                forbidden()
        orders.rpush("rq:queue:orders", "job")
        orders.publish("live:room:1", "pinned")
        orders.set("orders:withdrawn", "1")
        assert catalog.get("orders:withdrawn") == b"1"

        from rq import Queue, SimpleWorker

        queue = Queue("orders", connection=orders)
        job = queue.enqueue("math.sqrt", 16)
        SimpleWorker([queue], connection=orders).work(burst=True)
        assert job.return_value() == 4
    finally:
        server.kill()
        server.wait()


def test_a_log_is_rotated_by_size_and_the_oldest_dropped(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "a.log", max_bytes=100)
    for n in range(40):
        log.write(f"line {n:04}\n".encode())
    log.close()
    files = sorted(p.name for p in tmp_path.iterdir())
    assert files == ["a.log", *(f"a.log.{k}" for k in range(1, KEEP + 1))]
    assert all(p.stat().st_size <= 100 for p in tmp_path.iterdir())
    assert tail(tmp_path / "a.log", 1) == "line 0039"
