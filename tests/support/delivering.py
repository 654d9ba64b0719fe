"""Accept, dispatch and apply over a table in memory, with a provider that takes everything and keeps it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from heliograph.cache import Cache
from heliograph.domain.contact import Contact
from heliograph.domain.definition import Body, Definition
from heliograph.domain.message import Hint, Lane
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing
from heliograph.domain.project import Caller, Integration, Mode, Project, Scope
from heliograph.domain.request import SendRequest
from heliograph.domain.signing import Signer
from heliograph.domain.tools import Tools
from heliograph.providers.ses import Ses
from heliograph.store.accepting import Reads
from heliograph.store.circuits import Circuits
from heliograph.store.contacts import Contacts
from heliograph.store.counters import Counters
from heliograph.store.definitions import Definitions
from heliograph.store.furthers import Furthers
from heliograph.store.messages import Messages
from heliograph.store.projects import Projects
from heliograph.store.quotas import Quotas
from heliograph.store.slots import Slots as SlotStore
from heliograph.store.table import Table
from heliograph.templates import render
from heliograph.usecases.accept import Accept
from heliograph.usecases.apply import Apply
from heliograph.usecases.attaching import Attaching
from heliograph.usecases.dispatch import Dispatch
from heliograph.usecases.further import Further
from heliograph.usecases.gate import Gate
from heliograph.usecases.guard import Guard
from heliograph.usecases.hand_over import HandOver
from heliograph.usecases.health import Health
from heliograph.usecases.prepare import Prepare
from heliograph.usecases.quiet import Quiet
from heliograph.usecases.rates import Rates
from heliograph.usecases.slots import Slots
from tests.support.builders import NOW
from tests.support.ses_events import SES_ID
from tests.usecases.fake_files import FakeFiles

PEPPER: Final = "a pepper for tests only"
WORKERS: Final = 100


class TakesAll(Ses):
    """SES as far as its name, channels and events go; what it is given it keeps."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []

    def send(self, message: Outgoing, credentials: Ses.Credentials, tools: Tools) -> Accepted:  # noqa: ARG002  # it calls nobody
        self.taken.append(message)
        return Accepted(provider_message_id=SES_ID)


@dataclass
class Woken:
    """Wake-up calls, kept; each would be one call of SQS."""

    hints: list[tuple[Hint, Lane, int]] = field(default_factory=list)

    def wake(self, hint: Hint, lane: Lane, *, at: int) -> None:
        self.hints.append((hint, lane, at))


class Empty:
    """A vault whose providers need nothing, HTTP and SMTP that nobody may use, and a queue that nothing may reach."""

    http: Any = None
    outside: Any = None
    inbox: Any = None
    http2: Any = None
    smtp: Any = None
    tokens: Any = None

    def now(self) -> int:
        raise AssertionError("nobody asks for the time")

    def random(self, size: int) -> bytes:
        raise AssertionError(f"nobody asks for {size} random bytes")

    def credentials(self, project: str, integration: str, provider: Any) -> Any:  # noqa: ARG002  # as the port says
        return provider.Credentials()

    def forget(self, project: str, integration: str) -> None:
        raise AssertionError(f"nothing is wrong with {integration} of {project}")

    def aws(self, service: str) -> Any:
        raise AssertionError(f"the provider of this test calls nobody, and not {service}")

    def put(self, project: str, bodies: Any, *, delay: float = 0) -> None:
        raise AssertionError(f"{project} puts {bodies} on the events queue, {delay} s from now")


def no_note(*_: object, **__: object) -> None:
    """Logs nothing."""


class _Cached:
    """Reads of what seldom changes, cached as the functions cache them."""

    def __init__(self, projects: Projects, definitions: Definitions, clock: Callable[[], int]) -> None:
        self._projects, self._definitions = projects, definitions
        self._kept: Cache[tuple[object, ...], Any] = Cache(clock, fresh=10**9)

    def get(self, project: str) -> Any:
        return self._kept.get((project,), lambda: self._projects.get(project))

    def version(self, project: str, name: str, number: int) -> Any:
        return self._kept.get((project, name, number), lambda: self._definitions.version(project, name, number))


