from gateway.permissions import CITY, INSTITUTION, OFFICERS, roles
from gateway.schema.reporting.mutations import MUTATIONS
from gateway.schema.reporting.queries import QUERIES
from services.kit.principal import Role

_OFFICERS = roles(*OFFICERS)
_READERS = roles(*OFFICERS, Role.MERCHANT, *INSTITUTION)
_REGISTERS = roles(*OFFICERS, Role.OPERATOR)

PERMISSIONS = {
    "Query.figures": _OFFICERS,
    "Query.figureRows": _OFFICERS,
    "Query.sums": _READERS,
    "Query.saleLines": _READERS,
    "Query.reports": _OFFICERS,
    "Query.report": _OFFICERS,
    "Query.departments": _REGISTERS,
    "Query.activities": _REGISTERS,
    "Query.publicity": _REGISTERS,
    "Query.reconciliation": roles(*CITY, Role.OPERATOR),
    "Mutation.requestReport": _OFFICERS,
    "Mutation.recordDepartment": roles(*CITY),
    "Mutation.recordActivity": roles(*CITY),
    "Mutation.recordPublicity": roles(*CITY),
}

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES"]
