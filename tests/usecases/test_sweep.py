"""The work index is the truth: what is due is released at its second, what was forgotten is found."""

from itertools import pairwise

import pytest

from heliograph.domain.message import MessageId
from heliograph.domain.retry import MINUTE, SWEEP_GRACE
from heliograph.usecases.sweep import Sweep
from tests.usecases.world import AT, HOUR, World


def other(number: int) -> MessageId:
    return MessageId(project="acme", notification=f"{number:026d}")


def test_only_what_is_overdue_by_more_than_the_grace_is_swept(world: World) -> None:
    now = world.clock()
    world.waiting(at=other(1), check=now - SWEEP_GRACE - 1)
    world.waiting(at=other(2), check=now - SWEEP_GRACE)
    world.waiting(at=other(3), check=now)

    count = world.sweep.run()

    assert count == 1
    assert [hint.message for hint, _, _ in world.wakeups.calls] == [other(1)]


def test_a_message_that_is_done_is_never_swept(world: World) -> None:
    world.sent()
    world.clock.pass_(HOUR)

    assert world.sweep.run() == 0


def test_what_it_touches_it_pushes_ahead_so_that_a_backlog_makes_no_storm(world: World) -> None:
    world.waiting(expires=world.clock() + 100 * HOUR)
    world.clock.pass_(2 * SWEEP_GRACE)
    woken = [minute for minute in range(260) if world.sweep.run() + _minute_later(world)]

    gaps = [after - before for before, after in pairwise(woken)]

    # A minute more than the push: at the full minute itself it is not yet overdue.
    assert gaps == [6, 11, 21, 41, 61, 61]
    assert world.state.pushes == len(woken)


def test_it_pushes_nothing_past_its_expiry(world: World) -> None:
    now = world.clock()
    world.waiting(check=now - HOUR, expires=now + MINUTE, pushes=9)

    world.sweep.run()

    assert world.state.check == now + MINUTE


def test_what_has_expired_is_pushed_all_the_same(world: World) -> None:
    """It may be in a call whose lease is not over."""
    now = world.clock()
    world.waiting(check=now - HOUR, expires=now - MINUTE)

    world.sweep.run()

    assert world.state.check == now + 5 * MINUTE - SWEEP_GRACE


def test_the_index_lags_and_the_item_decides(world: World) -> None:
    world.sent()
    world.messages.lag[AT] = world.clock() - HOUR

    assert world.sweep.run() == 0
    assert world.wakeups.calls == []


def test_a_push_that_somebody_was_faster_than_is_not_counted(world: World) -> None:
    world.waiting(check=world.clock() - HOUR)
    world.messages.before_move.append(world.work)

    assert world.sweep.run() == 0


def test_it_stops_while_there_is_time_to_finish(world: World) -> None:
    world.waiting(check=world.clock() - HOUR)
    left = iter([4.9])
    sweep = Sweep(messages=world.messages, wakeups=world.wakeups, clock=world.clock, remaining=lambda: next(left))

    assert sweep.run() == 0
    assert world.wakeups.calls == []


@pytest.mark.parametrize("phase_by", ["nobody came", "the worker died"])
def test_nothing_is_lost_when_every_wakeup_is(world: World, phase_by: str) -> None:
    world.waiting()
    if phase_by == "the worker died":
        world.first.answers = [RuntimeError("killed")]
        with pytest.raises(RuntimeError):
            world.work()
    world.clock.pass_(SWEEP_GRACE + 1)

    world.sweep.run()
    for hint, _, at in world.wakeups.calls:
        world.clock.now = max(world.clock.now, at)
        world.dispatch(hint, lambda: 25.0)

    assert world.state.log[1].provider_message_id == f"pm-{len(world.first.sent)}"


def _minute_later(world: World) -> int:
    world.clock.pass_(MINUTE)
    return 0
