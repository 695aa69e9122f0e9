"""What the two parties sign: the terms, and one hash of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.kit.errors import DomainError, InvalidInput, Several, TooMany
from services.kit.money import MAX_FEN
from services.kit.units import QuantityError, decimals_of
from services.orders.domain.contracts.errors import BadPeriod, LineTwice, PriceNeeded, ProductTwice
from services.orders.domain.entered import stored_unit

MAX_LINES = 2000
LONGEST_TERM = timedelta(days=366 * 10)


@dataclass(frozen=True)
class ContractLine:
    """``price_fen`` per ``price_unit``; None in a framework line, priced at each delivery. Quantities in `unit`.

    ``max_quantity`` None: no limit over the term. ``min_quantity``: the least of one call-off.
    """

    line_no: int
    product_id: UUID
    price_unit: str
    price_fen: int | None
    max_quantity: Decimal | None = None
    min_quantity: Decimal | None = None

    @property
    def unit(self) -> str:
        """The unit that quantities of this line are stored in."""
        return stored_unit(self.price_unit)


@dataclass(frozen=True)
class Terms:
    """``tolerance`` per cent of a weighed delivery that is accepted as the scale says. ``credit_limit_fen`` None: no limit."""

    contract_no: str
    institution_id: UUID
    merchant_id: UUID
    valid_from: date
    valid_until: date
    lines: tuple[ContractLine, ...]
    credit_limit_fen: int | None = None
    acceptors_required: int = 1
    tolerance: Decimal = Decimal(0)
    signing: str | None = None

    def hash(self) -> str:
        """SHA-256 over the canonical content: the same terms give the same hash however they were written down."""
        content = {
            "contract_no": self.contract_no, "institution": str(self.institution_id), "merchant": str(self.merchant_id),
            "valid_from": self.valid_from.isoformat(), "valid_until": self.valid_until.isoformat(),
            "credit_limit_fen": self.credit_limit_fen, "acceptors_required": self.acceptors_required,
            "tolerance": _plain(self.tolerance), "signing": self.signing,
            "lines": [[line.line_no, str(line.product_id), line.price_unit, line.price_fen, _plain(line.max_quantity),
                       _plain(line.min_quantity)] for line in sorted(self.lines, key=lambda line: line.line_no)],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def in_force_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else format(number.normalize(), "f")


def check(terms: Terms, today: date) -> None:
    """Raises Several naming each mistake."""
    errors: list[DomainError] = []
    if terms.valid_until < terms.valid_from or terms.valid_until < today or terms.valid_until - terms.valid_from > LONGEST_TERM:
        errors.append(BadPeriod("valid_until", start=terms.valid_from, end=terms.valid_until))
    if terms.acceptors_required not in (1, 2):
        errors.append(InvalidInput("acceptors_required", "1–2"))
    if not 0 <= terms.tolerance <= 20:
        errors.append(InvalidInput("tolerance", "0–20 %"))
    if terms.credit_limit_fen is not None and not 0 < terms.credit_limit_fen <= MAX_FEN:
        errors.append(InvalidInput("credit_limit_fen", "> 0"))
    if not terms.lines:
        errors.append(InvalidInput("lines", "≥ 1"))
    if len(terms.lines) > MAX_LINES:
        raise TooMany("lines", limit=MAX_LINES, count=len(terms.lines))
    errors += _line_errors(terms.lines, priced=terms.credit_limit_fen is not None)
    if errors:
        raise Several(errors)


def _line_errors(lines: Sequence[ContractLine], *, priced: bool) -> list[DomainError]:
    errors: list[DomainError] = []
    products: set[UUID] = set()
    numbers: set[int] = set()
    for index, line in enumerate(lines):
        field = f"lines.{index}"
        if line.product_id in products:
            errors.append(ProductTwice(f"{field}.product_id"))
        if line.line_no in numbers or line.line_no < 1:
            errors.append(LineTwice(f"{field}.line_no", line=line.line_no))
        products.add(line.product_id)
        numbers.add(line.line_no)
        try:
            decimals_of(line.price_unit)
        except QuantityError as error:
            errors.append(InvalidInput(f"{field}.unit", error.reason))
        if line.price_fen is None and priced:
            # A limit in money can only be held against a line whose price is known.
            errors.append(PriceNeeded(f"{field}.price_fen"))
        if line.price_fen is not None and not 0 < line.price_fen <= MAX_FEN:
            errors.append(InvalidInput(f"{field}.price_fen", "> 0"))
        if line.max_quantity is not None and line.min_quantity is not None and line.min_quantity > line.max_quantity:
            errors.append(InvalidInput(f"{field}.min_quantity", "≤ max_quantity"))
    return errors

