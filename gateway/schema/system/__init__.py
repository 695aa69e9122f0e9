"""Uploads, imports, the state of the copies, and `node`."""

from gateway.permissions import ACCOUNT, ANYONE, IMPORTERS, roles
from gateway.schema.system.mutations import MUTATIONS
from gateway.schema.system.queries import QUERIES
from services.kit.principal import Role

PERMISSIONS = {
    "Query.node": ANYONE,
    "Query.nodes": ANYONE,
    "Query.importRuns": roles(*IMPORTERS),
    "Query.importRun": roles(*IMPORTERS),
    "Query.importKinds": roles(*IMPORTERS),
    "Query.sync": roles(Role.OPERATOR, Role.BUREAU),
    "Mutation.createUpload": ACCOUNT,
    "Mutation.startImport": roles(*IMPORTERS),
    "Mutation.applyImport": roles(*IMPORTERS),
    "Mutation.withdrawImport": roles(*IMPORTERS),
    "Mutation.setCutover": roles(Role.OPERATOR),
}

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES"]
