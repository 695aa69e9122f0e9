"""`python -m infra.demo.cli accounts|build|check`, what `./bangfu demo` and the first `./bangfu up` run."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from datetime import datetime
from typing import Any, NoReturn

import click
import urllib3

from infra.demo import check as checking
from infra.demo import logins
from infra.demo.build import state
from infra.demo.build.cast import Cast, DemoError
from infra.demo.client import ApiError, NoAnswer

SYNC_SECONDS = 60.0
DAY = click.DateTime(["%Y-%m-%d"])


class Commands(click.Group):
    """What stands in the way is said in two lines."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            if os.environ.get("BANGFU_ENV") == "production":
                raise DemoError(
                    "the demo and its accounts are refused in production", "use a copy of its own, without BANGFU_ENV=production"
                )
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except DemoError as error:
            _stop(str(error), error.cure)
        except (ApiError, NoAnswer, TimeoutError, urllib3.exceptions.HTTPError) as error:
            _stop(f"the demo stopped: {error}", "./bangfu status, ./bangfu logs; then go on with ./bangfu demo")
        except Exception:
            traceback.print_exc()
            _stop("the demo stopped", "go on with ./bangfu demo")


def _stop(words: str, cure: str) -> NoReturn:
    """Ends at once: threads that wait for the system would keep the process alive, and everything can be gone on with."""
    sys.stdout.flush()
    click.echo(f"error: {words}", err=True)
    if cure:
        click.echo(f"  cure: {cure}", err=True)
    sys.stderr.flush()
    os._exit(1)


def _interrupted(number: int, _frame: object) -> NoReturn:
    if sys.stdout.isatty():
        os.write(sys.stdout.fileno(), b"\x1b[?25h\n")  # the cursor, hidden by the bars
    os.write(2, b"the demo was interrupted; go on with: ./bangfu demo\n")
    os._exit(128 + number)


@click.group(cls=Commands)
def main() -> None:
    """The demo city, through the public API."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupted)


def _cast() -> Cast:
    secret = os.environ.get("BANGFU_SESSION_SECRET", "")
    if not secret:
        raise DemoError("the settings of a running system are missing", "run it as: ./bangfu demo")
    return Cast(os.environ["BANGFU_PUBLIC_URL"] + "/graphql", logins.password_of(secret))


@main.command()
def accounts() -> None:
    """One merchant, institution and officer a role, and how to sign in as each."""
    from infra.demo.build.cast import ensure_accounts
    from infra.demo.build.founding import found

    begun = time.monotonic()
    cast = _cast()
    ensure_accounts(cast)
    made = found(cast)
    state.note(url=cast.url, password=cast.password, accounts={one.key: one.login for one in logins.ALL}, founded=vars(made))
    click.echo(f"demo accounts, each with the password {cast.password} (signIn), ready after {time.monotonic() - begun:.1f} s:")
    shown = [one for one in logins.ALL if not one.key.startswith(("department:", "county:"))]
    for one in (*shown[:2], logins.DEPARTMENTS[0], logins.OFFICERS[0], *shown[2:]):
        more = {"DEPARTMENT_OFFICER": f" … {logins.DEPARTMENTS[-1].login}", "COUNTY_OFFICER": f" … {logins.OFFICERS[-1].login}"}.get(
            one.role, ""
        )
        click.echo(f"  {one.login + more:<29} {one.words}: {one.try_this}")


@main.command()
@click.option("--as-of", type=DAY, help="The last day of the history, a month's last; default: of the last whole month.")
@click.option("--seed", type=int, help="Another city.")
def build(as_of: datetime | None, seed: int | None) -> None:
    """Build the demo city, or go on with it."""
    from infra.demo.build.whole import build_city

    build_city(_cast(), as_of.date() if as_of else None, seed)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(as_json: bool) -> None:
    """Compare the published figures with the system's answers; exit code 1 if one does not hold."""
    from infra.demo.build.copies import wait_for_all
    from infra.demo.build.history import day_before

    bureau = _cast()["bureau"]
    copies = wait_for_all(bureau, SYNC_SECONDS)
    if copies.cutover is None:
        raise DemoError("there is no history here yet", "./bangfu demo")
    as_of = day_before(copies.cutover)
    answer = checking.ask(bureau, as_of)
    rows = checking.compare(checking.published(), answer["items"])
    notes = [f"{lag.service} is {lag.behind} events behind {lag.source} ({lag.lane})" for lag in copies.lags]
    notes += [f"{copies.parked} events are parked"] * bool(copies.parked) + ["the figures are incomplete"] * bool(answer["incomplete"])
    _print_check(rows, as_of, notes, answer, as_json)
    sys.stdout.flush()
    if notes or not all(r.holds for r in rows):
        sys.exit(1)


def _print_check(rows: list[checking.Row], as_of: Any, notes: list[str], answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(checking.as_json(rows, as_of, notes), ensure_ascii=False, indent=1))
        return
    click.echo(f"figures as of {as_of}")
    click.echo(checking.as_text(rows))
    for note in notes:
        click.echo(f"note: {note}")
    failing = sum(1 for r in rows if not r.holds)
    click.echo(f"{len(rows)} figures, all hold" if not failing and not notes else f"{len(rows)} figures, {failing} do not hold")


if __name__ == "__main__":
    main()
