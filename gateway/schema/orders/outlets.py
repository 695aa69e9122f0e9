"""Outlets with their slips and sheets, campaigns, external reports."""

from __future__ import annotations

from typing import Any

import graphene

from gateway.permissions import ACCOUNT, OFFICERS, PUBLIC, roles
from gateway.schema.fields import by_id, listing, raw_id
from gateway.schema.inputs import amount, day, instant, number, quantity, ref, rows, text
from gateway.schema.intentions import intention, send
from gateway.schema.orders.contracts import orders_list
from gateway.schema.orders.outlet_types import Campaign, CampaignPayment, ExternalReport, FairOrder, Outlet, Sheet, Slip
from services.kit.principal import Role


def _of_outlet(path: str) -> Any:
    def fetch(context: Any, page: dict[str, Any], outlet_id: str, **given: Any) -> Any:
        filters = {k: v for k, v in given.items() if v is not None}
        return context.clients.orders.get(path.format(raw_id(outlet_id, "Outlet")), {**page, **filters}, context.principal)

    return fetch


def resolve_campaign(_root: Any, info: Any, id: str, code: str | None = None) -> Any:
    return info.context.clients.orders.get(f"/campaigns/{raw_id(id, 'Campaign')}", {"code": code}, info.context.principal)


_OUTLET_ID = graphene.ID(required=True)
QUERIES = {
    "outlets": listing(
        Outlet,
        orders_list("/outlets"),
        "Open outlets; its operators and officers see others too",
        kind=graphene.String(),
        county_code=graphene.String(),
        state=graphene.String(),
    ),
    "outlet": by_id(Outlet, "Outlet", "/outlets/{}", "orders", "An outlet"),
    "slips": listing(Slip, _of_outlet("/outlets/{}/slips"), "Slips of an outlet", outlet_id=_OUTLET_ID, day=graphene.String()),
    "slip": by_id(Slip, "Slip", "/slips/{}", "orders", "A slip with its lines"),
    "sheets": listing(
        Sheet, _of_outlet("/outlets/{}/sheets"), "Day and monthly sheets of an outlet", outlet_id=_OUTLET_ID, kind=graphene.String()
    ),
    "sheet": by_id(Sheet, "Sheet", "/sheets/{}", "orders", "A sheet with its lines"),
    "fair_orders": listing(FairOrder, _of_outlet("/outlets/{}/fair-orders"), "Orders that followed from a fair", outlet_id=_OUTLET_ID),
    "campaigns": listing(
        Campaign,
        orders_list("/campaigns"),
        "Campaigns one organises, joined or may see",
        state=graphene.String(),
        institution_id=graphene.ID(),
    ),
    "campaign": graphene.Field(
        Campaign,
        id=graphene.ID(required=True),
        code=graphene.String(description="Shows it before joining"),
        resolver=resolve_campaign,
        description="A campaign",
    ),
    "external_reports": listing(
        ExternalReport,
        orders_list("/external-reports"),
        "Monthly reports of sales elsewhere",
        state=graphene.String(),
        merchant_id=graphene.ID(),
        month=graphene.String(),
    ),
    "external_report": by_id(ExternalReport, "ExternalReport", "/external-reports/{}", "orders", "A report with its lines"),
}

_REASON = {"reason": text()}
_OUTLET = {"id": ref("Outlet", key="outlet_id")}
_CAMPAIGN = {"id": ref("Campaign", key="campaign_id")}
_SLIP_LINE = {
    "product_id": ref("Product", key="product_id"),
    "quantity": quantity(),
    "unit": text(),
    "price": amount("price_fen", "Per unit"),
}
_SHEET_LINE = {"product_id": ref("Product", key="product_id"), "quantity": quantity(), "unit": text(), "amount": amount("amount_fen")}
_GOODS = {
    "product_id": ref("Product", key="product_id"),
    "price": amount("price_fen"),
    "unit": text(),
    "quota": quantity("A head", required=False),
}
_CHOICE = {"product_id": ref("Product", key="product_id"), "quantity": quantity(), "unit": text(required=False)}
_REPORT_LINE = {
    "product_id": ref("Product", key="product_id"),
    "buyer_kind": text("food_factory, outside_shop, caterer or other_platform"),
    "consumption_county": text("County code or outside"),
    "quantity": quantity(),
    "unit": text(),
    "amount": amount("amount_fen"),
}
_REPORT = {"id": ref("ExternalReport", key="report_id")}


def _campaign(name: str, verb: str, words: str, **more: Any) -> Any:
    return intention(name, words, {**_CAMPAIGN, **more}, ("campaign", Campaign), send("orders", f"/campaigns/{{}}/{verb}", "campaign_id"))


