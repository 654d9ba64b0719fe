"""Every order in which a worker, a cancel and a reschedule can read and write one waiting message.

Each of them reads, decides on what it read, and writes only while that still stands, as the store does.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

import pytest

from heliograph.domain import attempts
from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.errors import Lost
from heliograph.domain.status import Rank, Status
from heliograph.domain.timing import Terms, moved, waits

NOW = 1_800_000_000_000
LATER = NOW + 3_600_000


@dataclass
class World:
    item: Progress = field(default_factory=lambda: Progress(due=NOW, check=NOW, expires=LATER * 2))
    calls: int = 0
    cancel: str = "never asked"
    rescheduled: bool = False
    calls_after_cancel: int = 0
    calls_before_due: int = 0

    def write(self, seen: Progress, move: Move) -> None:
        if any(getattr(self.item, name) != getattr(seen, name) for name in move.on if ":" not in name):
            raise Lost("changed")
        names = [one.name for one in fields(Progress) if getattr(seen, one.name) != getattr(move.after, one.name)]
        self.item = replace(self.item, **{name: getattr(move.after, name) for name in names})


type Actor = Callable[[World], Iterator[None]]


def worker(world: World) -> Iterator[None]:
    """Reads, claims, calls, records; each `yield` lets the others go first."""
    seen = world.item
    yield
    if seen.phase is not Phase.OPEN or seen.stop or seen.due > NOW:
        return
    if (closed := waits(seen, Terms(), NOW)) is not None:
        world.write(seen, closed)
        return
    claim = attempts.claim(seen, now=NOW, token="t", lease=LATER, integration="i", provider="p")
    try:
        world.write(seen, claim)
    except Lost:
        return
    held = world.item
    yield
    world.calls += 1
    world.calls_after_cancel += world.cancel == "won"
    world.calls_before_due += held.due > NOW
    yield
    while True:
        read = world.item
        try:
            world.write(read, attempts.sent(read, now=NOW, provider_message_id="m"))
        except Lost:
            continue
        return


def cancel(world: World) -> Iterator[None]:
    while True:
        seen = world.item
        move, won = attempts.cancel(seen, now=NOW)
        yield
        try:
            world.write(seen, move)
        except Lost:
            continue
        world.cancel = "won" if won else "lost"
        return


def reschedule(world: World) -> Iterator[None]:
    while True:
        seen = world.item
        yield
        if seen.phase is not Phase.OPEN or seen.attempt or seen.stop:
            return
        try:
            world.write(seen, moved(seen, Terms(), LATER))
        except Lost:
            continue
        world.rescheduled = True
        return


def ends(actors: tuple[Actor, ...]) -> list[World]:
    """The worlds at the end of every order of the actors' steps."""
    found: list[World] = []
    queue: list[tuple[int, ...]] = [()]
    while queue:
        order = queue.pop()
        world = World()
        running = {number: actor(world) for number, actor in enumerate(actors)}
        for number in order:
            if next(running[number], "end") == "end":
                del running[number]
        if not running:
            found.append(world)
        queue += [(*order, number) for number in running]
    return found


@pytest.mark.parametrize(
    ("actors", "at_least"),
    [((worker, worker, cancel), 300), ((worker, worker, reschedule), 300), ((worker, cancel, reschedule), 100)],
)
def test_in_no_order_is_it_both_sent_and_canceled_or_sent_before_its_time(
    actors: tuple[Actor, ...], at_least: int
) -> None:
    worlds = ends(actors)

    assert len(worlds) >= at_least
    for world in worlds:
        canceled = world.item.log[-1].ending is Status.CANCELED
        assert world.calls <= 1
        assert not (canceled and world.calls)
        assert (world.cancel == "won") == canceled
        assert world.calls_after_cancel == world.calls_before_due == 0
        assert not (world.rescheduled and world.calls)
        if world.calls:
            assert world.item.ranks[-1] == Rank.SENT
        if world.rescheduled and not canceled:
            assert (world.item.due, world.item.check, world.item.phase) == (LATER, LATER, Phase.OPEN)
        if canceled:
            assert (world.item.phase, world.item.check, world.item.ranks) == (Phase.DONE, None, (Rank.ENDED,))
    if cancel in actors:
        assert {world.cancel for world in worlds} == {"won", "lost"}
