"""The world of the use cases, in memory: what the Protocols promise, and trouble on request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from heliograph.domain.contact import Contact, Standing, Suppression
from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import AccountTrouble, BadSignature, Conflict, NotFound
from heliograph.domain.limits import Counter
from heliograph.domain.message import Hint, Lane
from heliograph.domain.model import JSON, KINDS, BusEvent, Channel, EventKind, Outgoing, Received, WebhookRequest
from heliograph.domain.model import Accepted as Taken
from heliograph.domain.project import Mode, Project
from heliograph.domain.provider import Capabilities, Credentials, Provider
from heliograph.domain.recipient import key as normal_form
from heliograph.domain.tools import Tools
from tests.usecases.fake_messages import Trouble


@dataclass
class Clock:
    """Stands still until somebody moves it. Epoch milliseconds."""

    now: int = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_(self, milliseconds: int) -> None:
        self.now += milliseconds


@dataclass
class FakeContacts:
    """Contacts with their identifiers, and suppressed addresses in their normal form."""

    people: dict[tuple[str, str], Contact] = field(default_factory=dict)
    listed: dict[tuple[str, Mode, Channel, str], Suppression] = field(default_factory=dict)
    trouble: Trouble = field(default_factory=Trouble)

    def get(self, project: str, contact: str) -> Contact | None:
        return self.people.get((project, contact))

    def owner(self, project: str, field: str, value: str) -> str:
        owners = (one.id for (at, _), one in self.people.items() if at == project and getattr(one, field) == value)
        return next(owners, "")

    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None:  # noqa: ARG002  # the Protocol's
        self.trouble()
        for name in ("email", "phone"):
            value = getattr(contact, name)
            if value and self.owner(project, name, value) not in ("", contact.id):
                raise Conflict(f"another contact already has this {name}", field=name)
        self.people[project, contact.id] = contact

    def remove(self, project: str, known: Contact) -> None:
        self.trouble()
        del self.people[project, known.id]

    def suppress(self, project: str, mode: Mode, channel: Channel, address: str, why: Suppression) -> None:
        self.trouble()
        self.listed.setdefault((project, mode, channel, normal_form(KINDS[channel], address)), why)

    def standing(self, project: str, mode: Mode, channel: Channel, address: str, *, contact: str) -> Standing:
        known = self.people.get((project, contact))
        erased = known.erased if known else 0
        return Standing(suppression=self.suppressed(project, mode, channel, address), erased=erased)

    def suppressed(self, project: str, mode: Mode, channel: Channel, address: str) -> Suppression | None:
        return self.listed.get((project, mode, channel, normal_form(KINDS[channel], address)))


@dataclass
class FakeReads:
    """What accepting reads."""

    definitions: dict[tuple[str, str], Definition]
    contacts: FakeContacts

    def read(self, project: str, event: str, who: JSON) -> tuple[Definition | None, Contact | None]:
        name = who.get("id") or self.contacts.owner(project, "email", who.get("email", "-"))
        return self.definitions.get((project, event)), self.contacts.get(project, name)


@dataclass
class FakeVersions:
    bodies: dict[tuple[str, str, int], Body] = field(default_factory=dict)

    def version(self, project: str, name: str, number: int) -> Body | None:
        return self.bodies.get((project, name, number))


@dataclass
class FakeProjects:
    known: dict[str, Project] = field(default_factory=dict)

    def get(self, project: str) -> Project | None:
        return self.known.get(project)


@dataclass
class FakeCounters:
    """A project's counters, without limits of their own."""

    used: dict[str, int] = field(default_factory=dict)

    def take(self, project: str, mode: Mode, counter: Counter) -> int | None:  # noqa: ARG002  # the Protocol's
        used = self.used.get(counter.name, 0)
        if used + counter.amount > counter.limit:
            return used
        self.used[counter.name] = used + counter.amount
        return None

    def give_back(self, project: str, mode: Mode, counter: Counter) -> None:  # noqa: ARG002  # the Protocol's
        self.used[counter.name] -= counter.amount

    def slots(self, project: str, mode: Mode, count: int, *, rate: int, now: int) -> float:
        raise AssertionError(f"{count} messages of {project} ({mode}) at {now}: nobody here has a rate, not {rate}")


