"""A notification with three channels, whose workers may die between any two writes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

from heliograph.domain.attempts import Move
from heliograph.domain.definition import Body
from heliograph.domain.errors import Lost, Rejected, TooLate
from heliograph.domain.further import begun
from heliograph.domain.message import Accepted, Content, Hint, Message, MessageId
from heliograph.domain.model import Bounce, Channel, EventKind
from heliograph.domain.project import Integration
from heliograph.domain.routing import RoutingMode
from heliograph.domain.status import Rank
from heliograph.domain.tokens import Echo
from heliograph.usecases.waiting import Waiting
from tests.usecases.fake_messages import FakeMessages
from tests.usecases.world import AT, CALLER, FROM_FIRST, HOUR, SIGNER, World

CHANNELS: Final = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
PERSON: Final = {"id": "grace", "email": "grace@example.com", "phone": "+46701234567"}
BODY: Final = Body(
    channels=CHANNELS,
    templates={
        "email": {"subject": "Hi", "text": "By mail"},
        "sms": {"text": "By text message"},
        "whatsapp": {"text": "By WhatsApp"},
    },
)


class Crash(BaseException):
    """The process is gone; nobody catches it."""


@dataclass
class Mortal(FakeMessages):
    """Messages whose writer dies before or after one of its next writes, or lets somebody else go first."""

    dies: tuple[int, bool] | None = None
    """(writes until then, whether that write is still made)."""
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def move(self, message: Message, move: Move) -> Message:
        dying = self._dying()
        self._others()
        moved = super().move(message, move)
        if dying:
            raise Crash
        return moved

    def put(self, message: Message, head: Message, *, now: int) -> Accepted:
        dying = self._dying()
        self._others()
        accepted = super().put(message, head, now=now)
        if dying:
            raise Crash
        return accepted

    def _dying(self) -> bool:
        """Whether this is its last write."""
        if self.dies is None:
            return False
        left, made = self.dies
        self.dies = (left - 1, made) if left else None
        if not left and not made:
            raise Crash
        return not left

    def _others(self) -> None:
        if self.meanwhile:
            dies, self.dies = self.dies, None
            self.meanwhile.pop(0)()
            self.dies = dies


class Several(World):
    """Grace is to get one event over up to three channels."""

    def __init__(self, routing: RoutingMode = RoutingMode.SINGLE, **moving: Any) -> None:
        self.store = Mortal()
        super().__init__(messages=self.store)
        self.versions.bodies["acme", "welcome", 1] = BODY
        one = Integration(id="first", provider="fake", channels=frozenset(CHANNELS), sender="Ada <ada@acme.test>")
        self.project(integrations=(one,), order=dict.fromkeys(CHANNELS, ("first",)))
        if routing is RoutingMode.ALL:
            moving["beside"] = True
        self.waiting(plan=CHANNELS, routing=routing, content=Content(contact=PERSON), **moving)
        self.canceled: str = ""
        """What the first cancel was answered with."""
        self.allowed: frozenset[int] = frozenset(range(len(CHANNELS)))
        """Messages that may still be handed over: after a cancel, those that had been, or may have been."""
        self.wrong: list[int] = []
        """Messages that were handed over all the same."""
        self.judged = 0
        """How many calls of the provider were looked at."""
        self.desk = Waiting(
            messages=self.store,  # type: ignore[arg-type]  # nobody cancels by contact here
            people=None,  # type: ignore[arg-type]  # nor is anybody looked up
            wakeups=self.wakeups,
            files=self.files,
            signer=SIGNER,
            clock=self.clock,
            withdraw=None,  # type: ignore[arg-type]  # nothing is gathered here
        )

    @property
    def notification(self) -> list[Message]:
        """Its messages that began, in order."""
        there = sorted(self.store.items, key=lambda at: at.number)
        return list(begun([self.store.items[at] for at in there]))

    def visit(self, number: int = 0, *, refuses: bool = False, dies: tuple[int, bool] | None = None) -> str:
        """A worker looks at a message; its provider takes it or *refuses*, and the worker may die."""
        self.first.answers = [Rejected("no such number", code="400")] if refuses else []
        self.store.dies = dies
        try:
            return self.dispatch(Hint(message=replace(AT, number=number)), lambda: self.left)
        except Crash:
            return "died"
        finally:
            self.store.dies = None
            self._judge()

    def told(self, number: int, kind: EventKind, bounce: Bounce | None = None) -> None:
        """The provider reports something of a message that it was given."""
        one = self.store.items.get(replace(AT, number=number))
        if one is None or not one.progress.attempt:
            return
        at = Echo(project="acme", notification=AT.notification, message=number, integration="first", attempt=1)
        told: dict[str, Any] = {
            "echo": at.encode(SIGNER),
            "event_id": f"{kind}-{number}",
            "recipient": one.to,
            "bounce": bounce,
        }
        self.report(kind, source=FROM_FIRST, **told)

    def cancel(self) -> None:
        """The caller cancels the notification."""
        try:
            self.desk.cancel(CALLER, AT.notification)
            self._judge()
            answer, self.allowed = "canceled", frozenset[int]()
        except TooLate:
            answer = "too late"
            self.allowed = frozenset(one.id.number for one in self.notification if one.progress.attempt)
        self.canceled = self.canceled or answer

    def _judge(self) -> None:
        """Whatever was handed over since somebody last looked may have been."""
        fresh, self.judged = self.first.sent[self.judged :], len(self.first.sent)
        self.wrong += {int(one.send_key.split("-")[-2]) for one in fresh} - self.allowed

    def sweep_all(self, hours: int = 30) -> None:
        """What the sweep does for so long: whatever is in the work index is looked at, hour by hour."""
        for _ in range(hours):
            for at, one in sorted(self.store.items.items(), key=lambda item: item[0].number):
                if one.progress.check is not None:
                    with suppress(Lost):
                        self.visit(at.number)
            self.clock.pass_(HOUR)

    @property
    def handed(self) -> dict[int, set[str]]:
        """The send keys that the provider saw, by message."""
        found: dict[int, set[str]] = {}
        for one in self.first.sent:
            found.setdefault(int(one.send_key.split("-")[-2]), set()).add(one.send_key)
        return found

    @property
    def ranks(self) -> list[Rank]:
        return [Rank(one.progress.rank) for one in self.notification]


def further_id(number: int) -> MessageId:
    return replace(AT, number=number)
