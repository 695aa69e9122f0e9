from gateway.permissions import ACCOUNT, ANYONE, OFFICERS, PUBLIC, VISITOR, roles
from gateway.schema.livestream.mutations import MUTATIONS
from gateway.schema.livestream.queries import QUERIES
from gateway.schema.livestream.subscriptions import SUBSCRIPTIONS
from services.kit.principal import Role

_COUNTY = roles(Role.COUNTY_OFFICER)
_RECORDERS = roles(Role.MERCHANT, Role.STREAMER, Role.COUNTY_OFFICER)

PERMISSIONS = {
    "Query.liveSessions": PUBLIC,
    "Query.liveSession": ANYONE,
    "Query.streamers": ACCOUNT,
    "Query.outsideSessions": roles(Role.MERCHANT, Role.STREAMER, *OFFICERS),
    "Query.outsideSession": roles(Role.MERCHANT, Role.STREAMER, *OFFICERS),
    "Mutation.applyStreamer": ACCOUNT,
    "Mutation.approveStreamer": _COUNTY,
    "Mutation.rejectStreamer": _COUNTY,
    "Mutation.scheduleSession": roles(Role.STREAMER),
    "Mutation.addController": roles(Role.STREAMER),
    "Mutation.linkProducts": ACCOUNT,
    "Mutation.unlinkProduct": ACCOUNT,
    "Mutation.startSession": ACCOUNT,
    "Mutation.pinProduct": ACCOUNT,
    "Mutation.unpinProduct": ACCOUNT,
    "Mutation.endSessionBroadcast": ACCOUNT,
    "Mutation.joinSession": VISITOR,
    "Mutation.heartbeat": VISITOR,
    "Mutation.attributePurchase": VISITOR,
    "Mutation.submitOutsideSession": _RECORDERS,
    "Mutation.resubmitOutsideSession": _RECORDERS,
    "Mutation.confirmOutsideSession": _COUNTY,
    "Mutation.returnOutsideSession": _COUNTY,
    "Subscription.sessionFrames": ANYONE,
}

__all__ = ["MUTATIONS", "PERMISSIONS", "QUERIES", "SUBSCRIPTIONS"]
