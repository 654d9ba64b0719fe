"""Erase: a person's address and data go from everything that was accepted for them.

The tombstone comes first. Dispatch reads it strongly right before it would send, so nothing that waits goes out,
however long the rest takes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase
from heliograph.domain.contact import Contact
from heliograph.domain.erasure import MINUTE, REPEATS, Erasure
from heliograph.domain.errors import Conflict, Lost, NotFound, Unavailable
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON
from heliograph.domain.reasons import Reason
from heliograph.domain.status import Status
from heliograph.domain.timestamps import timestamp
from heliograph.domain.tries import Try
from heliograph.usecases.ports import Clock, FileStore, MessageStore

TRIES: Final = 5
AT_ONCE: Final = 5_000
"""Milliseconds that the request itself spends on it; the sweep does the rest."""
RESERVE: Final = 5.0
"""Seconds that a sweep keeps for writing down how far it came."""
LINES: Final = 100


class ContactStore(Protocol):
    """See heliograph.store.contacts."""

    def get(self, project: str, contact: str) -> Contact | None: ...


class Ledger(Protocol):
    """See heliograph.store.erasures."""

    def begin(self, project: str, known: Contact, *, at: int, check: int) -> Erasure: ...
    def find(self, project: str, contact: str, at: int) -> Erasure | None: ...
    def due(self, *, before: int, limit: int) -> Iterator[Erasure]: ...
    def notifications(self, line: Erasure) -> Iterator[tuple[str, str]]: ...
    def advance(self, line: Erasure, **changes: Any) -> Erasure: ...


class Scrubber(Protocol):
    """See heliograph.store.scrub."""

    def messages(self, project: str, notification: str) -> list[MessageId]: ...
    def inbox(self, project: str, contact: str, *, until: int) -> None: ...
    def __call__(self, project: str, notification: str, *, last: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Erases contacts."""

    contacts: ContactStore
    messages: MessageStore
    files: FileStore
    ledger: Ledger
    scrub: Scrubber
    clock: Clock

    def begin(self, project: str, contact: Contact) -> JSON:
        """Erase a contact; of one that is erased already it only says when.

        Returns:
            `{id, erased_at, complete, repeats_at}`; what is not *complete* the sweep goes on with.

        Raises:
            NotFound: it was deleted meanwhile.
            Conflict: others change it all the time.
            Busy, Unavailable: nothing was written.
        """
        if contact.gone:
            known = self.ledger.find(project, contact.id, contact.erased)
            return _shown(contact.id, contact.erased, complete=known is None or known.passes > 0)
        line = self._opened(project, contact)
        until = self.clock() + AT_ONCE
        try:
            complete = self._pass(line, lambda: self.clock() < until)
        except (Lost, Unavailable):
            complete = False
        return _shown(contact.id, line.at, complete=complete)

    def run(self, remaining: Callable[[], float]) -> int:
        """Go on with every erasure whose time has come; *remaining* gives the seconds that are left.

        Returns:
            How many of them were gone through to the end.
        """
        count = 0
        for line in self.ledger.due(before=self.clock(), limit=LINES):
            if remaining() < RESERVE:
                break
            try:
                count += self._pass(line, lambda: remaining() >= RESERVE)
            except Lost:
                continue  # another sweep is at it
        return count

    def _opened(self, project: str, contact: Contact) -> Erasure:
        known: Contact | None = contact
        for _ in range(TRIES):
            if known is None:
                raise NotFound("there is no such contact in this project", field="contact", code="CONTACT_NOT_FOUND")
            now = self.clock()
            try:
                # The sweep takes it up when this request does not come to its end.
                return self.ledger.begin(project, known, at=max(now, known.created), check=now + MINUTE)
            except Lost:
                known = self.contacts.get(project, contact.id)
        raise Conflict("the contact is being changed by others at this moment: send the same request again")

    def _pass(self, line: Erasure, more: Callable[[], bool]) -> bool:
        """Go through everything, or as far as the time goes; True when nothing was left out."""
        for place, notification in self.ledger.notifications(line):
            if not more():
                self.ledger.advance(line)
                return False
            for at in self.scrub.messages(line.project, notification):
                self._end(at)
                self._drop_files(at)
            self.scrub(line.project, notification, last=line.last)
            line = replace(line, place=place)
        self.scrub.inbox(line.project, line.contact, until=line.at)
        wait = 0 if line.last else line.at + REPEATS[line.passes]
        self.ledger.advance(line, passes=line.passes + 1, place="", check=wait)
        return True

    def _drop_files(self, at: MessageId) -> None:
        """Before the message forgets them; nobody else names them."""
        message = self.messages.load(at, now=self.clock())
        if message is not None and message.files:
            self.files.remove([one.key for one in message.files])

    def _end(self, at: MessageId) -> None:
        """End what waits. What is being sent at this moment its own worker ends, should it have to wait again."""
        for _ in range(TRIES):
            message = self.messages.load(at, now=self.clock())
            if message is None or message.progress.phase is not Phase.OPEN:
                return
            why = Try(reason=Reason.ERASED.value)
            try:
                move = attempts.end(message.progress, now=self.clock(), ending=Status.CANCELED, why=why)
                self.messages.move(message, move)
            except Lost:
                continue
            return


def _shown(contact: str, at: int, *, complete: bool) -> JSON:
    repeats = [timestamp(at + wait) for wait in REPEATS]
    return {"id": contact, "erased_at": timestamp(at), "complete": complete, "repeats_at": repeats}
