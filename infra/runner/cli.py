"""The command line: `./bangfu …`. Each command is a few lines here; what it does stands in its own module."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import click

from infra.runner import console, state
from infra.runner.rotate import tail
from infra.runner.state import Config, Paths, RunnerError


class Commands(click.Group):
    """Shows what stands in the way as two lines, not as a traceback; keeps the commands in the order of use."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except RunnerError as error:
            console.trouble(str(error), error.cure)
            ctx.exit(1)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Bangfu: an open marketplace for certified assistance products, on this machine."""


@main.command()
@click.option("--detach", is_flag=True, help="Return when all is healthy and the demo is complete.")
@click.option("--empty", is_flag=True, help="Without the demo city.")
@click.option("--port", type=click.IntRange(1, 65535), help="The gateway's port (8000, or the next free one).")
def up(detach: bool, empty: bool, port: int | None) -> None:
    """Start everything."""
    from infra.runner import up as upping

    sys.exit(upping.run(Paths.of_environment(), detach=detach, empty=empty, port=port))


@main.command()
def down() -> None:
    """Stop everything."""
    from infra.runner import up as upping

    console.say("stopped" if upping.down(Paths.of_environment()) else "nothing was running")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """What runs, and where. Exit code 0 if all is ready, 3 if nothing runs, 4 if something is not ready."""
    paths = Paths.of_environment()
    found = state.read_json(paths.status) if state.running_supervisor(paths) is not None else {}
    rows = found.get("processes", [])
    assert isinstance(rows, list)
    good = bool(rows) and all(r["state"] in ("ready", "done") for r in rows)
    if as_json:
        click.echo(json.dumps({"running": bool(found), "ready": good, **found}, indent=1))
    elif not found:
        console.say("nothing is running; start it with: ./bangfu up")
    else:
        for r in rows:
            up_for = f"{time.time() - r['started_at']:.0f} s" if r["pid"] else ""
            where = f"port {r['port']}" if r["port"] else ""
            pid = f"pid {r['pid']}" if r["pid"] else ""
            more = f"restarted {r['restarts']} times" if r["restarts"] else ""
            console.say(f"{r['name']:<20} {r['state']:<9} {pid:<12} {where:<11} {up_for:<9} {more}".rstrip())
        console.say(f"graphql: {found['public_url']}/graphql")
    sys.exit(0 if good else 4 if found else 3)


@main.command()
@click.argument("name", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@click.option("-n", "--lines", default=40, show_default=True)
def logs(name: str | None, follow: bool, lines: int) -> None:
    """The last lines of a process's log, or of all of them."""
    paths = Paths.of_environment()
    names = sorted(p.stem for p in paths.logs.glob("*.log"))
    if name is not None and name not in names:
        raise RunnerError(f"there is no log of {name!r}", f"one of: {', '.join(names) or 'none yet; ./bangfu up'}")
    chosen = [name] if name else names
    width = max((len(n) for n in chosen), default=0)
    for n in chosen:
        for line in tail(paths.logs / f"{n}.log", lines if name else 5).splitlines():
            click.echo(line if name else f"{n:<{width}} | {line}")
    if follow:
        _follow({n: paths.logs / f"{n}.log" for n in chosen}, width if not name else 0)


def _follow(files: dict[str, Path], width: int) -> None:
    """New lines as they come; a rotated log is followed into its successor."""
    opened = {n: p.open("rb") for n, p in files.items()}
    for f in opened.values():
        f.seek(0, 2)
    try:
        while True:
            came = False
            for n, f in opened.items():
                for line in f:
                    came = True
                    text = line.decode(errors="replace").rstrip("\n")
                    click.echo(f"{n:<{width}} | {text}" if width else text)
                if files[n].exists() and files[n].stat().st_ino != _inode(f):
                    f.close()
                    opened[n] = files[n].open("rb")
            if not came:
                time.sleep(0.3)
    except KeyboardInterrupt:
        return


