"""Recipients that choose their outcome."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.magic import DELIVERED, OUTCOMES, Answer, Outcome, outcome_of
from heliograph.domain.model import EventKind
from heliograph.names import SANDBOX_DOMAIN

LONGEST_QUEUE_DELAY = 900


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
def test_a_mail_address_chooses_by_its_name_whatever_its_case_and_suffix(outcome: Outcome) -> None:
    plain = outcome_of(f"{outcome.name}@{SANDBOX_DOMAIN}")
    suffixed = outcome_of(f"{outcome.name.upper()}+order-7@{SANDBOX_DOMAIN.upper()}")

    assert plain.reports == suffixed.reports == outcome.reports
    assert (plain.answer, plain.times) == (outcome.answer, outcome.times)


@pytest.mark.parametrize("outcome", [one for one in OUTCOMES if one.number], ids=lambda outcome: outcome.name)
def test_a_number_kept_for_fiction_chooses_the_same(outcome: Outcome) -> None:
    number = phonenumbers.parse(outcome.number)

    assert outcome_of(outcome.number) == outcome
    assert phonenumbers.is_possible_number(number)
    assert phonenumbers.is_valid_number(number)
    assert outcome.number.startswith("+190755501")


def test_names_and_numbers_choose_one_thing_each() -> None:
    numbers = [outcome.number for outcome in OUTCOMES if outcome.number]

    assert len({outcome.name for outcome in OUTCOMES}) == len(OUTCOMES)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    "to",
    [
        "ada@example.com",
        "bounced@example.com",
        f"bounced@mail.{SANDBOX_DOMAIN}",
        f"bounced@{SANDBOX_DOMAIN}.example.com",
        f"somebody@{SANDBOX_DOMAIN}",
        f"@{SANDBOX_DOMAIN}",
        f"failing-0@{SANDBOX_DOMAIN}",
        f"failing-100@{SANDBOX_DOMAIN}",
        "+4915112345678",
        "bounced",
        "",
    ],
)
def test_everybody_else_is_delivered(to: str) -> None:
    assert outcome_of(to) == DELIVERED


@given(st.text())
def test_any_text_chooses_something(to: str) -> None:
    assert outcome_of(to) in OUTCOMES


@given(st.integers(1, 99), st.sampled_from([Answer.FAIL, Answer.THROTTLE]))
def test_failing_and_throttled_take_a_number_of_refusals_and_then_deliver(times: int, answer: Answer) -> None:
    name = {Answer.FAIL: "failing", Answer.THROTTLE: "throttled"}[answer]

    outcome = outcome_of(f"{name}-{times}+x@{SANDBOX_DOMAIN}")

    assert (outcome.answer, outcome.times) == (answer, times)
    assert [report.kind for report in outcome.reports] == [EventKind.DELIVERED]


def test_nothing_follows_a_call_that_is_never_accepted() -> None:
    never = [outcome for outcome in OUTCOMES if outcome.answer is not Answer.ACCEPT and outcome.times is None]

    assert [outcome.name for outcome in never if outcome.reports] == []


def test_every_event_happens_before_it_arrives_and_fits_a_queue_delay() -> None:
    reports = [report for outcome in OUTCOMES for report in outcome.reports]

    assert all(report.happened <= arrival <= LONGEST_QUEUE_DELAY for report in reports for arrival in report.arrives)
    assert all((report.kind is EventKind.BOUNCED) == (report.bounce is not None) for report in reports)


def test_the_table_holds_duplicates_and_a_wrong_order() -> None:
    duplicate = outcome_of(f"duplicate@{SANDBOX_DOMAIN}").reports
    reordered = outcome_of(f"reordered@{SANDBOX_DOMAIN}").reports

    assert [len(report.arrives) for report in duplicate] == [2]
    assert sorted(reordered, key=lambda r: r.arrives) != sorted(reordered, key=lambda r: r.happened)
