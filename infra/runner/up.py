"""`up`, `down`: the command's side of the supervisor."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.runner import console, processes, state, sweep
from infra.runner.engines import shimmed
from infra.runner.state import ROOT, Config, Paths, RunnerError

NEEDED_MB = 500  # before anything starts; a demo takes some 300
DEMO = "infra.demo.cli"


class AlreadyRunning(RunnerError):
    def __init__(self) -> None:
        super().__init__("it is already running here", "./bangfu status, or ./bangfu down")


@dataclass
class Started:
    """A supervisor just started: its events come from `popen.stdout`, and it stops when `popen.stdin` is closed."""

    config: Config
    popen: subprocess.Popen[bytes]
    names: tuple[str, ...]


def start(paths: Paths, port: int | None) -> Started:
    """Prepares the state folder and starts the supervisor. Raises RunnerError with what stands in the way."""
    environment = os.environ
    if environment.get("BANGFU_ENV") == "production" and not environment.get("BANGFU_STRIPE_KEY"):
        raise RunnerError("production needs a real payment provider", "set BANGFU_STRIPE_KEY and BANGFU_STRIPE_WEBHOOK_SECRET")
    try:
        paths.make()
    except OSError as error:
        raise RunnerError(f"{paths.state} cannot be made: {error.strerror}", "choose another with BANGFU_STATE=FOLDER") from None
    lock = state.take_lock(paths)
    if lock is None:
        raise AlreadyRunning()
    try:
        for name in sweep.sweep(paths):
            console.say(f"ended what an earlier start left behind: {name}")
        state.check_space(paths, NEEDED_MB)
        _, notes = state.choose_ports(paths, port)
        for note in notes:
            console.say(note)
        state.load_secrets(paths)
        config = Config.load(paths)
        state.write_private(paths.environment, processes.environment(config))
        names = tuple(p.name for p in processes.table(config, environment.get("BANGFU_RUNNER_ONLY", "")))
        log = paths.logs / "supervisor.log"
        if log.exists() and log.stat().st_size > 1 << 20:
            log.replace(log.with_suffix(".log.1"))
        with open(log, "ab") as err:
            popen = subprocess.Popen(
                [sys.executable, "-m", "infra.runner.supervisor", str(lock)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                start_new_session=True,
                pass_fds=(lock,),
                cwd=ROOT,
                env={**environment, "BANGFU_STATE": str(paths.state)},
            )
    finally:
        os.close(lock)  # the supervisor holds its own copy
    return Started(config, popen, names)


def events(started: Started, seconds: float | None = None) -> Iterator[dict[str, Any]]:
    """The supervisor's events until it ends or `seconds` have passed without one."""
    out = started.popen.stdout
    assert out is not None
    selector = selectors.DefaultSelector()
    selector.register(out, selectors.EVENT_READ)
    rest = b""
    while True:
        if not selector.select(seconds):
            return
        data = os.read(out.fileno(), 65536)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                yield json.loads(line)


def wait_healthy(started: Started) -> None:
    """Shows progress until all is ready. Raises RunnerError with the log's last lines of what failed."""
    total = len(started.names)
    failure: dict[str, Any] | None = None
    with console.Progress(total) as progress:
        for event in events(started):
            kind, name = event["event"], str(event.get("name", ""))
            if kind == "starting":
                progress.starting(name)
            elif kind == "ready":
                progress.is_ready(name, event["seconds"])
            elif kind == "ended":
                progress.note(f"{name} ended ({event['reason']}); again in {event['again_in']} s")
            elif kind == "failed":
                failure = event
            elif kind == "healthy":
                progress.note(f"healthy after {event['seconds']:.1f} s")
                return
    started.popen.wait()
    if failure is None:
        raise RunnerError("the supervisor ended", f"see {started.config.paths.logs / 'supervisor.log'}")
    console.say(f"the last lines of {failure['name']}:")
    for line in str(failure["tail"]).splitlines():
        console.say(f"  | {line}")
    raise RunnerError(f"{failure['name']} does not start: {failure['reason']}", f"./bangfu doctor, ./bangfu logs {failure['name']}")


def print_addresses(config: Config) -> None:
    url = config.public_url
    console.say(f"shop: {url}/")
    console.say(f"graphql: {url}/graphql")
    if config.embeds("paysim"):
        console.say(f"payment simulator: http://127.0.0.1:{config.ports['paysim']}/")


def has_demo() -> bool:
    return Path(ROOT, "infra", "demo", "cli.py").exists()


