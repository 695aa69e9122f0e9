"""Cart, checkout, payment, orders of shoppers; sessions, which they may come from."""

from __future__ import annotations

from services.events.livestream import OutsideSessionConfirmed, SessionEnded, SessionStarted
from services.events.others import AccountChanged
from services.kit.reader import each
from services.orders.api.shopping import cart, checkout, orders, payments
from services.orders.importers.shopping.carried_forward import CARRIED_FORWARD
from services.orders.importers.shopping.online_orders import ONLINE_ORDERS
from services.orders.importers.shopping.opening_stock import OPENING_STOCK
from services.orders.jobs import SHOPPING_JOBS
from services.orders.queries.ledger.documents import DOCUMENTS
from services.orders.usecases.live.copy_sessions import session_ended, session_started
from services.orders.usecases.live.record_outside_session import outside_session_confirmed
from services.orders.usecases.shopping.forget_person import account_changed
from services.orders.wiring.part import Part

PART = Part(
    blueprints=(cart.api, checkout.api, payments.api, orders.api),
    handlers={"gateway": (each(AccountChanged, account_changed),), "livestream": (
        each(SessionStarted, session_started), each(SessionEnded, session_ended),
        each(OutsideSessionConfirmed, outside_session_confirmed))},
    jobs=SHOPPING_JOBS,
    imports=(ONLINE_ORDERS, CARRIED_FORWARD, OPENING_STOCK),
    documents=DOCUMENTS,
)
