"""Every order in which adders, workers, a cancel and a withdrawal can read and write one stack, dying anywhere.

Each of them reads, decides on what it read, and writes only while that still stands, as the store does. One that has
died is one that is never scheduled again, so every state that is reached also stands for those deaths.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace

import pytest

from heliograph.domain import attempts, stacking
from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.errors import Lost
from heliograph.domain.stacking import GATHERING, Slot, Stack, Stacked, StackMode
from heliograph.domain.status import Rank, Status

NOW = 1_800_000_000_000
WINDOW = 60_000


@dataclass
class Head:
    """A window's head with its items; `added` is everything that ever was in it."""

    progress: Progress
    stacked: Stacked
    items: list[str]
    rendered: list[tuple[str, ...]] = field(default_factory=list)
    """What was handed to the provider, by attempt."""


@dataclass
class World:
    mode: StackMode
    heads: list[Head] = field(default_factory=list)
    now: int = NOW
    into: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """Request -> the window it went into, and whether with an item."""
    withdrawn: set[str] = field(default_factory=set)

    @property
    def stack(self) -> Stack:
        return Stack(mode=self.mode, window=WINDOW)

    def expect(self, head: Head, seen: Progress, names: frozenset[str]) -> None:
        if any(getattr(head.progress, name) != getattr(seen, name) for name in names if ":" not in name):
            raise Lost("changed")

    def write(self, head: Head, seen: Progress, move: Move) -> None:
        self.expect(head, seen, move.on)
        names = [one.name for one in fields(Progress) if getattr(seen, one.name) != getattr(move.after, one.name)]
        head.progress = replace(head.progress, **{name: getattr(move.after, name) for name in names})


type Actor = Callable[[World], Iterator[None]]


def add(name: str) -> Actor:
    """A request that is accepted; each `yield` lets the others go first."""

    def actor(world: World) -> Iterator[None]:
        while name not in world.into:
            known = len(world.heads)
            head = world.heads[-1] if world.heads else None
            seen, where = None, Slot.OPEN
            if head is not None:
                seen = head.progress
                where = stacking.slot(head.stacked, seen, now=world.now, erased=0)
            yield
            try:
                if where is Slot.OPEN and len(world.heads) != known:
                    raise Lost("somebody else opened one")  # noqa: TRY301  # as the transaction would
                _place(world, name, head, seen, where)
            except Lost:
                continue

    return actor


def _place(world: World, name: str, head: Head | None, seen: Progress | None, where: Slot) -> None:
    """One transaction."""
    if head is None or seen is None or where is Slot.OPEN:
        before = world.heads[-1].stacked.opened if world.heads else 0
        window = stacking.opened(world.stack, now=world.now, before=before)
        due = window.closes if world.mode is StackMode.DIGEST else world.now
        state = Progress(due=due, check=due, expires=due + WINDOW * 100, gathered=1)
        world.heads.append(Head(state, window, [name]))
        world.into[name] = (len(world.heads) - 1, True)
        return
    if where is Slot.ADD:
        world.expect(head, seen, GATHERING)
        head.progress = replace(head.progress, gathered=head.progress.gathered + 1)
        head.items.append(name)
    else:
        world.expect(head, seen, GATHERING | {"ranks"})
    world.into[name] = (world.heads.index(head), where is Slot.ADD)


def worker(world: World) -> Iterator[None]:
    """Renders what it reads, claims, sends, records; comes again when the items changed meanwhile."""
    while True:
        if not world.heads:
            return
        head = world.heads[0]
        seen, version = head.progress, head.progress.gathered
        yield
        # Items are read after the head, so they may be newer than its version.
        rendered = tuple(head.items)
        yield
        if seen.phase is not Phase.OPEN or seen.stop or seen.due > world.now or seen.attempt:
            return
        move = attempts.claim(seen, now=world.now, token="t", lease=NOW, integration="i", provider="p")
        try:
            world.write(head, seen, move)
        except Lost:
            continue
        assert version == head.progress.gathered
        head.rendered.append(rendered)
        yield
        world.write(head, head.progress, attempts.sent(head.progress, now=world.now, provider_message_id="m"))
        return


