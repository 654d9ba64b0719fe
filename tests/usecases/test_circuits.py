"""A circuit opens after a run of failures; its messages go elsewhere or lie still, and a probe now and then asks."""

from dataclasses import replace

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.circuit import OPENS_AT, PROBE_EVERY, Circuit, next_probe
from heliograph.domain.errors import AccountTrouble, Busy, Rejected, Throttled, Transient, UnknownOutcome
from heliograph.domain.message import Hint, MessageId
from heliograph.domain.project import SANDBOX, Mode
from heliograph.domain.reasons import Reason
from heliograph.domain.status import Rank, Status
from heliograph.usecases.gate import Pass
from tests.usecases.world import HOUR, World


def opened(world: World, name: str = "first", reason: Reason = Reason.PROVIDER_UNAVAILABLE) -> Circuit:
    """The circuit of an integration is open, and its first probe is not yet due."""
    now = world.clock()
    found = Circuit(integration=name, opened=now, probe=now + PROBE_EVERY, reason=reason.value, code="503", text="down")
    world.circuits.set("acme", found)
    return found


def fail(world: World, exc: Exception, times: int) -> None:
    """So many messages fail, one after the other."""
    for number in range(times):
        world.first.answers.append(exc)
        at = MessageId(project="acme", notification=f"{number:026d}")
        world.waiting(at=at)
        world.dispatch(Hint(message=at), lambda: world.left)


def is_open(world: World, name: str = "first") -> bool:
    return world.projects.known["acme"].circuit(name).open


@pytest.mark.parametrize("exc", [Transient("down", code="503"), UnknownOutcome("no answer came")])
def test_twenty_passing_failures_in_a_row_open_it(world: World, exc: Exception) -> None:
    world.only("first", "fake")

    fail(world, exc, OPENS_AT - 1)
    before = is_open(world)
    fail(world, exc, 1)

    assert (before, is_open(world)) == (False, True)


def test_an_account_that_is_refused_opens_it_after_three_and_the_log_says_why(world: World) -> None:
    world.only("first", "fake")

    fail(world, AccountTrouble("the key was revoked", code="401"), 3)

    assert is_open(world)
    [line] = [fields for what, _, fields in world.notes.lines if what == "circuit opened"]
    assert line["why"] == "fake answers 401 since 2027-01-15T08:00:00.000Z"


def test_a_success_ends_the_run(world: World) -> None:
    world.only("first", "fake")

    fail(world, Transient("down"), OPENS_AT - 1)
    world.sent()
    fail(world, Transient("down"), OPENS_AT - 1)

    assert not is_open(world)


@pytest.mark.parametrize("exc", [Rejected("bad address"), Throttled("too fast")])
def test_what_is_the_messages_fault_or_only_haste_never_opens_it(world: World, exc: Exception) -> None:
    world.only("first", "fake")

    fail(world, exc, 2 * OPENS_AT)

    assert not is_open(world)


def test_nothing_is_written_while_all_is_well(world: World) -> None:
    world.sent()

    assert world.circuits.writes == 0


def test_a_table_that_is_busy_never_fails_a_message_for_the_sake_of_a_circuit(world: World) -> None:
    world.circuits.trouble.waiting.append(Busy("throttled"))
    world.first.answers.append(Transient("down"))
    world.waiting()

    assert world.work() == "retry"


def test_while_it_is_open_messages_go_to_the_next_integration_at_once(world: World) -> None:
    opened(world)
    world.waiting()

    assert world.work() == "sent"
    assert (world.state.log[1].integration, world.state.attempt) == ("second", 1)
    assert world.first.sent == []


def test_with_nobody_else_they_lie_still_and_their_deadline_with_them(world: World) -> None:
    world.only("first", "fake")
    opened(world)
    world.waiting()
    left = world.state.expires - world.clock()

    assert world.work() == "held"
    assert (world.state.held, world.state.check, world.state.attempt) == ("circuit/first", None, 0)
    assert world.wakeups.calls == []
    world.clock.pass_(9 * HOUR)
    world.circuits.set("acme", Circuit(integration="first", closed=world.clock()))
    assert world.work() == "sent"
    assert world.state.expires - world.clock() == left


