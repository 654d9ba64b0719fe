"""Rates: a message without a slot now waits for its own, with one wake-up; many share a write."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest

from heliograph.domain.errors import Busy
from heliograph.domain.message import Hint, Lane, MessageId
from heliograph.domain.model import Channel
from heliograph.store.slots import Taken
from heliograph.usecases.slots import Slots
from tests.usecases.fake_circuits import FakeSlots
from tests.usecases.fakes import Clock
from tests.usecases.world import WORKERS, World, integration


def paced(world: World, rate: float) -> None:
    world.project(integrations=(replace(integration("first", "fake"), rate=rate),), order={Channel.EMAIL: ("first",)})


def names(count: int) -> list[MessageId]:
    return [MessageId(project="acme", notification=f"{number:026d}") for number in range(count)]


def test_without_a_rate_no_slot_is_taken(world: World) -> None:
    world.sent()

    assert world.slots.taken == []


def test_those_beyond_the_rate_wait_for_their_own_slot_with_one_wakeup(world: World) -> None:
    paced(world, 2)
    for at in names(6):
        world.waiting(at=at)

    done = [world.dispatch(Hint(message=at), lambda: world.left) for at in names(6)]

    assert done == ["sent", "sent", "sent", "waits for its slot", "waits for its slot", "waits for its slot"]
    assert [at - world.clock() for at in world.wakeups.times] == [1500, 2000, 2500]


def test_a_message_whose_slot_has_come_takes_no_other(world: World) -> None:
    paced(world, 0.1)
    first, second = names(2)
    for at in (first, second):
        world.waiting(at=at)
        world.dispatch(Hint(message=at), lambda: world.left)
    taken = len(world.slots.taken)
    world.clock.pass_(10_000)

    assert world.dispatch(Hint(message=second), lambda: world.left) == "sent"
    assert len(world.slots.taken) == taken
    state = world.messages.items[second].progress
    assert (state.slot, state.waited, state.tries) == ("", 10_000, 1)


def test_waiting_for_a_slot_brings_no_deadline_nearer(world: World) -> None:
    paced(world, 0.1)
    first, second = names(2)
    expires = [world.waiting(at=at).progress.expires for at in (first, second)][1]
    for at in (first, second):
        world.dispatch(Hint(message=at), lambda: world.left)

    assert world.messages.items[second].progress.expires == expires + 10_000


def test_bulk_gets_a_small_share_and_never_stands_before_others(world: World) -> None:
    paced(world, 10)
    for at in names(5):
        world.messages.add(replace(world.waiting(at=at), lane=Lane.BULK))

    done = [world.dispatch(Hint(message=at), lambda: world.left) for at in names(5)]
    world.waiting()

    assert done == ["sent", "sent", *["waits for its slot"] * 3]
    assert [at - world.clock() for at in world.wakeups.times] == [2000, 3000, 4000]
    assert world.work() == "sent"


def test_those_that_ask_while_one_is_writing_share_the_next_write() -> None:
    begun, go = Event(), Event()

    class Slow(FakeSlots):
        def take(self, name: str, project: str, **asked: Any) -> Taken:
            begun.set()
            assert go.wait(10)
            return super().take(name, project, **asked)

    store = Slow()
    slots = Slots(store=store, clock=Clock(0))
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(slots.take, "line", "acme", 10)
        assert begun.wait(10)
        others = [pool.submit(slots.take, "line", "acme", 10) for _ in range(9)]
        while slots.gathered("line", "acme", 10) < 9:
            pass
        go.set()
        found = sorted([first.result(10), *(one.result(10) for one in others)])

    assert [slot.at for slot in found] == [number * 100 for number in range(10)]
    assert [work for _, work in store.taken] == [100_000, 900_000]


def test_a_write_that_fails_fails_all_who_waited_for_it_and_nobody_after() -> None:
    class Once(FakeSlots):
        broken = True

        def take(self, name: str, project: str, **asked: Any) -> Taken:
            if self.broken:
                self.broken = False
                raise Busy("throttled")
            return super().take(name, project, **asked)

    slots = Slots(store=Once(), clock=Clock(0))

    with pytest.raises(Busy):
        slots.take("line", "acme", 10)
    assert slots.take("line", "acme", 10).at == 0


def test_projects_that_use_one_account_take_turns(world: World) -> None:
    shared = replace(integration("first", "fake"), rate=1, account="fake:one")
    world.project(integrations=(shared,), order={Channel.EMAIL: ("first",)})
    world.projects.known["bolt"] = replace(world.projects.known["acme"], id="bolt")
    world.versions.bodies["bolt", "welcome", 1] = world.versions.bodies["acme", "welcome", 1]
    world.vault.stored["bolt", "first"] = "right"
    mine, theirs = names(10), [replace(at, project="bolt") for at in names(2)]
    for at in (*mine, *theirs):
        world.waiting(at=at)

    for at in (*mine, *theirs):
        world.dispatch(Hint(message=at), lambda: world.left)

    waits: dict[str, list[int]] = {at.project: [] for at in (*mine, *theirs)}
    for hint, _, when in world.wakeups.calls:
        waits[hint.message.project].append(when - world.clock())
    assert waits["acme"] == [number * 1000 for number in range(2, 10)]
    # The second of two comes after one of the others', not after all ten.
    assert waits["bolt"] == [2000]


def test_one_whose_turn_others_have_put_off_waits_on_for_the_same_slot(world: World) -> None:
    shared = replace(integration("first", "fake"), rate=1, account="fake:one")
    world.project(integrations=(shared,), order={Channel.EMAIL: ("first",)})
    for at in names(4):
        world.waiting(at=at)
        world.dispatch(Hint(message=at), lambda: world.left)
    world.slots.take("fake:one", "bolt", work=10_000_000, now=world.clock() * 1000)
    taken = len(world.slots.taken)
    world.clock.pass_(3_000)

    assert world.dispatch(Hint(message=names(4)[3]), lambda: world.left) == "waits for its slot"
    assert world.wakeups.times[-1] - world.clock() == 3_000
    world.clock.pass_(3_000)
    assert world.dispatch(Hint(message=names(4)[3]), lambda: world.left) == "sent"
    assert len(world.slots.taken) == taken


def test_without_a_rate_the_quota_of_the_account_holds(world: World) -> None:
    world.quotas.rates["fake"] = 0.5
    for at in names(3):
        world.waiting(at=at)

    done = [world.dispatch(Hint(message=at), lambda: world.left) for at in names(3)]

    # The first goes unasked, the second has the first slot.
    assert done == ["sent", "sent", "waits for its slot"]
    assert len(world.slots.taken) == 2


def test_while_all_is_quiet_the_line_of_a_quota_is_not_asked(world: World) -> None:
    world.quotas.rates["fake"] = 0.5
    for at in names(3):
        world.waiting(at=at)
        assert world.dispatch(Hint(message=at), lambda: world.left) == "sent"
        world.clock.pass_(WORKERS * 2_000)

    assert world.slots.taken == []


def test_a_rate_that_is_set_holds_before_the_quota(world: World) -> None:
    paced(world, 100)
    world.quotas.rates["fake"] = 0.5
    for at in names(3):
        world.waiting(at=at)

    assert [world.dispatch(Hint(message=at), lambda: world.left) for at in names(3)] == ["sent"] * 3