def _inode(f: object) -> int:
    import os

    return os.fstat(f.fileno()).st_ino  # type: ignore[attr-defined]


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--check", is_flag=True, help="Compare all published figures with the system's answers.")
@click.option("--accounts", is_flag=True, help="Make the demo's accounts where they are missing, and tell how to sign in.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def demo(check: bool, accounts: bool, arguments: tuple[str, ...]) -> None:
    """Build the demo city in the running system, or check its figures."""
    from infra.runner import up as upping

    config = _running()
    sys.exit(upping.demo(config, "check" if check else "accounts" if accounts else "build", *arguments).wait())


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--full", is_flag=True, help="Every kill, every width, every round.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(full: bool, arguments: tuple[str, ...]) -> None:
    """Everything that must pass; or a part, by path or pytest option."""
    from infra.runner import testing

    sys.exit(testing.run(arguments, full=full))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure, beside references from the same run. [NAME…] [--json FILE]"""
    from infra.runner import testing

    sys.exit(testing.bench(arguments))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(as_json: bool) -> None:
    """Look for what stands in the way, and say the cure."""
    from infra.runner import doctor as doctoring

    found = doctoring.examine(Paths.of_environment())
    if as_json:
        click.echo(json.dumps([c.as_dict() for c in found], indent=1, ensure_ascii=False))
    else:
        for c in found:
            mark = click.style("ok  ", fg="green") if c.ok else click.style("BAD ", fg="red", bold=True)
            console.say(f"{mark} {c.name}: {c.finding}")
            if not c.ok:
                console.say(f"     cause: {c.cause}")
                console.say(f"     cure: {c.cure}")
    sys.exit(0 if all(c.ok for c in found) else 1)


@main.group()
def audit() -> None:
    """The trail of privileged acts."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify_audit(as_json: bool) -> None:
    """Recompute every service's chain and compare it with the gateway's copy and the noted heads. Exit code 1 if it was changed."""
    from infra.runner import audit as auditing
    from infra.runner import processes

    sys.exit(auditing.show(auditing.verify(processes.environment(_running())), as_json))


@main.command()
@click.option("--login", required=True, help="A mobile number or an e-mail address.")
@click.option("--role", type=click.Choice(["operator", "bureau"]), required=True)
@click.option("--name", default=None)
@click.password_option()
def account(login: str, role: str, name: str | None, password: str) -> None:
    """Make the first account that may grant roles to others (up --empty makes none)."""
    import os
    import subprocess

    from infra.runner import processes

    config = _running()
    row = next(p for p in processes.TABLE if p.name == "gateway-api")
    environment = processes.process_environment(config, row, processes.environment(config))
    command = [sys.executable, "-m", "gateway", "create-account", "--login", login, "--role", role]
    done = subprocess.run(
        [*command, *(["--name", name] if name else [])],
        input=f"{password}\n",
        text=True,
        cwd=state.ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    sys.exit(done.returncode)


@main.command()
def env() -> None:
    """Print settings with fresh secrets, for docker-compose: ./bangfu env > .env"""
    from infra.runner import compose

    click.echo(compose.fresh_env(), nl=False)


@main.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Stop everything and delete all data, secrets and logs of this copy."""
    from infra.runner import up as upping

    paths = Paths.of_environment()
    if not yes and not click.confirm(f"Delete all data under {paths.state}? This cannot be undone", default=False):
        console.say("nothing was deleted")
        sys.exit(1)
    upping.down(paths)
    for folder in (paths.data, paths.logs, paths.run):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (paths.secrets, paths.ports):
        file.unlink(missing_ok=True)
    console.say("deleted; start anew with: ./bangfu up")


def _running() -> Config:
    paths = Paths.of_environment()
    if state.running_supervisor(paths) is None:
        raise RunnerError("nothing is running", "./bangfu up --detach --empty")
    return Config.load(paths)
