"""Every order in which two workers, the sweep, provider facts, a cancel and faults can act on one message.

Breadth first over all reachable states of the real transitions; nothing is sampled. A worker decides on the state that
it read and writes only while what it decided on still stands, just as the store does. Time is left out: a lease is over
exactly when no live worker holds its token.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import NamedTuple

import pytest

from heliograph.domain import attempts
from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.status import Rank, Status, fold, row_of
from heliograph.domain.tries import Try

OUTCOMES = [
    (Rank.DELIVERED,),
    (Rank.SOFT_BOUNCE,),
    (Rank.HARD_BOUNCE,),
    (Rank.DELIVERED, Rank.HARD_BOUNCE),
    (Rank.SOFT_BOUNCE, Rank.DELIVERED),
]
"""What the provider reports about an attempt that it took."""


class Worker(NamedTuple):
    state: str = "idle"  # loaded, claimed, accepted, transient, permanent
    seen: Progress = Progress()


IDLE = Worker()


class World(NamedTuple):
    item: Progress
    hints: int = 1
    workers: tuple[Worker, ...] = (Worker(), Worker())
    next_token: int = 1
    pending: frozenset[tuple[int, int]] = frozenset()
    reported: frozenset[tuple[int, int]] = frozenset()
    accepted: tuple[int, ...] = ()
    window: tuple[int, ...] = ()
    faults: int = 0
    cancel: str = "free"
    report: tuple[Progress, int, int] | None = None
    """A fact that the apply worker has read the item for, and not yet written."""


def value(state: Progress, name: str) -> object:
    if name.startswith("rank:"):
        attempt = int(name.removeprefix("rank:"))
        return state.ranks[attempt] if attempt < len(state.ranks) else None
    return getattr(state, name)


def write(item: Progress, seen: Progress, move: Move) -> Progress | None:
    """What the store does: all of it when what it was decided on still stands, else nothing."""
    if any(value(item, name) != value(seen, name) for name in move.on):
        return None
    after = move.after
    # Only what the move changes is written: everything else keeps what others wrote meanwhile.
    kept = {
        name: getattr(item, name)
        for name in (field.name for field in fields(Progress) if field.name not in ("ranks", "log"))
        if getattr(seen, name) == getattr(after, name)
    }
    ranks = tuple(
        item.ranks[k] if k < len(seen.ranks) and seen.ranks[k] == rank else rank for k, rank in enumerate(after.ranks)
    )
    ranks += item.ranks[len(ranks) :]
    return replace(after, ranks=ranks, log=(Try(),) * len(ranks), **kept)


def plus(counts: tuple[int, ...], k: int) -> tuple[int, ...]:
    return (*counts[:k], counts[k] + 1, *counts[k + 1 :])


class Explorer:
    def __init__(self, max_attempts: int, max_faults: int) -> None:
        self.attempts, self.faults = max_attempts, max_faults
        zeros = (0,) * (max_attempts + 1)
        item = Progress(again=max_attempts, check=0)
        self.start = World(item, accepted=zeros, window=zeros)

    def steps(self, s: World) -> Iterator[World]:
        if s.item.check is not None and not s.hints:
            yield s._replace(hints=1)
        for n, worker in enumerate(s.workers):
            yield from self.worker_steps(s, n, worker)
        yield from self.fact_steps(s)
        if s.cancel == "free":
            move, won = attempts.cancel(s.item, now=0)
            item = write(s.item, s.item, move)
            assert item is not None
            yield s._replace(item=item, cancel="won" if won else "lost")

    def fact_steps(self, s: World) -> Iterator[World]:
        if s.report:
            seen, k, rank = s.report
            move = attempts.fact(seen, attempt=k, rank=rank, now=0)
            item = write(s.item, seen, move) if move else s.item
            yield s._replace(report=None, item=item) if item else s._replace(report=(s.item, k, rank))
            return
        for k, rank in s.pending:
            taken = s._replace(pending=s.pending - {(k, rank)}, reported=s.reported | {(k, rank)})
            yield taken._replace(report=(s.item, k, rank))
        if s.faults < self.faults:
            for k, rank in s.reported:
                yield s._replace(report=(s.item, k, rank), faults=s.faults + 1)

    def worker_steps(self, s: World, n: int, w: Worker) -> Iterator[World]:
        def then(worker: Worker = IDLE, **changes: object) -> World:
            workers = (*s.workers[:n], worker, *s.workers[n + 1 :])
            return s._replace(workers=workers, **changes)  # type: ignore[arg-type]  # fields of World

        faulty = s.faults < self.faults
        if w.state == "idle" and s.hints:
            yield then(Worker("loaded", s.item), hints=s.hints - 1)
            if faulty:
                yield then(Worker("loaded", s.item), faults=s.faults + 1)
        elif w.state == "loaded":
            yield self.decide(s, w.seen, then)
        elif w.state == "claimed":
            yield from self.call(s, w, then, faulty=faulty)
        elif w.state != "idle":
            yield from self.record(s, w, then, faulty=faulty)

    def decide(self, s: World, seen: Progress, then: Callable[..., World]) -> World:
        token = f"t{s.next_token}"
        claimed = False
        if seen.phase is Phase.OPEN:
            if seen.delivered or seen.stop or seen.attempt == self.attempts:
                move = attempts.finish_waiting(seen, now=0)
            else:
                move = attempts.claim(seen, now=0, token=token, lease=0, integration="i", provider="p")
                claimed = True
        elif seen.phase is Phase.CALL and not any(w.seen.token == seen.token for w in s.workers if w.state != "loaded"):
            known = seen.rank >= Rank.SENT
            move = attempts.settle(seen, now=0) if known else attempts.reclaim(seen, token=token, lease=0)
            claimed = not known
        else:
            return then()
        item = write(s.item, seen, move)
        if item is None:
            return then(hints=1)
        if claimed:
            return then(Worker("claimed", item), item=item, next_token=s.next_token + 1)
        return then(item=item)

    def call(self, s: World, w: Worker, then: Callable[..., World], *, faulty: bool) -> Iterator[World]:
        k = w.seen.attempt
        for outcome in OUTCOMES[:1] if s.accepted[k] else OUTCOMES:
            pending = s.pending if s.accepted[k] else s.pending | {(k, rank) for rank in outcome}
            took = {"accepted": plus(s.accepted, k), "pending": pending}
            yield then(w._replace(state="accepted"), **took)
            if faulty:
                yield then(**took, faults=s.faults + 1, window=plus(s.window, k))
        yield then(w._replace(state="transient"))
        yield then(w._replace(state="permanent"))
        if faulty:
            yield then(faults=s.faults + 1)

    def record(self, s: World, w: Worker, then: Callable[..., World], *, faulty: bool) -> Iterator[World]:
        seen = w.seen
        if w.state == "accepted":
            move = attempts.sent(seen, now=0, provider_message_id="x")
        elif w.state == "transient":
            move = attempts.retry(seen, now=0, due=0, free=False, why=Try())
        else:
            move = attempts.end(seen, now=0, ending=Status.FAILED, why=Try())
        item = write(s.item, seen, move)
        if item is not None:
            yield then(item=item)
        elif s.item.token == seen.token:  # refused, but still ours: read again and decide again
            yield then(w._replace(seen=s.item))
        else:
            yield then()
        if faulty and w.state == "accepted":
            yield then(faults=s.faults + 1, window=plus(s.window, seen.attempt))

    def canonical(self, s: World) -> object:
        names = {"": 0}

        def key(p: Progress) -> tuple[object, ...]:
            token = names.setdefault(p.token, len(names))
            return p.attempt, p.phase, p.ranks, p.delivered, token, p.stop, p.check is None

        item = key(s.item)
        workers = sorted((w.state, key(w.seen)) if w.state != "idle" else ("idle", ()) for w in s.workers)
        report = s.report and (key(s.report[0]), *s.report[1:])
        return item, tuple(workers), report, *s[1:2], *s[4:-1]


def status(item: Progress) -> int:
    rows = [(Rank(rank), row_of(rank)) for rank in item.ranks]
    waiting = item.phase is Phase.OPEN or (item.phase is Phase.CALL and item.rank < Rank.SENT)
    return fold(rows, waiting=waiting, due_later=False)[1].rank


def check_step(s: World, t: World) -> None:
    assert t.item.attempt >= s.item.attempt
    assert all(new >= old for old, new in zip(s.item.ranks, t.item.ranks, strict=False)), "a rank fell"
    assert all(t.accepted[k] <= 1 + t.window[k] for k in range(len(t.accepted))), "sent twice outside the window"
    assert s.cancel != "won" or t.accepted == s.accepted, "sent after a cancel that won"


def check_end(s: World) -> None:
    top = [max((rank for k, rank in s.reported if k == n), default=0) for n in range(1, len(s.item.ranks))]
    assert s.item.phase is Phase.DONE, "stuck"
    assert s.item.check is None, "left in the work index"
    assert Rank.DELIVERED not in top or status(s.item) == Rank.DELIVERED, "a delivery is hidden"
    assert status(s.item) != Rank.SENDING
    assert s.item.delivered == top.count(Rank.DELIVERED), "deliveries are miscounted"
    assert all(rank <= s.item.ranks[n] for n, rank in enumerate(top, 1)), "a fact was lost"


def explore(max_attempts: int, max_faults: int) -> int:
    explorer = Explorer(max_attempts, max_faults)
    start = explorer.canonical(explorer.start)
    before: dict[object, list[object]] = {start: []}
    ends: list[object] = []
    queue = deque([explorer.start])
    while queue:
        world = queue.popleft()
        here = explorer.canonical(world)
        onward = list(explorer.steps(world))
        for following in onward:
            check_step(world, following)
            key = explorer.canonical(following)
            if key not in before:
                before[key] = []
                queue.append(following)
            before[key].append(here)
        if not onward:
            check_end(world)
            ends.append(here)
    assert_all_can_end(before, ends)
    return len(before)


def assert_all_can_end(before: dict[object, list[object]], ends: list[object]) -> None:
    reached, queue = set(ends), deque(ends)
    while queue:
        for key in before[queue.popleft()]:
            if key not in reached:
                reached.add(key)
                queue.append(key)
    assert len(reached) == len(before), "some states go round for ever"


@pytest.mark.parametrize(("max_attempts", "max_faults", "at_least"), [(1, 1, 500), (2, 0, 5_000)])
def test_no_order_of_events_loses_doubles_or_hides_anything(max_attempts: int, max_faults: int, at_least: int) -> None:
    states = explore(max_attempts, max_faults)

    assert states > at_least
