"""Campaigns of unions and staff."""

from __future__ import annotations

from services.events import orders
from services.orders.api.groups import campaigns
from services.orders.importers.groups.campaigns import CAMPAIGNS
from services.orders.queries.documents import document_reader
from services.orders.usecases.groups.jobs import GROUP_JOBS
from services.orders.usecases.groups.pay_campaign import PAYABLE
from services.orders.wiring.part import Part

PART = Part(
    publishes=(orders.CampaignClosed,),
    blueprints=(campaigns.api,),
    jobs=GROUP_JOBS,
    imports=(CAMPAIGNS,),
    documents={"campaign": document_reader("campaign")},
    payables=(PAYABLE,),
)
