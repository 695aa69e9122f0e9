"""One's own personal data: consents, a copy of everything, and its end."""

from __future__ import annotations

from typing import Any

import graphene

from gateway.accounts import persons_consents, persons_requests
from gateway.http.media import download_link
from gateway.permissions import ACCOUNT, PUBLIC
from gateway.schema.fields import listing, node_id
from gateway.schema.inputs import text
from gateway.schema.intentions import intention
from gateway.schema.scalars import Instant
from services.kit.telemetry import language


class ConsentText(graphene.ObjectType):
    """A text one agrees to, in the version in force."""

    purpose = graphene.String(required=True, description="privacy or marketing")
    version = graphene.String(required=True, description="What `giveConsent` and `signUp` are told")
    required = graphene.Boolean(required=True, description="Whether an account needs it; marketing never is")
    text = graphene.String(required=True, description="In the language of the request")

    @staticmethod
    def resolve_text(row: Any, _info: Any) -> str:
        return str(row.en if language().startswith("en") else row.zh)


class Consent(graphene.ObjectType):
    """A consent of one's own: which text, when, until when."""

    purpose = graphene.String(required=True, description="privacy or marketing")
    text_version = graphene.String(required=True)
    given_at = graphene.Field(Instant, required=True)
    withdrawn_at = graphene.Field(Instant, description="Null while it is in force")


class PersonRequest(graphene.ObjectType):
    """A copy of one's data, or its deletion, as asked for."""

    id = node_id("PersonRequest", "request_id")
    kind = graphene.String(required=True, description="export or deletion")
    state = graphene.String(required=True, description="open, done or expired")
    requested_at = graphene.Field(Instant, required=True)
    finished_at = graphene.Field(Instant)
    expires_at = graphene.Field(Instant, description="Of an export: until when it can be fetched, 7 days after its making")
    size = graphene.Float(description="Of an export: bytes of the JSON file")
    url = graphene.String(description="Of an export that is done: a signed link that lives 15 minutes")

    @staticmethod
    def resolve_url(row: dict[str, Any], info: Any) -> str | None:
        if row["kind"] != persons_requests.EXPORT or row["state"] != "done" or not row["object_key"]:
            return None
        return download_link(info.context.edge, row["object_key"], "bangfu-personal-data.json", "application/json")


def request_export(context: Any, _body: dict[str, Any], _key: str | None) -> Any:
    return persons_requests.request_export(context.edge.db, context.principal, context.session_id)


def delete_account(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return persons_requests.request_deletion(context.edge.db, context.principal, context.session_id, body["login"])


def give_consent(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return persons_consents.give_consent(context.edge.db, context.account_id, body["purpose"], body["text_version"])


def withdraw_consent(context: Any, body: dict[str, Any], _key: str | None) -> Any:
    return persons_consents.withdraw_consent(context.edge.db, context.account_id, body["purpose"])


def list_requests(context: Any, page: dict[str, Any]) -> dict[str, Any]:
    with context.edge.db.reading() as conn:
        return vars(persons_requests.requests_page(conn, context.account_id, page["first"], page["after"]))


def list_consents(_root: Any, info: Any) -> Any:
    with info.context.edge.db.reading() as conn:
        return persons_consents.consents(conn, info.context.account_id)


_REASON = {"reason": text("At most 2,000 characters; for oneself, it is not kept", required=False)}

QUERIES = {
    "consent_texts": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(ConsentText))),
        resolver=lambda _root, _info: persons_consents.in_force(),
        description="The texts in force that one may agree to",
    ),
    "my_consents": graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(Consent))),
        resolver=list_consents,
        description="One's own consents, newest first, at most 100, withdrawn ones among them",
    ),
    "person_requests": listing(PersonRequest, list_requests, "One's own exports and deletions, newest first"),
}

MUTATIONS = {
    "give_consent": intention(
        "giveConsent",
        "Agree to the text in force",
        {"purpose": text("privacy or marketing"), "text_version": text("From `consentTexts`: what was shown")},
        ("consent", Consent),
        give_consent,
    ),
    "withdraw_consent": intention(
        "withdrawConsent",
        "Withdraw a consent; that to the privacy policy ends with the account (`deleteAccount`)",
        {"purpose": text("marketing")},
        ("consent", Consent),
        withdraw_consent,
    ),
    "request_export": intention(
        "requestExport",
        "Ask for a copy of all of one's data, of every service, as one JSON file; it is ready within moments, under `personRequests`",
        _REASON,
        ("request", PersonRequest),
        request_export,
    ),
    "delete_account": intention(
        "deleteAccount",
        "Close the account at once and erase one's data in every service, but for what the law keeps (docs/privacy.md)",
        {"login": text("One's own number or address, typed again")},
        ("request", PersonRequest),
        delete_account,
    ),
}

PERMISSIONS = {
    "Query.consentTexts": PUBLIC,
    "Query.myConsents": ACCOUNT,
    "Query.personRequests": ACCOUNT,
    "Mutation.giveConsent": ACCOUNT,
    "Mutation.withdrawConsent": ACCOUNT,
    "Mutation.requestExport": ACCOUNT,
    "Mutation.deleteAccount": ACCOUNT,
}
