"""``python -m gateway worker|migrate|allowance|create-account``; the last makes the first operator, before whom nobody can grant a role."""

from __future__ import annotations

import argparse
import sys

from gateway.accounts import store, usecases
from gateway.accounts.asking import Asking
from gateway.accounts.domain import LoginTaken, parse_login
from gateway.rates import sign_allowance
from gateway.service import SERVICE
from gateway.settings import GatewaySettings
from services.kit import audit
from services.kit.db import Database
from services.kit.principal import Grant, Principal, Role
from services.kit.run import main as run_service
from services.kit.settings import load


def main() -> int:
    if sys.argv[1:2] == ["allowance"]:
        return allowance()
    if sys.argv[1:2] != ["create-account"]:
        return run_service(SERVICE)
    parser = argparse.ArgumentParser(prog="python -m gateway create-account")
    parser.add_argument("--login", required=True)
    parser.add_argument("--role", required=True, choices=[Role.OPERATOR.value, Role.BUREAU.value])
    parser.add_argument("--name", default=None)
    options = parser.parse_args(sys.argv[2:])
    create_account(load(GatewaySettings, "gateway"), options.login, sys.stdin.readline().rstrip("\n"), Role(options.role), options.name)
    return 0


def allowance() -> int:
    """Prints a token for `X-Bangfu-Allowance`: a client of our own (a load test, a mirror) that may ask more than others."""
    parser = argparse.ArgumentParser(prog="python -m gateway allowance")
    parser.add_argument("--name", required=True, help="whom it is counted by")
    parser.add_argument("--times", type=float, required=True, help="every rate that many times")
    parser.add_argument("--hours", type=float, default=24.0)
    options = parser.parse_args(sys.argv[2:])
    secret = load(GatewaySettings, "gateway").session_secret
    print(sign_allowance(secret, options.name, options.times, int(options.hours * 3600)))
    return 0


def create_account(settings: GatewaySettings, login: str, password: str, role: Role, name: str | None = None) -> None:
    """The password comes by standard input, never by an argument that others can list. Repeatable."""
    db = Database(settings.database_url, size=1).open()
    try:
        try:
            account_id = usecases.sign_up(
                db,
                settings,
                login=login,
                password=password,
                name=name,
                language="zh-CN",
                asking=Asking(agent="command line"),
                vouched=True,
            ).account_id
        except LoginTaken:
            with db.reading() as conn:
                found = store.account_by_login(conn, *parse_login(login))
            if found is None:
                raise
            account_id = found["account_id"]
        with db.transaction() as conn:
            if store.put_grant(conn, account_id, role.value, "", "command line"):
                by = Principal("command line", (Grant(Role.OPERATOR),))
                audit.record(conn, by, "role:grant", f"account:{account_id}", after={"role": role.value, "scope": ""})
    finally:
        db.close()
