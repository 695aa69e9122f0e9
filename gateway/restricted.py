"""The table's second half: whose objects an operation may touch, and which fields not everybody who sees an object sees.

Written by kind of object, so that every operation that takes such an id is covered the day it appears. The gateway decides on
fields; over rows the owning service decides, by the same words. Both halves are read by the check, by docs/api/permissions.md
and by tests/matrix.
"""

from __future__ import annotations

from gateway.predicates import OWNER, FieldRule, Predicate, county, holders, owner, party
from services.kit.principal import Role

Predicates = tuple[Predicate, ...]

_CITY = holders(Role.BUREAU, Role.DEPARTMENT_OFFICER)
_READERS = (*_CITY, *holders(Role.OPERATOR))
_MEMBERS = (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER, Role.GROUP_ORGANISER)
_MERCHANT = party(Role.MERCHANT, to=("merchant_id",))
_OUTLET = (*party(Role.OUTLET, to=("outlet_id",)), *county("county_code"), *_READERS)
_CONTRACT = (
    *party(Role.MERCHANT, to=("merchant.merchant_id",)),
    *party(*_MEMBERS, to=("institution.institution_id",)),
    *county("institution.county_code", "merchant.county_code"),
    *_READERS,
)
_PARTIES = (
    *_MERCHANT,
    *party(*_MEMBERS, to=("institution_id",)),
    *county("institution_county", "merchant_county", "origin_counties"),
    *_READERS,
)
_CATALOG = (OWNER, *_MERCHANT, *county("county_code"), *_READERS)
_REPORT = (*_MERCHANT, *county("county_code"), *_READERS)
_OUTSIDE = (*party(Role.MERCHANT, Role.STREAMER, to=("recorder_scope",)), *county("county_code"), *_CITY)
_HOST = (OWNER, *party(Role.STREAMER, to=("streamer_id",)))
_ORGANISER = (*party(*_MEMBERS, to=("institution_id",)), *county("consumption_county"), *_READERS)
_AUDITORS = holders(Role.OPERATOR, Role.BUREAU)
_EVERYBODY = (Predicate(None, ()),)

# kind of id → who may name such an object in an operation that his roles open to him.
OBJECTS: dict[str, Predicates] = {
    "Account": _EVERYBODY,
    "Session": (OWNER,),
    "Upload": (OWNER,),
    "Merchant": _CATALOG,
    "Product": _CATALOG,
    "Application": _CATALOG,
    "Label": holders(Role.BUREAU, Role.DEPARTMENT_OFFICER),
    "Mechanism": _CATALOG,
    "Order": (OWNER, *_MERCHANT, *holders(Role.BUREAU)),
    "OrderLine": (OWNER, *_MERCHANT, *holders(Role.BUREAU)),
    "Payment": (OWNER,),
    "Institution": (OWNER, *party(*_MEMBERS, to=("institution_id",)), *county("county_code"), *_READERS),
    "Contract": _CONTRACT,
    "CallOff": _PARTIES,
    "Delivery": _PARTIES,
    "Outlet": (OWNER, *_OUTLET),
    "Slip": _OUTLET,
    "Sheet": _OUTLET,
    "FairOrder": _OUTLET,
    "Campaign": (OWNER, *_ORGANISER, *party(Role.MERCHANT, to=("merchant_ids",))),
    "ExternalReport": _REPORT,
    "Streamer": (*owner("account_id"), *party(Role.STREAMER, to=("streamer_id",)), *county("county_code"), *_CITY),
    "LiveSession": _EVERYBODY,
    "OutsideSession": _OUTSIDE,
    "Report": (*county("county_code"), *_CITY),
    "Import": holders(Role.OPERATOR, Role.BUREAU),
    "Document": (
        OWNER,
        *_MERCHANT,
        *party(*_MEMBERS, to=("institution_id",)),
        *party(Role.OUTLET, to=("outlet_id",)),
        *county("origin_county", "consumption_county"),
        *_READERS,
    ),
    "AuditEntry": _AUDITORS,
    "ApiKey": owner("account_id"),
    "Passkey": (OWNER,),
    "OutsideLogin": (OWNER,),
    "Invitation": (OWNER, *party(Role.MERCHANT, *_MEMBERS, to=("scope",)), *county("county_code"), *_AUDITORS),
    "WebhookEndpoint": party(Role.MERCHANT, *_MEMBERS, to=("scope",)),
    "WebhookDelivery": party(Role.MERCHANT, *_MEMBERS, to=("scope",)),
}

# operation → the predicates over the object it acts on, where they differ from those of its kind: acting is narrower than seeing.
ACTS: dict[str, Predicates] = {
    "Query.orders": (*_MERCHANT, *holders(Role.BUREAU)),
    "Query.stock": (*_MERCHANT, *_READERS),
    "Query.institution": (*OBJECTS["Institution"], *holders(Role.MERCHANT)),
    "Mutation.linkProducts": _HOST,
    "Mutation.unlinkProduct": _HOST,
    "Mutation.startSession": _HOST,
    "Mutation.pinProduct": _HOST,
    "Mutation.unpinProduct": _HOST,
    "Mutation.endSessionBroadcast": (*_HOST, *county("county_code")),
    "Mutation.addController": party(Role.STREAMER, to=("streamer_id",)),
    "Mutation.joinCampaign": _EVERYBODY,
    "Mutation.payCampaignPart": (OWNER,),
}