def demo(config: Config, *arguments: str) -> subprocess.Popen[bytes]:
    """The demo's own command, with the address and state of this start; ended with us."""
    environment = {
        **os.environ,
        **processes.environment(config),
        "BANGFU_STATE": str(config.paths.state),
        "BANGFU_COOKIE": config.paths.cookie,
    }
    command = [sys.executable, "-m", DEMO, *arguments]
    return subprocess.Popen(shimmed(command, death_signal=signal.SIGTERM), stdin=subprocess.DEVNULL, cwd=ROOT, env=environment)


def run(paths: Paths, *, detach: bool, empty: bool, port: int | None) -> int:
    """The whole of `up`. In the foreground it returns when all has stopped."""
    asked_to_stop = False

    def remember(*_: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Until there is somebody to stop, a signal waits: in between it could leave a supervisor that nobody knows of.
    for number in endings:
        signal.signal(number, remember)
    try:
        started = start(paths, port)
    except AlreadyRunning:
        for number in endings:
            signal.signal(number, signal.SIG_DFL)
        return _join(paths)
    building: subprocess.Popen[bytes] | None = None
    try:
        for number in endings:
            signal.signal(number, interrupt)
        if asked_to_stop:
            interrupt()
        wait_healthy(started)
        print_addresses(started.config)
        whole = "gateway-api" in started.names and "orders-api" in started.names
        if whole and not empty and has_demo() and started.config.env == "development":
            demo(started.config, "accounts").wait()
            building = demo(started.config, "build")
        if detach:
            code = building.wait() if building else 0
            if started.popen.poll() is not None:
                raise RunnerError("it was stopped meanwhile", "./bangfu up")
            assert started.popen.stdin is not None
            started.popen.stdin.write(b"detach\n")
            started.popen.stdin.flush()
            started.popen.stdin.close()
            console.say("running in the background; stop it with: ./bangfu down")
            return code
        console.say("running; stop it with Ctrl-C")
        for event in events(started):
            if event["event"] == "ended":
                console.say(f"{event['name']} ended ({event['reason']}); again in {event['again_in']} s")
            elif event["event"] == "ready":
                console.say(f"{event['name']} is ready again")
            elif event["event"] == "stopped":
                break
        started.popen.wait()
        if started.popen.returncode not in (0, None):
            for name in sweep.sweep(paths):
                console.say(f"ended: {name}")
            raise RunnerError("the supervisor was killed", "everything has been stopped; start again with: ./bangfu up")
        console.say("stopped")
        return 0
    except KeyboardInterrupt:
        for number in endings:
            signal.signal(number, signal.SIG_IGN)
        stop(started, building)
        return 130 if building is None and started.popen.returncode else 0
    except RunnerError:
        stop(started, building)
        raise


def _join(paths: Paths, seconds: float = 120) -> int:
    """A second `up` waits for the first one to be healthy and tells where it is."""
    console.say(f"already running (pid {state.running_supervisor(paths)}); stop it with: ./bangfu down")
    until = time.monotonic() + seconds
    while not state.read_json(paths.status).get("healthy"):
        if state.running_supervisor(paths) is None or time.monotonic() > until:
            raise RunnerError("the start that was under way has failed", "./bangfu up")
        time.sleep(0.1)
    print_addresses(Config.load(paths))
    return 0


def stop(started: Started, building: subprocess.Popen[bytes] | None = None) -> None:
    """Stops everything of a start, and says what had to be forced. Nothing is left afterwards."""
    console.say("stopping")
    if building is not None and building.poll() is None:
        building.terminate()
    if started.popen.stdin is not None:
        with contextlib.suppress(OSError):
            started.popen.stdin.close()
    for event in events(started, seconds=60):
        if event["event"] == "stopped_one" and event["forced"]:
            console.say(f"{event['name']} did not stop by itself and was killed")
    try:
        started.popen.wait(10)
    except subprocess.TimeoutExpired:
        started.popen.kill()
    sweep.sweep(started.config.paths)
    if building is not None:
        building.wait()
    console.say("stopped")


def down(paths: Paths, seconds: float = 90) -> bool:
    """Stops what runs in this state folder; True if anything did. Nothing of it is left afterwards."""
    pid = state.running_supervisor(paths)
    ran = pid is not None
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + seconds
        while state.running_supervisor(paths) is not None:
            if time.monotonic() > until:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.5)
                break
            time.sleep(0.05)
    for name in sweep.sweep(paths):
        console.say(f"ended: {name}")
        ran = True
    return ran
