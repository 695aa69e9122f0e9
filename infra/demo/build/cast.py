"""Who acts in the demo: accounts signed in, made where they are missing."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from infra.demo.client import Api, ApiError, Credentials, until
from infra.demo.logins import ALL, BUREAU, BY_KEY, OPERATOR, Login

THREADS = 4


class DemoError(Exception):
    """The demo cannot be built; the text says why, `cure` what to do."""

    def __init__(self, text: str, cure: str = "") -> None:
        super().__init__(text)
        self.cure = cure


@dataclass
class Cast:
    """The demo's accounts by key, each as a signed-in client of the API."""

    url: str
    password: str
    nobody: Api = field(init=False)
    _apis: dict[str, Api] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nobody = Api(self.url)

    def __getitem__(self, key: str) -> Api:
        if key not in self._apis:
            self._apis[key] = self.nobody.other(Credentials(BY_KEY[key].login, self.password))
        return self._apis[key]

    def guest(self) -> Api:
        return self.nobody.other(guest=self.nobody.do("startGuest", {}, "guestToken"))


def scopes(api: Api, role: str) -> list[str]:
    """What `api`'s account holds `role` for: codes or global ids; empty where it does not hold it."""
    me = api.ask("{ me { grants { role scope } } }")["me"]
    return [g["scope"] for g in me["grants"] if g["role"] == role]


def granted(api: Api, role: str, seconds: float = 30.0) -> str:
    """The scope of a role that is on its way from the service that gives it."""
    return until(lambda: next(iter(scopes(api, role)), None), f"the role {role.lower()} to arrive", seconds)


def ensure_accounts(cast: Cast) -> None:
    """Everybody exists and holds the roles that are granted by name. Safe to repeat."""
    first = [one for one in (OPERATOR, BUREAU) if not cast[one.key].sign_in()]
    if first:
        _create_first(first, cast.password)
        for one in first:
            if not cast[one.key].sign_in():
                raise DemoError(
                    f"the demo's account {one.login} has another password than this folder's",
                    "./bangfu reset, or sign in with that password",
                )
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda one: _ensure(cast, one, not first), [one for one in ALL if one not in (OPERATOR, BUREAU)]))


def _create_first(logins: list[Login], password: str) -> None:
    """Before the first operator nobody can grant a role: the gateway's own command makes the first accounts."""
    if not os.environ.get("BANGFU_GATEWAY_DATABASE_URL"):
        raise DemoError(
            "the first accounts can be made only with the gateway's settings", "run it as ./bangfu demo, where ./bangfu up runs"
        )
    started = [
        (
            one,
            subprocess.Popen(
                [sys.executable, "-m", "gateway", "create-account", "--login", one.login, "--role", one.role.lower(), "--name", one.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ),
        )
        for one in logins
    ]
    for one, process in started:
        output, _ = process.communicate(f"{password}\n")
        if process.returncode != 0:
            raise DemoError(f"the account {one.login} could not be made: {output.strip()[-500:]}", "./bangfu doctor")


def _ensure(cast: Cast, one: Login, known: bool) -> None:
    """`known`: it was there before, most likely; asking for what is not there costs a password's hash."""
    api = cast[one.key]
    if known and api.sign_in():
        fresh = False
    else:
        try:
            api.sign_up(one.name)
            fresh = True
        except ApiError as error:
            if error.code != "LOGIN_TAKEN":
                raise
            if not api.sign_in():
                raise DemoError(f"the account {one.login} has another password than this folder's demo", "./bangfu reset") from error
            fresh = False
    if one.role and (fresh or one.scope not in scopes(api, one.role)):
        given = {"accountId": api.account_id, "role": one.role, "scope": one.scope, "reason": "demo"}
        cast[OPERATOR.key].do("grantRole", given, "done")
