"""The rules alone, and their machine thrown about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.catalog.domain import certification, goods, reviews
from services.catalog.domain.certification import ACT_ZH, STATES, WITHDRAWN, Act, State, after, as_of_today
from services.catalog.domain.errors import BadPeriod, DomainError, ReasonRequired, StepNotOpen, WrongTransition
from services.catalog.domain.reviews import Step, judge
from services.kit.errors import InvalidInput, PastDate

DAY = date(2026, 11, 24)
ACTS: tuple[Act, ...] = tuple(ACT_ZH)


@pytest.mark.parametrize("subject", ["merchant", "product"])
def test_a_transition_is_listed_or_refused(subject: certification.Subject) -> None:
    for state in STATES:
        for act in ACTS:
            allowed = (state, act) in certification.TRANSITIONS and not (subject == "merchant" and act == "recall")
            if allowed:
                assert after(state, act, subject) in STATES
            else:
                with pytest.raises(WrongTransition) as refused:
                    after(state, act, subject)
                assert act in refused.value.message("en") and ACT_ZH[act] in refused.value.message("zh-CN")


def test_revoked_is_left_by_a_new_certification_only() -> None:
    assert {act for act in ACTS if ("revoked", act) in certification.TRANSITIONS} == {"apply", "certify"}


def test_a_decision_outweighs_the_clock() -> None:
    over = [(DAY - timedelta(days=9), DAY - timedelta(days=1))]
    assert as_of_today("certified", over, DAY) == "expired" and as_of_today("suspended", over, DAY) == "suspended"
    assert as_of_today("expired", [*over, (DAY, DAY)], DAY) == "certified" and as_of_today("applied", [], DAY) == "applied"


def test_a_certificate_holds_on_both_of_its_days() -> None:
    assert as_of_today("certified", [(DAY, DAY)], DAY) == "certified"
    assert as_of_today("certified", [(DAY, DAY)], DAY + timedelta(days=1)) == "expired"


@given(st.integers(-400, 400), st.integers(-10, 3000))
def test_a_period_given_now_starts_today_and_ends_within_five_years(start: int, length: int) -> None:
    first = DAY + timedelta(days=start)
    last = first + timedelta(days=length)
    good = start >= 0 and 0 <= length <= 365 * 5
    try:
        certification.check_period(first, last, DAY)
        assert start >= 0 and 0 <= length <= 366 * 5
    except (PastDate, BadPeriod):
        assert not good


def test_a_renewal_starts_the_day_after_or_today() -> None:
    assert certification.renewal_start([(DAY, DAY + timedelta(days=5))], DAY) == DAY + timedelta(days=6)
    assert certification.renewal_start([(DAY - timedelta(days=9), DAY - timedelta(days=3))], DAY) == DAY
    assert certification.renewal_start([], DAY) == DAY


PATH = [Step("county_review", 1, "county"), Step("quality", 2, "department"), Step("assistance", 2, "department")]


def test_the_first_verdicts_against_ends_the_round_and_needs_a_reason() -> None:
    with pytest.raises(ReasonRequired):
        judge("in_review", PATH, "county_review", "return", None, today=DAY, notice_days=0)
    assert judge("in_review", PATH, "county_review", "return", "缺件", today=DAY, notice_days=0).state == "returned"
    assert judge("in_review", PATH, "county_review", "reject", "不符", today=DAY, notice_days=0).state == "rejected"


def test_a_step_is_open_when_all_before_it_have_passed() -> None:
    for duty in ("quality", "assistance", "nothing"):
        with pytest.raises(StepNotOpen):
            judge("in_review", PATH, duty, "pass", None, today=DAY, notice_days=0)
    passed = [Step("county_review", 1, "county", "pass"), Step("quality", 2, "department", "pass"), PATH[2]]
    with pytest.raises(StepNotOpen):
        judge("in_review", passed, "quality", "pass", None, today=DAY, notice_days=0)
    with pytest.raises(StepNotOpen):
        judge("returned", passed, "assistance", "pass", None, today=DAY, notice_days=0)
    assert judge("in_review", passed, "assistance", "pass", None, today=DAY, notice_days=0).state == "passed"
    assert judge("in_review", passed, "assistance", "pass", None, today=DAY, notice_days=7).notice_until == DAY + timedelta(days=7)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Step("quality", 2, "department")],
        [Step("quality", 1, "department"), Step("county_review", 2, "county")],
        [Step("quality", 1, "department"), Step("quality", 2, "department")],
        [Step("county_review", 1, "county"), Step("quality", 3, "department")],
    ],
)
def test_a_path_without_sense_is_refused(steps: list[Step]) -> None:
    with pytest.raises(InvalidInput):
        reviews.check_path(steps)


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "麻袋"}, {"price_fen": 0}, {"price_fen": -1}, {"bulk_price_fen_per_kg": 0}, {"net_weight_g": None}, {"net_weight_g": 0},
        {"season_months": [13]}, {"price_fen": 10**12},
    ],
)  # fmt: skip
def test_a_listing_states_what_it_must(change: dict[str, object]) -> None:
    good = {"unit": "箱", "price_fen": 100, "bulk_price_fen_per_kg": 50, "net_weight_g": 1000, "is_food": True, "season_months": [4]}
    goods.check_listing(good)
    with pytest.raises(DomainError):
        goods.check_listing(good | change)


def test_only_what_the_shopper_agreed_to_raises_the_offers_version() -> None:
    before = {"price_fen": 1, "unit": "箱", "pack": "1kg", "net_weight_g": 1000, "description": "a", "bulk_price_fen_per_kg": 1}
    for field in ("price_fen", "unit", "pack", "net_weight_g"):
        assert goods.asks_shopper_again(before, before | {field: "other"})
    for field in ("description", "bulk_price_fen_per_kg"):
        assert not goods.asks_shopper_again(before, before | {field: "other"})


class Certification(RuleBasedStateMachine):
    """Acts in any order, days passing: what is certified is so by a decision and by a certificate of today."""

    def __init__(self) -> None:
        super().__init__()
        self.state: State = "applied"
        self.today = DAY
        self.periods: list[certification.Period] = []
        self.revoked_since_certified = False

    @initialize(subject=st.sampled_from(["merchant", "product"]))
    def begin(self, subject: certification.Subject) -> None:
        self.subject = subject

    @rule(days=st.integers(1, 400))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.state = as_of_today(self.state, self.periods, self.today)

    @rule(act=st.sampled_from(ACTS), days=st.integers(0, 1000))
    def decide(self, act: Act, days: int) -> None:
        before = self.state
        try:
            self.state = after(before, act, self.subject)
        except WrongTransition:
            assert self.state == before
            return
        if act == "renew":
            start = certification.renewal_start(self.periods, self.today)
            assert certification.overlapping(self.periods, (start, start + timedelta(days=days))) is None
            self.periods.append((start, start + timedelta(days=days)))
        elif act == "certify":
            self.periods.append((self.today, self.today + timedelta(days=days)))
        self.revoked_since_certified = act == "revoke" or (self.revoked_since_certified and act != "certify")
        self.state = as_of_today(self.state, self.periods, self.today)

    @invariant()
    def certified_means_a_certificate_of_today(self) -> None:
        holds = any(until >= self.today for _, until in self.periods)
        assert self.state != "certified" or holds
        assert self.state != "expired" or not holds

    @invariant()
    def revoked_stays_until_certified_anew(self) -> None:
        assert (self.state == "revoked") == self.revoked_since_certified

    @invariant()
    def only_products_are_recalled(self) -> None:
        assert self.state in STATES and (self.state != "recalled" or getattr(self, "subject", "product") == "product")
        assert self.state not in WITHDRAWN or self.periods


Certification.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestCertification = Certification.TestCase
