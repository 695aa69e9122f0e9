"""Campaigns of unions and staff."""

from __future__ import annotations

from services.events import orders
from services.orders.importers.groups.campaigns import CAMPAIGNS
from services.orders.queries.documents import document_reader
from services.orders.wiring.part import Part

PART = Part(publishes=(orders.CampaignClosed,), imports=(CAMPAIGNS,), documents={"campaign": document_reader("campaign")})
