"""The second step of a sign-in."""

from __future__ import annotations

from gateway.accounts import lockout, sessions, store_factors, totp
from gateway.accounts.asking import Asking
from gateway.accounts.domain import ChallengeOver
from gateway.accounts.sessions import Tokens
from gateway.accounts.sign_in_settings import SignInSettings
from services.kit.db import Database


def confirm_sign_in(db: Database, settings: SignInSettings, *, challenge: str, code: str, asking: Asking) -> Tokens:
    """A code of the authenticator, or a recovery code. A wrong one leaves the challenge: its tries are counted for the account.

    Raises ChallengeOver, CodeWrong, TooManyAttempts.
    """
    with db.reading() as conn:
        begun = store_factors.challenge(conn, "second_factor", challenge)
    if begun is None:
        raise ChallengeOver()
    attempt = totp.begin(db, settings, begun["account_id"], asking)
    with db.transaction() as conn:
        kind = totp.check(conn, settings, begun["account_id"], code)
        if store_factors.take_challenge(conn, "second_factor", challenge) is None:
            raise ChallengeOver()
        lockout.succeeded(conn, attempt)
        method = f"{begun['content']['method']}+{kind}"
        return sessions.open_session(conn, settings.session_secret, begun["account_id"], asking, method, second_factor=True)