MUTATIONS = {
    "apply_outlet": intention(
        "applyOutlet",
        "Apply for a counter, fair or community store; the county approves",
        {
            "outlet_code": text(),
            "kind": text("counter, expo or community_store"),
            "sub_kind": text(),
            "name": text(),
            "county_code": text(),
            "opened_on": day(),
            "closed_on": day(required=False),
        },
        ("outlet", Outlet),
        send("orders", "/outlets/apply"),
    ),
    "approve_outlet": intention(
        "approveOutlet", "By the county", _OUTLET, ("outlet", Outlet), send("orders", "/outlets/{}/approve", "outlet_id")
    ),
    "close_outlet": intention(
        "closeOutlet",
        "Close an outlet",
        {**_OUTLET, "closed_on": day(required=False)},
        ("outlet", Outlet),
        send("orders", "/outlets/{}/close", "outlet_id"),
    ),
    "add_outlet_operator": intention(
        "addOutletOperator",
        "Let a colleague write slips",
        {**_OUTLET, "account_id": ref("Account", key="account_id")},
        ("outlet", Outlet),
        send("orders", "/outlets/{}/operators", "outlet_id"),
    ),
    "record_slip": intention(
        "recordSlip",
        "One offline sale; the same slip number counts once",
        {
            "outlet_id": ref("Outlet", key="outlet_id"),
            "slip_no": text("Device and sequence"),
            "sold_at": instant("Of a slip written offline", required=False),
            "lines": rows("SlipLineInput", _SLIP_LINE),
            "rounding": amount("rounding_fen", "抹零: taken off the total", required=False),
            "pay_type": text("cash, qr, card …"),
        },
        ("slip", Slip),
        send("orders", "/outlets/{}/slips", "outlet_id"),
        keyed=True,
    ),
    "reverse_slip": intention(
        "reverseSlip",
        "Correct a slip by its reversal",
        {"id": ref("Slip", key="slip_id"), **_REASON},
        ("slip", Slip),
        send("orders", "/slips/{}/reverse", "slip_id"),
        keyed=True,
    ),
    "record_sheet": intention(
        "recordSheet",
        "Totals by product of a day or month, with their paper",
        {
            "outlet_id": ref("Outlet", key="outlet_id"),
            "kind": text("day or month"),
            "day": day(required=False),
            "month": text("YYYY-MM", required=False),
            "stand": text(required=False),
            "sheet_no": text(),
            "paper": text(),
            "lines": rows("SheetLineInput", _SHEET_LINE),
        },
        ("sheet", Sheet),
        send("orders", "/outlets/{}/sheets", "outlet_id"),
        keyed=True,
    ),
    "reverse_sheet": intention(
        "reverseSheet",
        "Correct a sheet by its reversal",
        {"id": ref("Sheet", key="sheet_id"), **_REASON},
        ("sheet", Sheet),
        send("orders", "/sheets/{}/reverse", "sheet_id"),
        keyed=True,
    ),
    "record_fair_order": intention(
        "recordFairOrder",
        "An order that followed from a fair and was fulfilled",
        {
            "outlet_id": ref("Outlet", key="outlet_id"),
            "order_no": text(),
            "fulfilled_on": day(),
            "buyer_kind": text(),
            "consumption_county": text(),
            "paper": text(),
            "lines": rows("FairOrderLineInput", _SHEET_LINE),
        },
        ("fair_order", FairOrder),
        send("orders", "/outlets/{}/fair-orders", "outlet_id"),
        keyed=True,
    ),
    "create_campaign": intention(
        "createCampaign",
        "Draft a group purchase",
        {
            "institution_id": ref("Institution", key="institution_id"),
            "kind": text("union or employee"),
            "title": text(),
            "funding": text("union, member or shared"),
            "goods": rows("CampaignGoodsInput", _GOODS),
            "deadline": day("The last day to join"),
            "budget": amount("budget_fen", required=False),
            "union_per_head": amount("union_per_head_fen", required=False),
            "min_members": number(required=False),
            "hold_days": number(required=False),
            "festival": text(required=False),
            "organised_by": text(required=False),
        },
        ("campaign", Campaign),
        send("orders", "/campaigns"),
        keyed=True,
    ),
    "open_campaign": _campaign("openCampaign", "open", "Members may join by its code"),
    "close_campaign": _campaign("closeCampaign", "close", "Nobody joins any more; what is due is fixed"),
    "cancel_campaign": _campaign("cancelCampaign", "cancel", "Everybody gets his part back", reason=text(required=False)),
    "join_campaign": intention(
        "joinCampaign",
        "Choose within the quota",
        {**_CAMPAIGN, "code": text(), "choices": rows("ChoiceInput", _CHOICE)},
        ("campaign", Campaign),
        send("orders", "/campaigns/{}/join", "campaign_id"),
        keyed=True,
    ),
    "pay_campaign_part": intention(
        "payCampaignPart",
        "Begin to pay one's own part",
        _CAMPAIGN,
        ("payment", CampaignPayment),
        send("orders", "/campaigns/{}/pay", "campaign_id"),
        keyed=True,
    ),
    "settle_campaign": intention(
        "settleCampaign",
        "The union's transfer with its fapiao: the campaign becomes sales",
        {**_CAMPAIGN, "transfer_reference": text(), "fapiao_no": text(), "amount": amount("amount_fen")},
        ("campaign", Campaign),
        send("orders", "/campaigns/{}/paid", "campaign_id"),
        keyed=True,
    ),
    "submit_external_report": intention(
        "submitExternalReport",
        "A month's sales elsewhere, with paper",
        {
            "merchant_id": ref("Merchant", key="merchant_id"),
            "month": text("YYYY-MM"),
            "report_no": text(required=False),
            "paper": text(),
            "lines": rows("ExternalLineInput", _REPORT_LINE),
        },
        ("report", ExternalReport),
        send("orders", "/external-reports"),
        keyed=True,
    ),
    "confirm_external_report": intention(
        "confirmExternalReport",
        "By the county: the lines become sales",
        _REPORT,
        ("report", ExternalReport),
        send("orders", "/external-reports/{}/confirm", "report_id"),
    ),
    "return_external_report": intention(
        "returnExternalReport",
        "Back to the merchant with a reason",
        {**_REPORT, **_REASON},
        ("report", ExternalReport),
        send("orders", "/external-reports/{}/return", "report_id"),
    ),
    "resubmit_external_report": intention(
        "resubmitExternalReport",
        "After a return",
        {**_REPORT, "paper": text(), "lines": rows("ExternalLineAgainInput", _REPORT_LINE)},
        ("report", ExternalReport),
        send("orders", "/external-reports/{}/resubmit", "report_id"),
    ),
}

