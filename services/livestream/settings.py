"""Nothing beyond what every service needs: the attribution token is signed with the service's own key."""

from services.kit.settings import ServiceSettings


class LivestreamSettings(ServiceSettings):
    pass
