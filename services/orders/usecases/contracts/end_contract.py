"""No new call-offs; what the merchant has confirmed is still delivered, what he has not is cancelled."""

from __future__ import annotations

from uuid import UUID

from services.events.orders import ContractEnded
from services.kit import audit, clock, outbox
from services.kit.db import Database
from services.kit.errors import WrongState
from services.kit.principal import Principal
from services.kit.time import business_date
from services.orders.access import demand, is_buyer, is_merchant
from services.orders.store.contracts import call_offs, contracts
from services.orders.usecases.contracts.cancel_call_off import give_rest_back
from services.orders.usecases.contracts.load import contract_of


def end_contract(db: Database, who: Principal, contract_id: UUID) -> UUID:
    with db.transaction() as conn:
        row = contract_of(conn, who, contract_id, contracts.lock_for_change)
        demand(is_buyer(who, row["institution_id"]) or is_merchant(who, row["merchant_id"]))
        if row["state"] == "ended":
            return contract_id
        if row["state"] not in ("proposed", "signed"):
            raise WrongState(state=row["state"])
        today = business_date(clock.now(conn))
        version = contracts.end(conn, row, today)
        for call_off_id in call_offs.unanswered(conn, contract_id):
            open_one = call_offs.lock(conn, call_off_id)
            if open_one is not None and open_one["state"] in ("requested", "approved"):
                give_rest_back(conn, who, open_one, "cancelled", "contract ended")
        if row["state"] == "signed":
            outbox.publish(conn, ContractEnded(contract_id=contract_id, ended_on=today), version)
        audit.record(conn, who, "contract:end", f"contract:{contract_id}", before=row["state"], after="ended")
    return contract_id
