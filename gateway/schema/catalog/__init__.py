from gateway.permissions import ACCOUNT, CITY, OFFICERS, PUBLIC, roles
from gateway.schema.catalog.mutations import MUTATIONS
from gateway.schema.catalog.queries import QUERIES
from services.kit.principal import Role

_BUREAU = roles(Role.BUREAU)
_READERS = roles(Role.MERCHANT, *OFFICERS, Role.OPERATOR)
_OWNERS = roles(Role.MERCHANT, Role.BUREAU, Role.OPERATOR)

PERMISSIONS = {
    "Query.products": PUBLIC,
    "Query.search": PUBLIC,
    "Query.product": PUBLIC,
    "Query.merchants": PUBLIC,
    "Query.merchant": PUBLIC,
    "Query.withdrawals": PUBLIC,
    "Query.certificate": PUBLIC,
    "Query.counties": PUBLIC,
    "Query.categories": PUBLIC,
    "Query.merchantProducts": _READERS,
    "Query.applications": _READERS,
    "Query.application": _READERS,
    "Query.mechanisms": _READERS,
    "Mutation.applyMerchant": ACCOUNT,
    "Mutation.applyProduct": roles(Role.MERCHANT),
    "Mutation.resubmitApplication": roles(Role.MERCHANT),
    "Mutation.reviewApplication": roles(Role.COUNTY_OFFICER, Role.DEPARTMENT_OFFICER),
    "Mutation.certify": _BUREAU,
    "Mutation.renewProducts": _BUREAU,
    "Mutation.renewMerchants": _BUREAU,
    "Mutation.suspendProduct": _BUREAU,
    "Mutation.revokeProduct": _BUREAU,
    "Mutation.recallProduct": _BUREAU,
    "Mutation.reinstateProduct": _BUREAU,
    "Mutation.suspendMerchant": _BUREAU,
    "Mutation.revokeMerchant": _BUREAU,
    "Mutation.reinstateMerchant": _BUREAU,
    "Mutation.changeProduct": _OWNERS,
    "Mutation.uploadProductImage": _OWNERS,
    "Mutation.setProductImages": _OWNERS,
    "Mutation.grantLabel": roles(*CITY),
    "Mutation.endLabel": roles(*CITY),
    "Mutation.recordMechanism": roles(*OFFICERS),
}

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES"]