def test_an_expiry_that_was_asked_for_goes_on_while_it_is_held(world: World) -> None:
    world.only("first", "fake")
    opened(world)
    asked = world.waiting()
    world.messages.add(replace(asked, terms=replace(asked.terms, lifetime=HOUR)))
    before = world.state.expires

    world.work()

    assert world.state.expires == before


def test_a_message_that_another_channel_may_follow_leaves_its_channel(world: World) -> None:
    world.only("first", "fake")
    opened(world, reason=Reason.NOT_ALLOWED)
    world.waiting(fails_over=True)

    assert world.work() == "failed"
    assert world.state.log[0].reason == "not_allowed"
    assert world.state.log[0].text.endswith("503 down")


def test_one_probe_may_go_and_the_next_only_ten_seconds_later(world: World) -> None:
    world.only("first", "fake")
    seen = opened(world)
    world.clock.now = seen.probe
    world.first.answers.append(Transient("still down"))
    world.waiting()
    other = MessageId(project="acme", notification="o" * 26)
    world.waiting(at=other)

    first = world.work()
    second = world.dispatch(Hint(message=other), lambda: world.left)

    assert (first, second) == ("retry", "held")
    assert is_open(world)
    assert world.projects.known["acme"].circuit("first").probe == next_probe(0, world.clock())


def test_a_probe_that_the_table_was_too_busy_to_grant_is_asked_for_again(world: World) -> None:
    """Nobody else may ask: all that is held waits for this one."""
    world.only("first", "fake")
    circuit = opened(world)
    world.clock.now = circuit.probe
    world.waiting()
    world.circuits.trouble.waiting.append(Busy("too many writes"))
    with pytest.raises(Busy):
        world.work()

    world.work()

    assert len(world.first.sent) == 1
    assert not is_open(world)


def test_a_probe_that_succeeds_closes_it(world: World) -> None:
    world.only("first", "fake")
    world.clock.now = opened(world).probe
    world.waiting()

    assert world.work() == "sent"
    assert not is_open(world)
    assert [what for what, _, _ in world.notes.lines if what.startswith("circuit")] == ["circuit closed"]


def test_an_open_circuit_holds_no_test_message(world: World) -> None:
    opened(world, "sandbox")
    message = world.waiting(mode=Mode.TEST)

    assert world.dispatch.gate(message, world.clock()) == Pass(SANDBOX)


def test_a_repeat_of_an_unknown_outcome_waits_for_a_probe_too(world: World) -> None:
    world.only("first", "fake")
    world.first.answers.append(UnknownOutcome("no answer came"))
    world.waiting()
    world.work()
    world.clock.pass_(10 * 60_000)
    opened(world)

    assert world.work() == "put off"
    assert len(world.first.sent) == 1
    assert world.state.phase is Phase.CALL


def test_a_held_message_can_be_canceled(world: World) -> None:
    world.only("first", "fake")
    opened(world)
    world.waiting()
    world.work()
    world.waiting_is_stopped()

    assert world.work() == "canceled"
    assert (world.state.held, world.state.phase) == ("", Phase.DONE)


def test_a_held_message_expires(world: World) -> None:
    world.only("first", "fake")
    opened(world)
    world.waiting()
    world.work()
    world.clock.now = world.state.expires

    assert world.work() == "expired"
    assert world.state.log[0].ending is Status.EXPIRED
    assert world.state.ranks == (Rank.ENDED,)


def test_what_waits_for_us_counts_to_no_provider_deadline(world: World) -> None:
    world.first.answers.append(Transient("down"))
    world.waiting()
    world.work()
    world.clock.now = world.state.due
    opened(world)
    opened(world, "second")
    assert world.work() == "held"
    world.clock.pass_(HOUR)
    for name in ("first", "second"):
        world.circuits.set("acme", Circuit(integration=name, closed=world.clock()))

    world.work()

    assert [entry.integration for entry in world.state.log[1:]] == ["first", "first"]
