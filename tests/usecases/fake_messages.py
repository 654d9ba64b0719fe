"""Messages in memory, with the store's compare-and-set."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from heliograph.domain.attempts import Move, Progress
from heliograph.domain.errors import Lost
from heliograph.domain.message import Accepted, Content, Message, MessageId, Overdue
from heliograph.domain.model import JSON, EventKind
from heliograph.domain.project import Mode
from heliograph.domain.report import Notification, Report, identity


@dataclass
class Trouble:
    """Exceptions to raise, one a call, before anything is done."""

    waiting: list[Exception] = field(default_factory=list)

    def __call__(self) -> None:
        if self.waiting:
            raise self.waiting.pop(0)


@dataclass
class FakeMessages:
    """Compare-and-set on what a move names; what it does not change is left as it stands."""

    items: dict[MessageId, Message] = field(default_factory=dict)
    reports: dict[tuple[MessageId, tuple[str, ...]], Report] = field(default_factory=dict)
    before_move: list[Callable[[], object]] = field(default_factory=list)
    """Called one by one, each right before a move is judged: others at work."""
    trouble: Trouble = field(default_factory=Trouble)
    lag: dict[MessageId, int] = field(default_factory=dict)
    """What the work index still shows of a message."""

    payloads: dict[MessageId, list[JSON]] = field(default_factory=dict)
    """What a stack has gathered."""

    def add(self, message: Message) -> Message:
        self.items[message.id] = message
        return message

    def accept(self, message: Message, *, now: int) -> Accepted:
        self.trouble()
        known = self.items.get(message.id)
        if known is not None and known.expires_from_table >= now // 1000:
            return Accepted(known, new=False)
        return Accepted(self.add(message), new=True)

    def load(self, at: MessageId, *, now: int) -> Message | None:
        found = self.items.get(at)
        return found if found and found.expires_from_table * 1000 >= now else None

    def content(self, message: Message) -> Content:
        return message.content or Content()

    def gathered(self, message: Message) -> list[JSON]:
        return self.payloads.get(message.id, [])

    def move(self, message: Message, move: Move) -> Message:
        self.trouble()
        if self.before_move:
            self.before_move.pop(0)()
        stored = self.items[message.id].progress
        seen = message.progress
        if any(_value(stored, name) != _value(seen, name) for name in move.on):
            raise Lost("a condition did not hold")
        self.items[message.id] = replace(self.items[message.id], progress=_written(stored, seen, move.after))
        return replace(message, progress=move.after)

    def record(self, at: MessageId, report: Report, *, ttl: int) -> bool:  # noqa: ARG002  # nothing grows old here
        place = (at, identity(report))
        new = place not in self.reports
        self.reports.setdefault(place, report)
        return new

    def mark(self, at: MessageId, kind: EventKind) -> None:
        self.items[at] = replace(self.items[at], engaged=self.items[at].engaged | {kind})

    def count_hit(self, at: MessageId, *, stored: bool) -> None:
        one = self.items[at]
        self.items[at] = replace(one, hits=one.hits + stored, uncounted=one.uncounted + (not stored))

    def whole(self, project: str, notification: str, *, now: int, strong: bool = False) -> Notification | None:  # noqa: ARG002  # all reads are strong
        ids = [at for at in self.items if (at.project, at.notification) == (project, notification)]
        found = tuple(one for at in sorted(ids, key=lambda at: at.number) if (one := self.load(at, now=now)))
        reports = tuple(report for (at, _), report in self.reports.items() if at.notification == notification)
        return Notification(messages=found, reports=reports) if found else None

    def put(self, message: Message, head: Message, *, now: int) -> Accepted:  # noqa: ARG002  # the Protocol's
        return self.accept(message, now=now)

    def further(self, heads: Sequence[Message]) -> dict[str, tuple[Message, ...]]:
        return {
            head.id.notification: tuple(
                self.items[replace(head.id, number=number)] for number in range(1, head.progress.step + 1)
            )
            for head in heads
        }

    def latest(self, project: str, mode: Mode, *, since: int, before: tuple[int, str], limit: int) -> list[Message]:
        ours = [one for one in self.items.values() if one.id.project == project and one.mode is mode]
        ours.sort(key=lambda one: (one.created, one.id.notification), reverse=True)
        return [one for one in ours if since <= one.created and (one.created, one.id.notification) < before][:limit]

    def overdue(self, *, before: int, limit: int, since: int = 0) -> Iterator[Overdue]:
        shown = {at: self.lag.get(at, one.progress.check) for at, one in self.items.items()}
        late = sorted(
            (check, str(at), at) for at, check in shown.items() if check is not None and since <= check < before
        )
        for check, _, at in late[:limit]:
            yield Overdue(message=at, lane=self.items[at].lane, check=check)


def _value(state: Progress, name: str) -> object:
    if not name.startswith("rank:"):
        return getattr(state, name)
    attempt = int(name.removeprefix("rank:"))
    return state.ranks[attempt] if attempt < len(state.ranks) else None


def _written(stored: Progress, seen: Progress, after: Progress) -> Progress:
    changed: dict[str, Any] = {
        one.name: getattr(after, one.name)
        for one in fields(Progress)
        if one.name not in ("ranks", "log") and getattr(after, one.name) != getattr(seen, one.name)
    }
    ranks = _merged(stored.ranks, seen.ranks, after.ranks)
    return replace(stored, **changed, ranks=ranks, log=_merged(stored.log, seen.log, after.log))


def _merged[T](stored: tuple[T, ...], seen: tuple[T, ...], after: tuple[T, ...]) -> tuple[T, ...]:
    """Each place as *after* has it where that differs from what was *seen*, else as it is *stored*."""
    size = max(len(stored), len(after))
    return tuple(
        after[at] if at < len(after) and (at >= len(seen) or after[at] != seen[at]) else stored[at]
        for at in range(size)
    )
