"""One project with two integrations and one published event, on fakes; every use case works on it."""

import itertools
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.definition import Body
from heliograph.domain.message import Content, Hint, Lane, Message, MessageId
from heliograph.domain.model import Channel, EventKind, ProviderEvent
from heliograph.domain.project import Caller, Integration, Mode, Project, Scope
from heliograph.domain.signing import Signer
from heliograph.domain.tokens import Echo
from heliograph.domain.view import notification as shown
from heliograph.templates import render
from heliograph.usecases.apply import Apply, Source
from heliograph.usecases.dispatch import Dispatch
from heliograph.usecases.drain import Drain
from heliograph.usecases.further import Further
from heliograph.usecases.gate import Gate
from heliograph.usecases.guard import Guard
from heliograph.usecases.hand_over import HandOver
from heliograph.usecases.health import Health
from heliograph.usecases.prepare import Prepare
from heliograph.usecases.quiet import Quiet
from heliograph.usecases.rates import Rates
from heliograph.usecases.slots import Slots
from heliograph.usecases.sweep import Sweep
from tests.usecases.fake_circuits import FakeCircuits, FakeHolds, FakeQuotas, FakeSlots
from tests.usecases.fake_files import FakeFiles
from tests.usecases.fake_messages import FakeMessages
from tests.usecases.fakes import (
    Clock,
    FakeContacts,
    FakeCounters,
    FakeLater,
    FakeProjects,
    FakeProvider,
    FakeVault,
    FakeVersions,
    FakeWakeups,
    KeyedProvider,
    Notes,
    NoTools,
    OtherProvider,
    Registry,
)

LEASE: Final = 35_000
WORKERS: Final = 100
HOLD: Final = 120_000
HOUR: Final = 3_600_000
AT: Final = MessageId(project="acme", notification="n" * 26)
FROM_FIRST: Final = Source(project="acme", integration="first")
WELCOME: Final = Body(
    channels=(Channel.EMAIL,),
    templates={"email": {"subject": "Hi {{ name }}", "html": "<p>Hello {{ name }}</p>", "text": "Hello {{ name }}"}},
)
SIGNER: Final = Signer({"1": "s" * 32})


def integration(name: str, provider: str) -> Integration:
    return Integration(id=name, provider=provider, channels=frozenset({Channel.EMAIL}), sender="Ada <ada@acme.test>")


PROJECT: Final = Project(
    id="acme",
    name="Acme",
    salt="salt",
    created=0,
    integrations=(integration("first", "fake"), integration("second", "other")),
    order={Channel.EMAIL: ("first", "second")},
)
CALLER: Final = Caller(project=PROJECT, mode=Mode.LIVE, scopes=frozenset(Scope), key="k")


