"""What a provider's answer leads to."""

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import AccountTrouble, Rejected, Throttled, Transient, Unavailable
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import FIRST_BACKOFF, LONGEST_BACKOFF
from heliograph.domain.status import Rank, Status
from heliograph.domain.verdict import ACCOUNT_PAUSE
from tests.usecases.world import World

REFUSED = Rejected("no", code="400")


def test_a_refusal_fails_over_to_the_next_integration_at_once(world: World) -> None:
    world.first.answers = [REFUSED]
    world.waiting()

    first = world.work()
    second = world.work()

    assert (first, second) == ("retry", "sent")
    assert world.wakeups.times == [world.clock()]
    assert [one.integration for one in world.state.log[1:]] == ["first", "second"]
    assert world.second.sent[0].send_key != world.first.sent[0].send_key


def test_when_every_integration_refused_it_ends(world: World) -> None:
    world.first.answers, world.second.answers = [REFUSED], [Rejected("also no", code="422")]
    world.waiting()

    world.work()
    last = world.work()

    assert last == "end"
    ended = world.state.log[2]
    assert (ended.ending, ended.reason, ended.code, ended.text) == (
        Status.FAILED, "provider_error", "422", "also no",
    )  # fmt: skip
    assert world.state.phase is Phase.DONE


def test_an_invalid_recipient_ends_at_once_since_no_provider_would_take_it(world: World) -> None:
    world.first.answers = [Rejected("bad address", reason=Reason.INVALID_RECIPIENT)]
    world.waiting()

    assert world.work() == "end"
    assert world.second.sent == []
    assert world.state.log[1].reason == "invalid_recipient"


def test_account_trouble_goes_elsewhere_and_forgets_the_credentials(world: World) -> None:
    world.first.answers = [AccountTrouble("suspended", code="403")]
    world.waiting()

    first = world.work()
    second = world.work()

    assert (first, second) == ("retry", "sent")
    assert world.vault.forgotten == [("acme", "first")]
    assert len(world.second.sent) == 1


def test_account_trouble_waits_when_there_is_nobody_else_and_costs_no_try(world: World) -> None:
    world.only("first", "fake")
    world.first.answers = [AccountTrouble("suspended", code="403")]
    world.waiting()

    assert world.work() == "retry"
    assert world.state.due >= world.clock() + ACCOUNT_PAUSE
    assert (world.state.tries, world.open_) == (0, True)


def test_missing_credentials_are_account_trouble(world: World) -> None:
    del world.vault.stored["acme", "first"]
    world.waiting()

    assert world.work() == "retry"
    assert world.work() == "sent"
    assert (len(world.first.sent), len(world.second.sent)) == (0, 1)


def test_credentials_that_cannot_be_read_are_no_doubt_about_the_call(world: World) -> None:
    """Nobody was called, so nothing may wait for a receipt, and nothing may end as unknown."""
    world.project(doubt="at_most_once")
    world.vault.trouble.waiting.append(Unavailable("no answer"))
    world.waiting()

    assert world.work() == "retry"
    assert world.open_
    world.clock.now = world.state.due
    assert world.work() == "sent"


@pytest.mark.parametrize(("told", "wait"), [(7.0, 7_000), (None, FIRST_BACKOFF // 2)])
def test_a_throttle_costs_no_try_and_waits_as_long_as_the_provider_says(
    world: World, told: float | None, wait: int
) -> None:
    world.first.answers = [Throttled("slow down", retry_after=told)]
    world.waiting()

    assert world.work() == "retry"
    assert world.state.due == world.clock() + wait
    assert world.wakeups.times == [world.state.due]
    assert world.state.tries == 0


def test_a_provider_that_throttles_for_long_is_asked_less_and_less(world: World) -> None:
    world.only("first", "fake")
    world.waiting()
    waits = []
    for _ in range(12):
        world.first.answers = [Throttled("slow down")]
        world.work()
        waits.append(world.state.due - world.clock())
        world.clock.now = world.state.due

    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_BACKOFF // 2


def test_a_passing_failure_is_tried_again_later_and_later(world: World) -> None:
    world.only("first", "fake")
    world.waiting()
    waits = []
    for _ in range(4):
        world.first.answers = [Transient("503", code="503")]
        world.work()
        waits.append(world.state.due - world.clock())
        world.clock.now = world.state.due

    assert waits == [FIRST_BACKOFF * 2**n // 2 for n in range(4)]
    assert world.state.tries == 4
    assert world.state.attempt == 4
    assert len({sent.send_key for sent in world.first.sent}) == 4


def test_a_message_has_no_more_attempts_than_its_token_can_number(world: World) -> None:
    world.only("first", "fake")
    state = world.waiting().progress
    for _ in range(999):
        state = type(state)(
            attempt=state.attempt + 1,
            ranks=(*state.ranks, Rank.SENDING),
            log=(*state.log, state.log[0]),
            due=state.due,
            check=state.check,
            expires=state.expires,
        )
    world.waiting(attempt=state.attempt, ranks=state.ranks, log=state.log)

    assert world.work() == "ended"
    assert world.state.log[-1].ending is Status.FAILED