# operation → positions of ids that anybody may name there (a product that is for sale, a partner to be asked).
FREE: dict[str, frozenset[str]] = {
    "Query.offers": frozenset({"productIds"}),
    "Query.auditEntries": frozenset({"filter.actor", "filter.subject"}),
    "Mutation.setCartLine": frozenset({"productId"}),
    "Mutation.placeOrder": frozenset({"lines.productId"}),
    "Mutation.proposeContract": frozenset({"lines.productId"}),
    "Mutation.callOffContract": frozenset({"lines.productId"}),
    "Mutation.linkProducts": frozenset({"productIds"}),
    "Mutation.unlinkProduct": frozenset({"productId"}),
    "Mutation.pinProduct": frozenset({"productId"}),
    "Mutation.attributePurchase": frozenset({"productId"}),
    "Mutation.scheduleSession": frozenset({"productIds"}),
    "Mutation.submitOutsideSession": frozenset({"lines.productId"}),
    "Mutation.resubmitOutsideSession": frozenset({"lines.productId"}),
    "Mutation.recordSlip": frozenset({"lines.productId"}),
    "Mutation.recordSheet": frozenset({"lines.productId"}),
    "Mutation.recordFairOrder": frozenset({"lines.productId"}),
    "Mutation.createCampaign": frozenset({"goods.productId"}),
    "Mutation.joinCampaign": frozenset({"choices.productId"}),
    "Mutation.submitExternalReport": frozenset({"lines.productId"}),
    "Mutation.resubmitExternalReport": frozenset({"lines.productId"}),
    "Mutation.recordActivity": frozenset({"sessionId", "outletId", "contractIds"}),
}

# Of several ids one is enough: whoever proposes a contract is one of its parties, whoever reports a session its merchant or streamer.
ONE_IS_ENOUGH = frozenset({"Mutation.proposeContract", "Mutation.submitOutsideSession"})


def _hidden(rule: Predicates) -> FieldRule:
    return FieldRule(rule, hidden=True)


_ME = FieldRule(owner("account_id"))
_PAPER = _hidden(_OUTLET)
_LINE_PAPER = _hidden((*county("origin_county", "consumption_county"), *_READERS, *party(Role.OUTLET, to=("outlet_id",))))

# Type.field → who sees it.
FIELDS: dict[str, FieldRule] = {
    # One's own account: nobody else's name, number, roles or devices.
    "Account.name": _ME,
    "Account.login": _ME,
    "Account.language": _ME,
    "Account.grants": _ME,
    "Account.sessions": _ME,
    "Account.loginVerified": _ME,
    "Account.secondFactor": _ME,
    "Account.outsideLogins": _ME,
    # A buyer's name, phone and address: for who buys and who packs.
    "Order.recipient": FieldRule((OWNER, *_MERCHANT)),
    "Order.paymentId": _hidden((OWNER,)),
    "Payment.clientSecret": FieldRule((OWNER,)),
    "Payment.payUrl": FieldRule((OWNER,)),
    # A merchant's contact person.
    "Merchant.contact": FieldRule(_CATALOG),
    # Accounts behind an institution.
    "Institution.members": FieldRule(OBJECTS["Institution"]),
    # Reviews and their reasons.
    "Application.steps": FieldRule(_CATALOG),
    "Withdrawal.reason": _hidden(_REPORT),
    "Streamer.reason": FieldRule(OBJECTS["Streamer"]),
    "ExternalReport.reason": FieldRule(_REPORT),
    "OutsideSession.reason": FieldRule(_OUTSIDE),
    # Evidence.
    "Sheet.paper": _PAPER,
    "FairOrder.paper": _PAPER,
    "ExternalReport.paper": FieldRule(_REPORT),
    "OutsideSession.evidence": FieldRule(_OUTSIDE),
    "SaleLine.paper": _LINE_PAPER,
    "Document.paper": _hidden((*holders(Role.COUNTY_OFFICER), *_READERS, *_MERCHANT, *party(Role.OUTLET, to=("outlet_id",)))),
    # Money between two parties.
    "Contract.credit": FieldRule(_CONTRACT),
    "Contract.lines": FieldRule(_CONTRACT),
    "CallOff.amount": FieldRule(_PARTIES),
    "CallOff.lines": FieldRule(_PARTIES),
    "Delivery.amount": FieldRule(_PARTIES),
    "Delivery.lines": FieldRule(_PARTIES),
    "Campaign.code": _hidden(party(Role.GROUP_ORGANISER, to=("institution_id",))),
    "Campaign.budget": _hidden(_ORGANISER),
    "Campaign.unionPart": _hidden(_ORGANISER),
    "Campaign.memberPart": _hidden(_ORGANISER),
    "Campaign.paid": _hidden(_ORGANISER),
    "LiveSession.results": _hidden((*_HOST, *county("county_code"), *_CITY)),
    "Stock.available": FieldRule((*_MERCHANT, *_READERS)),
    "Stock.reserved": FieldRule((*_MERCHANT, *_READERS)),
    # Files with other people's rows in them, and the state of the machine.
    "Import.preview": FieldRule(holders(Role.OPERATOR, Role.BUREAU)),
    "Import.errors": FieldRule(holders(Role.OPERATOR, Role.BUREAU)),
    "Report.files": FieldRule(OBJECTS["Report"]),
    "Reconciliation.differences": FieldRule(_READERS),
    # Who did what, and why.
    "AuditEntry.actor": FieldRule(_AUDITORS),
    "AuditEntry.changes": FieldRule(_AUDITORS),
    "AuditEntry.reason": FieldRule(_AUDITORS),
}