@dataclass
class World:
    """The fakes, and the use cases on them."""

    clock: Clock = field(default_factory=Clock)
    messages: FakeMessages = field(default_factory=FakeMessages)
    contacts: FakeContacts = field(default_factory=FakeContacts)
    wakeups: FakeWakeups = field(default_factory=FakeWakeups)
    later: FakeLater = field(default_factory=FakeLater)
    files: FakeFiles = field(default_factory=FakeFiles)
    notes: Notes = field(default_factory=Notes)
    counters: FakeCounters = field(default_factory=FakeCounters)
    first: FakeProvider = field(default_factory=FakeProvider)
    second: OtherProvider = field(default_factory=OtherProvider)
    keyed: KeyedProvider = field(default_factory=KeyedProvider)
    versions: FakeVersions = field(default_factory=lambda: FakeVersions({("acme", "welcome", 1): WELCOME}))
    projects: FakeProjects = field(default_factory=lambda: FakeProjects({"acme": PROJECT}))
    vault: FakeVault = field(
        default_factory=lambda: FakeVault({("acme", "first"): "right", ("acme", "second"): "right"})
    )
    chance: float = 0.5
    """What randomness gives."""
    left: float = 25.0
    """Seconds that the function still has."""
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.circuits, self.slots, self.quotas = FakeCircuits(self.projects), FakeSlots(), FakeQuotas()
        self.holds = FakeHolds(self.messages)
        self.load = Registry({"fake": self.first, "other": self.second, "keyed": self.keyed})
        tokens = map("token-{}".format, itertools.count(1))
        prepare = Prepare(
            messages=self.messages,
            contacts=self.contacts,
            versions=self.versions,
            projects=self.projects,
            render=render,
            signer=SIGNER,
            urls={"webhooks": "https://hooks.test", "links": "https://links.test"},
            files=self.files,
        )
        further = Further(
            messages=self.messages,
            store=self.messages,
            projects=self.projects,
            wakeups=self.wakeups,
            load=self.load,
            guard=Guard(counters=self.counters, clock=self.clock, hashed=lambda _, number: number),
            clock=self.clock,
            note=self.notes,
        )
        hand_over = HandOver(
            messages=self.messages,
            prepare=prepare,
            later=self.later,
            vault=self.vault,
            load=self.load,
            tools=NoTools(),
            clock=self.clock,
            random=lambda: self.chance,
            hold=HOLD,
            health=Health(circuits=self.circuits, clock=self.clock, note=self.notes),
            pause=self.pause,
            note=self.notes,
        )
        gate = Gate(
            projects=self.projects,
            versions=self.versions,
            circuits=self.circuits,
            rates=Rates(
                slots=Slots(store=self.slots, clock=self.clock),
                quotas=self.quotas,
                quiet=Quiet(clock=self.clock, workers=WORKERS),
            ),
            clock=self.clock,
        )
        self.dispatch = Dispatch(
            messages=self.messages,
            prepare=prepare,
            gate=gate,
            further=further,
            hand_over=hand_over,
            wakeups=self.wakeups,
            clock=self.clock,
            token=lambda: next(tokens),
            lease=LEASE,
            note=self.notes,
        )
        self.apply = Apply(
            messages=self.messages,
            contacts=self.contacts,
            wakeups=self.wakeups,
            signer=SIGNER,
            clock=self.clock,
            note=self.notes,
        )
        self.drain = Drain(
            holds=self.holds,
            messages=self.messages,
            projects=self.projects,
            wakeups=self.wakeups,
            clock=self.clock,
            random=lambda: 0.0,
            remaining=lambda: self.left,
        )
        self.sweep = Sweep(messages=self.messages, wakeups=self.wakeups, clock=self.clock, remaining=lambda: self.left)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.left -= seconds

    def project(self, **changes: Any) -> None:
        self.projects.known["acme"] = replace(self.projects.known["acme"], **changes)

    def only(self, name: str, provider: str) -> None:
        """The project has one integration."""
        self.project(integrations=(integration(name, provider),), order={Channel.EMAIL: (name,)})
        self.vault.stored["acme", name] = "right"

    def waiting(self, *, at: MessageId = AT, **changes: Any) -> Message:
        """A message that was accepted a moment ago and waits for its first try."""
        now = self.clock()
        progress = Progress(due=now, check=now, expires=now + 72 * HOUR)
        message = Message(
            id=at,
            mode=Mode.LIVE,
            lane=Lane.NORMAL,
            channel=Channel.EMAIL,
            event="welcome",
            version=1,
            to="grace@example.com",
            contact="grace",
            language="",
            created=now,
            content=Content(payload={"name": "Grace"}),
            plan=(Channel.EMAIL,),
            expires_from_table=(now + 1000 * HOUR) // 1000,
            progress=progress,
        )
        moving = {name: value for name, value in changes.items() if hasattr(progress, name)}
        still = {name: value for name, value in changes.items() if name not in moving}
        return self.messages.add(replace(message, **still, progress=replace(progress, **moving)))

    def waiting_is_stopped(self) -> None:
        """Somebody cancels it."""
        self.messages.add(replace(self.message, progress=replace(self.state, stop=True)))

    def work(self, hop: int = 0) -> str:
        """One wake-up call is worked on."""
        return self.dispatch(Hint(message=AT, hop=hop), lambda: self.left)

    def sent(self) -> Message:
        """A message that the first integration's provider has taken."""
        self.waiting()
        self.work()
        return self.message

    @property
    def message(self) -> Message:
        return self.messages.items[AT]

    @property
    def state(self) -> Progress:
        return self.message.progress

    @property
    def open_(self) -> bool:
        return self.state.phase is Phase.OPEN

    def report(
        self, kind: EventKind, *, attempt: int = 1, source: Source = FROM_FIRST, signer: Signer = SIGNER, **told: Any
    ) -> str:
        """A provider's event comes in, with our echo."""
        token = echo(attempt=attempt, integration=source.integration or "first", signer=signer)
        event = ProviderEvent(
            **{"kind": kind, "echo": token, "event_id": f"{kind}-{attempt}", "recipient": "grace@example.com"}
            | {"occurred_at": datetime.fromtimestamp(self.clock() / 1000, UTC)}
            | told
        )
        return self.apply.event(event, source)


def echo(*, attempt: int = 1, integration: str = "first", project: str = "acme", signer: Signer = SIGNER) -> str:
    """Our token for the message."""
    token = Echo(project=project, notification=AT.notification, message=0, integration=integration, attempt=attempt)
    return token.encode(signer)


def listed(world: World, address: str = "grace@example.com") -> str:
    found = world.contacts.suppressed("acme", Mode.LIVE, Channel.EMAIL, address)
    return found.reason if found else ""


def headline(world: World) -> str:
    whole = world.messages.whole("acme", AT.notification, now=world.clock())
    assert whole
    return str(shown(whole, now=world.clock())["status"])