@dataclass
class FakeWakeups:
    """Remembers whom it should wake, and when."""

    calls: list[tuple[Hint, Lane, int]] = field(default_factory=list)

    def wake(self, hint: Hint, lane: Lane, *, at: int) -> None:
        self.calls.append((hint, lane, at))

    def wake_all(self, calls: Sequence[tuple[Hint, Lane, int]]) -> None:
        self.calls += calls

    @property
    def times(self) -> list[int]:
        return [at for _, _, at in self.calls]


@dataclass
class FakeLater:
    """The events queue."""

    puts: list[tuple[str, list[JSON], float]] = field(default_factory=list)
    trouble: Trouble = field(default_factory=Trouble)

    def put(self, project: str, bodies: Sequence[JSON], *, delay: float = 0) -> None:
        self.trouble()
        self.puts.append((project, list(bodies), delay))

    @property
    def bodies(self) -> list[JSON]:
        return [body for _, bodies, _ in self.puts for body in bodies]


class Secret(Credentials):
    """What the fake provider needs."""

    key: str


@dataclass
class FakeVault:
    """Credentials, with a cache that grows stale until it is told to forget."""

    stored: dict[tuple[str, str], str] = field(default_factory=dict)
    cache: dict[tuple[str, str], str] = field(default_factory=dict)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    trouble: Trouble = field(default_factory=Trouble)

    def credentials(self, project: str, integration: str, provider: Provider) -> Any:
        self.trouble()
        place = (project, integration)
        if place not in self.stored:
            raise AccountTrouble("the integration has no credentials: add it again")
        return provider.Credentials.model_validate({"key": self.cache.setdefault(place, self.stored[place])})

    def forget(self, project: str, integration: str) -> None:
        self.forgotten.append((project, integration))
        self.cache.pop((project, integration), None)


type Answer = Taken | Exception | Callable[[Outgoing], Taken]


@dataclass
class FakeProvider:
    """Answers what it was told to, once each, then takes everything."""

    Credentials: ClassVar[type[Credentials]] = Secret
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.EMAIL, Channel.SMS})
    name: ClassVar[str] = "fake"
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True, reports=frozenset(EventKind), api="https://fake.test"
    )

    answers: list[Answer] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    received: Received = field(default_factory=Received)
    right: str = "right"
    seen: list[WebhookRequest] = field(default_factory=list)

    def send(self, message: Outgoing, credentials: Any, tools: Tools) -> Taken:  # noqa: ARG002  # Provider's
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else Taken(provider_message_id=f"pm-{len(self.sent)}")
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Taken) else answer(message)

    def check(self, credentials: Any, tools: Tools) -> None:
        """Every credentials are good."""

    def receive(self, request: WebhookRequest | BusEvent, credentials: Any) -> Received:
        assert isinstance(request, WebhookRequest)
        self.seen.append(request)
        if credentials.key != self.right:
            raise BadSignature("the signature is wrong")
        return self.received


class OtherProvider(FakeProvider):
    """A second one, to fail over to."""

    name: ClassVar[str] = "other"


class KeyedProvider(FakeProvider):
    """One that honours a send key: the same key is never sent twice."""

    name: ClassVar[str] = "keyed"
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True, reports=frozenset(EventKind), send_key_seconds=86_400, api="https://keyed.test"
    )


@dataclass
class Registry:
    """heliograph.providers.load."""

    providers: dict[str, FakeProvider]

    def __call__(self, name: str) -> Provider:
        if name not in self.providers:
            raise NotFound(f"there is no provider {name!r}", field="provider")
        return self.providers[name]


class NoTools:
    """A fake provider needs no tools; whichever it asks for is a mistake of the test."""

    @property
    def http(self) -> Any:
        raise AssertionError("a fake provider has no transport")

    http2 = outside = inbox = smtp = tokens = http

    def now(self) -> int:
        raise AssertionError("a fake provider has no clock")

    def random(self, size: int) -> bytes:
        raise AssertionError(f"a fake provider needs no {size} random bytes")

    def aws(self, service: str) -> Any:
        raise AssertionError(f"a fake provider has no {service}")


@dataclass
class Notes:
    """What was logged."""

    lines: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __call__(self, what: str, *about: Any, **more: Any) -> None:
        self.lines.append((what, about, more))