class Service:
    """The use cases over one client, with a project, an event, a known contact and one integration set up."""

    def __init__(self, client: Any, table_name: str) -> None:
        self.now = NOW
        self.table = table = Table(client, table_name)
        self.messages, self.contacts = Messages(table), Contacts(table, PEPPER)
        self.definitions, self.projects = Definitions(table), Projects(table)
        self.provider, self.woken, self.files = TakesAll(), Woken(), FakeFiles()
        self.signer = Signer({"1": "a secret that is only for tests"})
        self.reads = Reads(table, self.contacts, self.definitions, PEPPER)
        self.cached = _Cached(self.projects, self.definitions, self.clock)
        self._set_up()

    def clock(self) -> int:
        return self.now

    def accept(self) -> Accept:
        return Accept(
            reads=self.reads,
            messages=Attaching(messages=self.messages, files=self.files),
            contacts=self.contacts,
            wakeups=self.woken,
            clock=self.clock,
            contact_id=self.reads.contact_id,
            on_trouble=no_note,
        )

    def dispatch(self) -> Dispatch:
        none = Empty()
        provider: Any = self.provider
        prepare = Prepare(
            messages=self.messages,
            contacts=self.contacts,
            versions=self.cached,
            projects=self.cached,
            render=render,
            signer=self.signer,
            urls={"webhooks": "https://hooks.example.com", "links": "https://go.example.com"},
            files=self.files,
        )
        further = Further(
            messages=self.messages,
            store=Furthers(self.table),
            projects=self.cached,
            wakeups=self.woken,
            load=lambda _: provider,
            guard=Guard(counters=Counters(self.table), clock=self.clock, hashed=lambda _, number: number),
            clock=self.clock,
            note=no_note,
        )
        hand_over = HandOver(
            messages=self.messages,
            prepare=prepare,
            later=none,
            vault=none,
            load=lambda _: provider,
            tools=none,
            clock=self.clock,
            random=lambda: 0.5,
            hold=120_000,
            health=Health(circuits=Circuits(self.table), clock=self.clock, note=no_note),
            pause=no_note,
            note=no_note,
        )
        return Dispatch(
            messages=self.messages,
            prepare=prepare,
            gate=Gate(
                projects=self.cached,
                versions=self.cached,
                circuits=Circuits(self.table),
                rates=Rates(
                    slots=Slots(store=SlotStore(self.table), clock=self.clock),
                    quotas=Quotas(self.table),
                    quiet=Quiet(clock=self.clock, workers=WORKERS),
                ),
                clock=self.clock,
            ),
            further=further,
            hand_over=hand_over,
            wakeups=self.woken,
            clock=self.clock,
            token=lambda: "0123456789abcdef",
            lease=35_000,
            note=no_note,
        )

    def apply(self) -> Apply:
        return Apply(
            messages=self.messages,
            contacts=self.contacts,
            wakeups=self.woken,
            signer=self.signer,
            clock=self.clock,
            note=no_note,
        )

    def caller(self) -> Caller:
        project = self.projects.get("demo")
        assert project is not None
        return Caller(project=project, mode=Mode.LIVE, scopes=frozenset(Scope), key="abcdefghij")

    def _set_up(self) -> None:
        body = Body(channels=(Channel.EMAIL,), templates={"email": {"subject": "Hi {{ name }}", "html": "<p>Hi</p>"}})
        welcome = Definition(name="welcome", draft=body, created=NOW, updated=NOW)
        self.definitions.save_draft("demo", welcome)
        self.definitions.publish("demo", welcome, body, now=NOW)
        self.projects.create(Project(id="demo", name="Demo", salt="salt", created=NOW))
        ses = Integration(
            id="int7f3a9c21d", provider="ses", channels=frozenset({Channel.EMAIL}), sender="hi@example.com"
        )
        self.projects.add_integration(self.caller().project, ses)
        contact = self.reads.contact_id("demo", "ada.lovelace@example.com")
        self.contacts.save("demo", ada(contact), known=None)


def ada(name: str) -> Contact:
    """Ada, as sends have made her known."""
    return Contact(
        id=name,
        email="ada.lovelace@example.com",
        first_name="Ada",
        last_name="Lovelace",
        language="en-GB",
        timezone="Europe/London",
        created=NOW,
        updated=NOW,
    )


def request(key: str, **changes: Any) -> SendRequest:
    """A send of `welcome` to Ada."""
    known: JSON = {
        "event": "welcome",
        "channel": None,
        "to": {"email": "ada.lovelace@example.com"},
        "payload": {"name": "Ada", "plan": "pro", "order": "A-1001", "total": "49.00 EUR"},
        "due": NOW,
        "key": key,
        "body_hash": b"\x01" * 32,
    }
    return SendRequest(**known | changes)
