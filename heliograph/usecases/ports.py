"""What the use cases need from the world."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from heliograph.domain.attachment import Offer, Upload
from heliograph.domain.attempts import Move
from heliograph.domain.contact import Contact, Standing, Suppression
from heliograph.domain.definition import Body, Definition
from heliograph.domain.message import Accepted, Content, Hint, Lane, Message, MessageId, Overdue
from heliograph.domain.model import JSON, Channel, EventKind
from heliograph.domain.project import Mode, Project
from heliograph.domain.provider import Provider
from heliograph.domain.report import Notification, Report

type Clock = Callable[[], int]
"""Epoch milliseconds."""
type Random = Callable[[], float]
"""[0, 1)."""


class MessageStore(Protocol):
    """Messages and what is reported about them; see heliograph.store.messages."""

    def accept(self, message: Message, *, now: int) -> Accepted: ...
    def load(self, at: MessageId, *, now: int) -> Message | None: ...
    def content(self, message: Message) -> Content: ...
    def gathered(self, message: Message) -> list[JSON]: ...
    def move(self, message: Message, move: Move) -> Message: ...
    def record(self, at: MessageId, report: Report, *, ttl: int) -> bool: ...
    def mark(self, at: MessageId, kind: EventKind) -> None: ...
    def count_hit(self, at: MessageId, *, stored: bool) -> None: ...
    def whole(self, project: str, notification: str, *, now: int) -> Notification | None: ...
    def overdue(self, *, before: int, limit: int, since: int = 0) -> Iterator[Overdue]: ...


class HeadStore(Protocol):
    """All that accepting needs of the messages; see heliograph.store.messages."""

    def accept(self, message: Message, *, now: int) -> Accepted: ...
    def load(self, at: MessageId, *, now: int) -> Message | None: ...


class FileStore(Protocol):
    """The files of mails; see heliograph.files."""

    def offer(self, key: str, *, name: str, type: str, size: int, sha256: str = "") -> Offer: ...  # noqa: A002  # its name in HTTP
    def uploaded(self, key: str) -> Upload | None: ...
    def put(self, key: str, content: bytes, *, days: int) -> None: ...
    def copy(self, source: str, key: str, *, days: int) -> bool: ...
    def get(self, key: str) -> bytes | None: ...
    def remove(self, keys: Sequence[str]) -> None: ...


class ContactStore(Protocol):
    """Contacts and suppressed addresses; see heliograph.store.contacts."""

    def get(self, project: str, contact: str) -> Contact | None: ...
    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None: ...
    def suppress(self, project: str, mode: Mode, channel: Channel, address: str, why: Suppression) -> None: ...
    def standing(self, project: str, mode: Mode, channel: Channel, address: str, *, contact: str) -> Standing: ...
    def suppressed(self, project: str, mode: Mode, channel: Channel, address: str) -> Suppression | None: ...


class AcceptReads(Protocol):
    """Everything that accepting reads, in one call."""

    def read(self, project: str, event: str, who: JSON) -> tuple[Definition | None, Contact | None]:
        """The event, and the contact that *who* (`id`, `email`, `phone`) names."""
        ...


class VersionStore(Protocol):
    """Published versions; see heliograph.store.definitions."""

    def version(self, project: str, name: str, number: int) -> Body | None: ...


class ProjectStore(Protocol):
    """Projects with their integrations; see heliograph.store.projects."""

    def get(self, project: str) -> Project | None: ...


class Wakeups(Protocol):
    """Wake-up calls. A lost one is found by the sweep, so these never raise."""

    def wake(self, hint: Hint, lane: Lane, *, at: int) -> None:
        """Have a worker look at the message at that time (epoch milliseconds)."""
        ...


class ManyWakeups(Protocol):
    """Wake-up calls of one call, in as few of SQS's as possible; these never raise either."""

    def wake_all(self, calls: Sequence[tuple[Hint, Lane, int]]) -> None:
        """Have a worker look at each message at its time: (hint, lane, epoch milliseconds)."""
        ...


class Later(Protocol):
    """The events queue."""

    def put(self, project: str, bodies: Sequence[JSON], *, delay: float = 0) -> None:
        """Put bodies on the queue, *delay* seconds from now (at most 900).

        Raises:
            Unavailable: not all of them are on the queue.
        """
        ...


class Vault(Protocol):
    """The credentials of integrations."""

    def credentials(self, project: str, integration: str, provider: Provider) -> Any:
        """An instance of the provider's Credentials, from a cache where it can.

        Raises:
            AccountTrouble: there are none, or they are not what the provider needs.
        """
        ...

    def forget(self, project: str, integration: str) -> None:
        """Read them anew next time: the provider has refused what the cache holds."""
        ...


class Renderer(Protocol):
    """Templates in, text out."""

    def __call__(
        self, template: Mapping[str, str], context: JSON, *, channel: str, language: str, timezone: str
    ) -> dict[str, str]:
        """Render every part for a language and time zone; *channel* is only named in errors.

        Raises:
            TemplateError: names the part, the line and the variable.
        """
        ...


type Load = Callable[[str], Provider]
"""heliograph.providers.load."""
