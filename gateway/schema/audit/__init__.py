"""The audit trail: for the operator and the bureau. A merchant asks the bureau: entries name colleagues and officers by their accounts."""

from gateway.permissions import roles
from gateway.schema.audit.queries import QUERIES
from services.kit.principal import Role

_READERS = roles(Role.OPERATOR, Role.BUREAU)
PERMISSIONS = {
    "Query.auditEntries": _READERS,
    "Query.auditEntry": _READERS,
    "Query.auditActions": _READERS,
}

__all__ = ["PERMISSIONS", "QUERIES"]
