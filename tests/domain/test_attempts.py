"""Moves of one attempt that the protocol's exploration leaves out: what they say of why."""

from dataclasses import replace

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.status import Rank, Status
from heliograph.domain.tries import Try
from tests.support.builders import NOW

HELD = attempts.claim(
    Progress(due=NOW, check=NOW, again=3), now=NOW, token="mine", lease=NOW + 1, integration="i", provider="p"
).after
LATER = NOW + 5_000
WHY = Try(reason="throttled", code="429", text="slow down")


def test_what_would_be_tried_again_ends_as_canceled_when_a_cancel_came_during_the_call() -> None:
    stopped = attempts.cancel(HELD, now=NOW)[0].after

    after = attempts.retry(stopped, now=NOW + 1, due=LATER, free=True, why=WHY).after

    assert (after.phase, after.rank, after.check, after.token) == (Phase.DONE, Rank.ENDED, None, "")
    assert (after.log[1].ending, after.log[1].reason, after.log[1].ended_at) == (Status.CANCELED, "canceled", NOW + 1)


def test_without_a_cancel_it_waits_for_its_next_try_and_says_why() -> None:
    after = attempts.retry(HELD, now=NOW + 1, due=LATER, free=False, why=WHY).after

    assert (after.phase, after.rank, after.due, after.check) == (Phase.OPEN, Rank.SENDING, LATER, LATER)
    assert (after.log[1].ending, after.log[1].reason, after.log[1].code) == (None, "throttled", "429")


def test_what_was_reported_during_the_call_goes_before_the_cancel() -> None:
    told = attempts.fact(replace(HELD, stop=True), attempt=1, rank=Rank.DELIVERED, now=NOW)
    assert told

    after = attempts.retry(told.after, now=NOW + 1, due=LATER, free=True, why=WHY).after

    assert (after.phase, after.rank, after.log[1].ending) == (Phase.DONE, Rank.DELIVERED, None)