_OUTLET_READERS = roles(Role.OUTLET, *OFFICERS, Role.OPERATOR)
_OPERATES = roles(Role.OUTLET)
_ORGANISER = roles(Role.GROUP_ORGANISER)
_COUNTY = roles(Role.COUNTY_OFFICER, Role.BUREAU)
_REPORTERS = roles(Role.MERCHANT, *OFFICERS, Role.OPERATOR)

PERMISSIONS = {
    "Query.outlets": PUBLIC,
    "Query.outlet": PUBLIC,
    "Query.slips": _OUTLET_READERS,
    "Query.slip": _OUTLET_READERS,
    "Query.sheets": _OUTLET_READERS,
    "Query.sheet": _OUTLET_READERS,
    "Query.fairOrders": _OUTLET_READERS,
    "Query.campaigns": ACCOUNT,
    "Query.campaign": ACCOUNT,
    "Query.externalReports": _REPORTERS,
    "Query.externalReport": _REPORTERS,
    "Mutation.applyOutlet": ACCOUNT,
    "Mutation.approveOutlet": _COUNTY,
    "Mutation.closeOutlet": roles(Role.OUTLET, *_COUNTY.roles),
    "Mutation.addOutletOperator": roles(Role.OUTLET, Role.BUREAU, Role.OPERATOR),
    "Mutation.recordSlip": _OPERATES,
    "Mutation.reverseSlip": roles(Role.OUTLET, Role.BUREAU),
    "Mutation.recordSheet": _OPERATES,
    "Mutation.reverseSheet": roles(Role.OUTLET, *_COUNTY.roles),
    "Mutation.recordFairOrder": _OPERATES,
    "Mutation.createCampaign": _ORGANISER,
    "Mutation.openCampaign": _ORGANISER,
    "Mutation.closeCampaign": _ORGANISER,
    "Mutation.cancelCampaign": _ORGANISER,
    "Mutation.joinCampaign": ACCOUNT,
    "Mutation.payCampaignPart": ACCOUNT,
    "Mutation.settleCampaign": _ORGANISER,
    "Mutation.submitExternalReport": roles(Role.MERCHANT),
    "Mutation.confirmExternalReport": _COUNTY,
    "Mutation.returnExternalReport": _COUNTY,
    "Mutation.resubmitExternalReport": roles(Role.MERCHANT),
}