def late(world: World) -> Iterator[None]:
    """The window is over, and a worker comes."""
    world.now += WINDOW
    yield
    yield from worker(world)


def cancel(world: World) -> Iterator[None]:
    yield
    while world.heads:
        head = world.heads[0]
        seen = head.progress
        move, _ = attempts.cancel(seen, now=world.now)
        yield
        try:
            world.write(head, seen, move)
        except Lost:
            continue
        return


def withdraw(name: str) -> Actor:
    def actor(world: World) -> Iterator[None]:
        while world.into.get(name, (0, False))[1]:
            head = world.heads[world.into[name][0]]
            seen = head.progress
            if seen.phase is not Phase.OPEN or seen.attempt or seen.stop:
                return
            alone = len(head.items) == 1
            yield
            try:
                if alone:
                    world.write(head, seen, attempts.cancel(seen, now=world.now)[0])
                else:
                    world.expect(head, seen, GATHERING | {"gathered"})
                    head.progress = replace(head.progress, gathered=head.progress.gathered + 1)
                    head.items.remove(name)
            except Lost:
                continue
            world.withdrawn.add(name)
            return

    return actor


def ends(mode: StackMode, actors: tuple[Actor, ...]) -> Iterator[World]:
    """The world after every order of the actors' steps, whole or cut short; `a` was accepted before."""
    queue: list[tuple[int, ...]] = [()]
    while queue:
        order = queue.pop()
        world = World(mode)
        for _ in add("a")(world):
            pass
        running = {number: actor(world) for number, actor in enumerate(actors)}
        for number in order:
            if next(running[number], "end") == "end":
                del running[number]
        yield world
        queue += [(*order, number) for number in running]


def _recovered(world: World) -> None:
    """What the sweep does in the end: every head that still waits is worked on."""
    world.now += 10 * WINDOW
    for head in world.heads:
        if head.progress.phase is Phase.OPEN and not head.progress.stop:
            seen = head.progress
            world.write(
                head, seen, attempts.claim(seen, now=world.now, token="s", lease=0, integration="", provider="")
            )
            head.rendered.append(tuple(head.items))


@pytest.mark.parametrize(
    ("mode", "actors", "at_least"),
    [
        (StackMode.DIGEST, (add("b"), add("c"), late), 1_000),
        (StackMode.DIGEST, (add("b"), late, withdraw("a")), 1_000),
        (StackMode.DIGEST, (add("b"), late, cancel), 1_000),
        (StackMode.INCREMENT, (add("b"), add("c"), worker), 1_000),
        (StackMode.INCREMENT, (add("b"), worker, worker), 1_000),
        (StackMode.INCREMENT, (add("b"), worker, withdraw("b")), 100),
        (StackMode.INCREMENT, (add("b"), worker, cancel), 1_000),
    ],
)
def test_every_item_that_was_accepted_is_rendered_exactly_once_or_seen_to_be_canceled(
    mode: StackMode, actors: tuple[Actor, ...], at_least: int
) -> None:
    count = 0
    for world in ends(mode, actors):
        count += 1
        _recovered(world)
        for name, (place, with_item) in world.into.items():
            head = world.heads[place]
            shown = [one for other in world.heads for one in other.rendered if name in one]
            canceled = head.progress.log[-1].ending is Status.CANCELED
            if name in world.withdrawn or canceled:
                assert shown == []
            elif with_item:
                assert shown == head.rendered
                assert len(shown) == 1
            else:
                # Only counted: it came after the claim, and what it counts for is on its way or sent.
                assert shown == []
                assert head.rendered
                assert head.progress.rank >= Rank.SENDING
        for head in world.heads:
            assert len(head.rendered) <= 1
            assert not head.rendered or head.rendered[0] == tuple(head.items)
        names = [head.stacked.opened for head in world.heads]
        assert len(set(names)) == len(names)
    assert count >= at_least
