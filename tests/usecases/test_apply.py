"""Providers' events: whom they may move, what they do to the address, and that order and repeats decide nothing."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Transient, Unavailable
from heliograph.domain.model import EventKind
from heliograph.domain.retry import REPORTED
from heliograph.domain.signing import Signer
from heliograph.domain.status import Rank
from heliograph.usecases.apply import Source
from tests.usecases.world import AT, SIGNER, World, echo, headline, listed


def test_delivered_moves_a_sent_message(world: World) -> None:
    world.sent()

    assert world.report(EventKind.DELIVERED) == "moved"
    assert (world.state.rank, world.state.delivered, headline(world)) == (Rank.DELIVERED, 1, "delivered")


def test_a_repeat_changes_nothing(world: World) -> None:
    world.sent()
    world.report(EventKind.DELIVERED)
    before = (world.message, dict(world.messages.reports))

    assert world.report(EventKind.DELIVERED) == "no change"
    assert (world.message, world.messages.reports) == before


def test_a_repeat_does_what_the_first_one_did_not_live_to_do(world: World) -> None:
    """The first delivery died between keeping the event and moving the message."""
    world.sent()
    world.messages.trouble.waiting.append(Unavailable("busy"))
    with pytest.raises(Unavailable):
        world.report(EventKind.DELIVERED)
    assert (len(world.messages.reports), world.state.rank) == (1, Rank.SENT)

    assert world.report(EventKind.DELIVERED) == "moved"
    assert world.state.rank == Rank.DELIVERED


def test_every_order_of_events_ends_in_the_same_state() -> None:
    kinds = (EventKind.DEFERRED, EventKind.DELIVERED, EventKind.FAILED, EventKind.SENT)

    ends = set()
    for order in permutations(kinds):
        one = World()
        one.sent()
        for kind in (*order, *order):
            one.report(kind)
        ends.add((one.state.rank, one.state.delivered, one.state.phase, headline(one)))

    assert ends == {(Rank.FAILED, 0, Phase.DONE, "failed")}


def test_who_loses_a_race_reads_again_and_decides_again(world: World) -> None:
    world.sent()
    world.messages.before_move.append(lambda: world.report(EventKind.DEFERRED))

    assert world.report(EventKind.DELIVERED) == "moved"
    assert world.state.rank == Rank.DELIVERED


@pytest.mark.parametrize(
    "source",
    [Source(project="acme", integration="second"), Source(project="other", integration="first")],
)
def test_an_event_that_names_a_message_of_another_integration_moves_nothing(world: World, source: Source) -> None:
    before = world.sent()

    done = world.report(EventKind.BOUNCED, bounce="hard", source=source, echo=echo())

    assert done == "not ours"
    assert (world.message, world.messages.reports, listed(world)) == (before, {}, "")
    assert world.notes.lines[-1][0] == "event of a foreign message"


@pytest.mark.parametrize(
    "token", ["", "nonsense", "AAAA" * 20, echo(signer=Signer({"1": "z" * 32})), echo()[:-2] + "xx"]
)
def test_a_forged_echo_moves_nothing(world: World, token: str) -> None:
    before = world.sent()

    assert world.report(EventKind.DELIVERED, echo=token) == "not ours"
    assert world.message == before


def test_a_token_of_another_purpose_is_no_echo(world: World) -> None:
    before = world.sent()
    hook = SIGNER.sign("hook", "acme", AT.notification, "0", "first", "1")

    assert world.report(EventKind.DELIVERED, echo=hook) == "not ours"
    assert world.message == before


def test_an_event_from_the_bus_is_believed_by_its_echo(world: World) -> None:
    world.sent()

    assert world.report(EventKind.DELIVERED, source=Source(), echo=echo()) == "moved"


def test_an_event_of_a_message_that_is_gone_is_dropped(world: World) -> None:
    assert world.report(EventKind.DELIVERED) == "gone"


def test_the_recipient_is_told_from_a_copy_however_the_address_is_written(world: World) -> None:
    world.sent()

    assert world.report(EventKind.DELIVERED, recipient="Grace@Example.COM") == "moved"


def test_an_event_about_somebody_in_copy_is_timeline_and_suppression_alone(world: World) -> None:
    world.sent()

    done = world.report(EventKind.BOUNCED, bounce="hard", recipient="boss@example.com")

    assert done == "somebody in copy"
    assert (world.state.rank, headline(world)) == (Rank.SENT, "sent")
    assert (listed(world), listed(world, "boss@example.com")) == ("", "hard_bounce")
    assert [report.own for report in world.messages.reports.values()] == [False]


def test_an_event_without_a_recipient_is_about_the_message_s_own(world: World) -> None:
    world.sent()

    world.report(EventKind.BOUNCED, bounce="hard", recipient="")

    assert (world.state.rank, listed(world)) == (Rank.HARD_BOUNCE, "hard_bounce")


def test_late_news_of_an_old_attempt_is_timeline(world: World) -> None:
    two_attempts(world)

    world.report(EventKind.DEFERRED, attempt=1)

    assert (world.state.ranks[1], world.state.ranks[2], headline(world)) == (Rank.DEFERRED, Rank.SENT, "sent")


def test_a_late_delivered_of_an_old_attempt_shows_delivered(world: World) -> None:
    two_attempts(world)
    world.report(EventKind.BOUNCED, attempt=2, source=Source(project="acme", integration="second"), bounce="hard")
    assert (headline(world), world.state.bad) == ("bounced", world.clock())

    world.report(EventKind.DELIVERED, attempt=1)

    assert (headline(world), world.state.delivered, world.state.bad) == ("delivered", 1, None)


def test_an_event_of_an_attempt_that_was_never_made_moves_nothing(world: World) -> None:
    world.sent()

    assert world.report(EventKind.DELIVERED, attempt=2) == "no change"
    assert world.state.rank == Rank.SENT


def test_a_receipt_that_comes_while_the_next_try_waits_ends_the_waiting(world: World) -> None:
    world.first.answers = [Transient("503, but it was taken")]
    world.waiting()
    world.work()

    world.report(EventKind.DELIVERED)
    world.clock.now = world.state.due

    assert headline(world) == "delivered"
    assert world.work() == "ended"
    assert (world.state.phase, len(world.first.sent)) == (Phase.DONE, 1)


def test_a_reported_failure_is_tried_again_where_the_plan_says_so(world: World) -> None:
    world.waiting(again=2)
    world.work()

    assert world.report(EventKind.BOUNCED, bounce="soft") == "moved"

    assert world.open_
    assert world.wakeups.times == [world.clock() + REPORTED[0]]


def test_nothing_of_the_events_clock_decides(world: World) -> None:
    world.sent()

    world.report(EventKind.DELIVERED, occurred_at=datetime(2001, 1, 1, tzinfo=UTC))
    world.report(EventKind.DEFERRED, occurred_at=datetime(2099, 1, 1, tzinfo=UTC))

    assert world.state.rank == Rank.DELIVERED


def two_attempts(world: World) -> None:
    refused: Callable[[], Exception] = lambda: Transient("503")  # noqa: E731  # one line says it
    world.first.answers = [refused()]
    world.waiting()
    world.work()
    world.clock.pass_(10 * 60_000)
    world.work()
    assert [one.integration for one in world.state.log[1:]] == ["first", "second"]
