"""What a provider's refusal means for the attempt."""

import pytest

from heliograph.domain.attempts import Progress
from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled, Transient
from heliograph.domain.model import Channel
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.project import Integration
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import FIRST_BACKOFF
from heliograph.domain.status import Status
from heliograph.domain.tries import Try
from heliograph.domain.verdict import ACCOUNT_PAUSE, judge
from tests.support.builders import NOW

CHOICES = tuple(
    Integration(id=name, provider=name, channels=frozenset({Channel.EMAIL}), sender="hi@example.com")
    for name in ("first", "second")
)
IN_CALL = Progress(
    attempt=1, tries=1, token="mine", ranks=(0, 15), log=(Try(), Try(integration="first", provider="first", at=NOW))
)


def judged(exc: ProviderError, *, alone: bool = False) -> Outcome:
    return judge(exc, IN_CALL, CHOICES[:1] if alone else CHOICES, now=NOW, random=lambda: 0.5)


def test_a_definite_refusal_fails_over_at_once_and_costs_no_try() -> None:
    found = judged(Rejected("no such template", code="400"))

    assert (found.verdict, found.due, found.free) == (Verdict.RETRY, NOW, True)
    assert (found.token, found.reason, found.code, found.text) == ("mine", "provider_error", "400", "no such template")


def test_a_definite_refusal_ends_it_where_nobody_else_is_left() -> None:
    found = judged(Rejected("no", code="550"), alone=True)

    assert (found.verdict, found.ending) == (Verdict.END, Status.FAILED)


def test_a_bad_recipient_ends_it_wherever_else_it_could_go() -> None:
    found = judged(Rejected("no such number", reason=Reason.INVALID_RECIPIENT))

    assert (found.verdict, found.reason) == (Verdict.END, "invalid_recipient")


def test_account_trouble_fails_over_at_once() -> None:
    found = judged(AccountTrouble("suspended"))

    assert (found.verdict, found.due, found.free, found.reason) == (Verdict.RETRY, NOW, True, "not_allowed")


def test_account_trouble_waits_where_nobody_else_is_left() -> None:
    found = judged(AccountTrouble("suspended"), alone=True)

    assert (found.verdict, found.due, found.free) == (Verdict.RETRY, NOW + ACCOUNT_PAUSE + 2_500, True)


def test_a_throttle_waits_as_long_as_the_provider_says_and_costs_no_try() -> None:
    found = judged(Throttled("slow down", retry_after=2.5))

    assert (found.verdict, found.due, found.free, found.reason) == (Verdict.RETRY, NOW + 2500, True, "throttled")


def test_a_throttle_that_names_no_time_backs_off() -> None:
    assert judged(Throttled("slow down")).due == NOW + FIRST_BACKOFF // 2


def test_anything_passing_is_a_new_attempt_later_that_counts() -> None:
    found = judged(Transient("503", code="503"))

    assert (found.verdict, found.due, found.free) == (Verdict.RETRY, NOW + FIRST_BACKOFF // 2, False)


@pytest.mark.parametrize("retry_after", [0.0, 0.001])
def test_a_throttle_is_never_due_before_now(retry_after: float) -> None:
    assert judged(Throttled("slow down", retry_after=retry_after)).due >= NOW
