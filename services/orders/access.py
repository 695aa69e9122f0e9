"""Who may see and do what with documents of two parties. Somebody else's row is not found; one's own may still be forbidden."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.kit.errors import Forbidden, NotFound
from services.kit.principal import Principal, Role

READERS = (Role.BUREAU, Role.DEPARTMENT_OFFICER, Role.OPERATOR)
BUYERS = (Role.CANTEEN_BUYER, Role.CANTEEN_APPROVER)
MEMBERS = (*BUYERS, Role.GROUP_ORGANISER)


@dataclass(frozen=True)
class Scope:
    """What a principal's grants open, as lists for a query. ``everything``: the city's readers."""

    everything: bool
    account: str
    merchants: list[UUID]
    institutions: list[UUID]
    outlets: list[UUID]
    counties: list[str]

    @property
    def params(self) -> dict[str, object]:
        return {"everything": self.everything, "account": self.account, "merchants": self.merchants, "institutions": self.institutions,
                "outlets": self.outlets, "counties": self.counties}

    def sees(self, *, merchant: UUID | None = None, institution: UUID | None = None, outlet: UUID | None = None,
             counties: tuple[str | None, ...] = ()) -> bool:
        """Whether any of the row's parties is theirs; None stands for no such party."""
        return (self.everything or merchant in self.merchants or institution in self.institutions or outlet in self.outlets
                or any(county in self.counties for county in counties if county))

    def must_see(self, *, merchant: UUID | None = None, institution: UUID | None = None, outlet: UUID | None = None,
                 counties: tuple[str | None, ...] = ()) -> None:
        """Raises NotFound."""
        if not self.sees(merchant=merchant, institution=institution, outlet=outlet, counties=counties):
            raise NotFound()


def scope_of(who: Principal) -> Scope:
    return Scope(
        everything=any(who.has(role) for role in READERS), account=who.subject,
        merchants=_ids(who, Role.MERCHANT), institutions=sorted({i for role in MEMBERS for i in _ids(who, role)}),
        outlets=_ids(who, Role.OUTLET), counties=[county for county in who.scopes(Role.COUNTY_OFFICER) if county])


def _ids(who: Principal, role: Role) -> list[UUID]:
    found = []
    for scope in who.scopes(role):
        try:
            found.append(UUID(scope))
        except ValueError:
            continue
    return found


def is_buyer(who: Principal, institution_id: UUID) -> bool:
    return any(who.has(role, str(institution_id)) for role in BUYERS)


def is_merchant(who: Principal, merchant_id: UUID) -> bool:
    return who.has(Role.MERCHANT, str(merchant_id))


def is_outlet(who: Principal, outlet_id: UUID) -> bool:
    return who.has(Role.OUTLET, str(outlet_id))


def account_of(who: Principal) -> UUID:
    """Raises Forbidden for guests and services: memberships are granted to accounts."""
    try:
        return UUID(who.subject)
    except ValueError:
        raise Forbidden() from None


def demand(allowed: bool) -> None:
    """Raises Forbidden."""
    if not allowed:
        raise Forbidden()
