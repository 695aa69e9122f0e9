"""Outgoing webhooks: addresses of integrators' systems, and what was sent to them."""

from gateway.permissions import Rule, roles
from gateway.schema.webhooks.mutations import MUTATIONS
from gateway.schema.webhooks.queries import QUERIES
from gateway.webhooks.domain import MEMBERS

INTEGRATORS: Rule = roles(*(role for members in MEMBERS.values() for role in members))
PERMISSIONS = {
    "Query.webhookEndpoints": INTEGRATORS,
    "Query.webhookDeliveries": INTEGRATORS,
    "Mutation.registerWebhookEndpoint": INTEGRATORS,
    "Mutation.changeWebhookEndpoint": INTEGRATORS,
    "Mutation.pauseWebhookEndpoint": INTEGRATORS,
    "Mutation.resumeWebhookEndpoint": INTEGRATORS,
    "Mutation.removeWebhookEndpoint": INTEGRATORS,
    "Mutation.rotateWebhookSecret": INTEGRATORS,
    "Mutation.pingWebhookEndpoint": INTEGRATORS,
    "Mutation.replayWebhookDelivery": INTEGRATORS,
    "Mutation.replayFailedWebhooks": INTEGRATORS,
}

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES"]
