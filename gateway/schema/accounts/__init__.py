from gateway.permissions import ACCOUNT_AT_ONCE, ANYONE, roles
from gateway.schema.accounts import api_keys, factors, members, outside_logins, passkeys, persons
from gateway.schema.accounts.mutations import MUTATIONS
from gateway.schema.accounts.queries import QUERIES
from services.kit.principal import Role

PERMISSIONS = {
    "Query.me": ANYONE,
    "Query.accountByLogin": roles(
        Role.OPERATOR,
        Role.BUREAU,
        Role.COUNTY_OFFICER,
        Role.MERCHANT,
        Role.CANTEEN_BUYER,
        Role.CANTEEN_APPROVER,
        Role.GROUP_ORGANISER,
        Role.STREAMER,
        Role.OUTLET,
    ),
    "Mutation.signUp": ANYONE,
    "Mutation.signIn": ANYONE,
    "Mutation.refreshSession": ANYONE,
    "Mutation.signOut": ACCOUNT_AT_ONCE,
    "Mutation.endSession": ACCOUNT_AT_ONCE,
    "Mutation.startGuest": ANYONE,
    "Mutation.grantRole": roles(Role.OPERATOR, Role.BUREAU),
    "Mutation.revokeRole": roles(Role.OPERATOR, Role.BUREAU),
}

for part in (api_keys, factors, members, persons, passkeys, outside_logins):
    PERMISSIONS |= part.PERMISSIONS
    QUERIES |= part.QUERIES
    MUTATIONS |= part.MUTATIONS

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES"]
