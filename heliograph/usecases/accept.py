"""Accept: one conditional put, then a wake-up. The head is message, outbox and idempotency record in one item."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from heliograph.domain import addressing, hidden
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.contact import IDENTIFIERS, PROFILE, Contact
from heliograph.domain.definition import Definition
from heliograph.domain.errors import BadInput, Conflict, KeyReused, Lost, NotFound, Unavailable
from heliograph.domain.message import Accepted, Content, Hint, Message
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.timing import Wish, planned
from heliograph.usecases.attaching import carried
from heliograph.usecases.devices import carried_profile
from heliograph.usecases.gather import Gather, stack_of
from heliograph.usecases.guard import Guard
from heliograph.usecases.planning import mode_of, onward, planned_channels
from heliograph.usecases.ports import AcceptReads, Clock, ContactStore, HeadStore, Wakeups
from heliograph.usecases.understood import place, understood

DAY = 86_400_000
MERGES = 3
"""How often a contact's difference is made anew because somebody else changed it meanwhile."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the caller is told. *replay*: the same request was accepted before."""

    id: str
    event: str
    replay: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """An accepted request with its message as it stands in the table."""

    acceptance: Acceptance
    message: Message

    @property
    def open(self) -> bool:
        """Whether a worker should look at it. A repeat's too: it may come because the first wake-up was lost."""
        return self.message.progress.phase is Phase.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Takes checked requests."""

    reads: AcceptReads
    messages: HeadStore
    contacts: ContactStore
    wakeups: Wakeups
    clock: Clock
    contact_id: Callable[[str, str], str]
    """(project, identifier) -> the id of a contact whose caller gave none."""
    on_trouble: Callable[[str, Exception], None]
    """Told of what failed without failing the request."""
    guard: Guard | None = None
    """Holds the project to its limits."""
    gather: Gather | None = None
    """Takes what an event stacks; without one, all goes by itself."""

    def __call__(self, request: SendRequest, caller: Caller) -> Acceptance:
        """Accept one request.

        Raises:
            NotFound: no such event in the project.
            BadInput: nothing can be sent to this recipient over the event's channels.
            KeyReused: the key was used with another request.
            Busy, Unavailable: nothing was stored.
        """
        taken = self.take(request, caller)
        if taken.open:
            stored = taken.message
            self.wakeups.wake(Hint(message=stored.id), stored.lane, at=stored.progress.due)
        return taken.acceptance

    def take(self, request: SendRequest, caller: Caller) -> Taken:
        """Accept one request and leave the wake-up to the caller; raises what `__call__` raises."""
        now = self.clock()
        try:
            return self._taken(request, caller, now)
        except BadInput:
            # What has passed, was removed or is used up since does not take back what was accepted.
            if (repeat := self._repeated(request, caller, now)) is None:
                raise
            return repeat

    def _repeated(self, request: SendRequest, caller: Caller, now: int) -> Taken | None:
        """The same request as it was accepted before, if it was."""
        found = self.messages.load(place(request, caller), now=now)
        if found is None or found.body_hash != request.body_hash:
            return None
        return Taken(Acceptance(found.id.notification, request.event, replay=True), found)

    def _taken(self, request: SendRequest, caller: Caller, now: int) -> Taken:
        definition, known = self.reads.read(caller.project.id, request.event, request.to)
        if definition is None:
            raise NotFound(
                f"there is no event {request.event!r} in this project: create and publish it first",
                field="event",
                code="EVENT_NOT_FOUND",
            )
        if request.strict and not definition.published:
            raise Conflict(
                f"event {request.event!r} has no published version, so this would end as failed: publish it first",
                field="event",
                code="UNPUBLISHED",
            )
        request = understood(request, definition, known)
        contact = self._merged(caller, request.to, known, now)
        message = self._message(request, caller, definition, contact, now)
        admitted = partial(self._stored, message, caller)
        stack = stack_of(request, definition)
        if self.gather is None or stack is None:
            accepted = admitted(partial(self.messages.accept, message, now=now))
        else:
            accepted = self.gather(request, message, stack, caller=caller, known=known, now=now, admitted=admitted)
        if not accepted.new and accepted.message.body_hash != request.body_hash:
            raise KeyReused(
                "this idempotency key was used with another request: send the same request, or choose a new key",
                field="Idempotency-Key",
            )
        if accepted.new:
            self._remember(caller, request.to, contact, known, now)
        acceptance = Acceptance(message.id.notification, request.event, replay=not accepted.new)
        return Taken(acceptance, accepted.message)

    def _stored(self, message: Message, caller: Caller, store: Callable[[], Accepted]) -> Accepted:
        """Store the message; only one that is new counts towards the project's limits."""
        if self.guard is None:
            return store()
        project, mode = caller.project, caller.mode
        taken = self.guard.admit(project, mode, message.channel, message.to)
        new = False
        try:
            accepted = store()
            new = accepted.new
        finally:
            if not new:
                self.guard.give_back(project, mode, taken)
        return accepted

    def _message(
        self, request: SendRequest, caller: Caller, definition: Definition, contact: Contact, now: int
    ) -> Message:
        plan = planned_channels(request, caller, definition, contact)
        ours = Wish(window=definition.window, expires_in=definition.expires_in, persistence=definition.persistence)
        timing = planned(request.wish, request.due, event=ours, contact_zone=contact.timezone, now=now)
        project, routing = caller.project, definition.routing
        # To try it again its hidden keys would have to be kept: only because somebody asks for it.
        once = definition.stack is not None or bool(hidden.split(request.payload)[1])
        again = timing.terms.attempts(plan.channels[0], once=once)
        state = Progress(due=timing.due, check=timing.due, expires=timing.expires, again=again)
        return Message(
            id=place(request, caller),
            mode=caller.mode,
            lane=request.lane or definition.lane,
            channel=plan.channels[0],
            event=definition.name,
            version=definition.published,
            to=plan.to,
            contact=contact.id,
            language=request.language or contact.language,
            created=now,
            content=Content(payload=request.payload, contact=carried_profile(contact, caller, request, plan)),
            overrides=request.overrides,
            files=carried(request, plan.channels),
            metadata=request.metadata,
            tags=request.tags,
            plan=plan.channels,
            routing=mode_of(plan, routing),
            filtered=plan.filtered,
            body_hash=request.body_hash,
            expires_from_table=(timing.expires + project.retention_days * DAY) // 1000,
            terms=timing.terms,
            progress=onward(state, plan, routing),
        )

    def _merged(self, caller: Caller, who: JSON, known: Contact | None, now: int) -> Contact:
        if addressing.nobody(who):
            return Contact(id="")
        told = {name: value for name, value in who.items() if name in PROFILE and value}
        if known is None:
            first = next(str(told[name]) for name in IDENTIFIERS if name in told) if "id" not in who else ""
            name = who.get("id") or self.contact_id(caller.project.id, first)
            return Contact(id=name, **told, meta=who.get("meta", {}), created=now, updated=now)
        # A tombstone is nobody: who was erased comes back with nothing but what this request says.
        before = known.created_again(now) if known.gone else known
        merged = replace(before, **told, meta=before.meta | who.get("meta", {}))
        return known if merged == known else replace(merged, updated=now)

    def _remember(self, caller: Caller, who: JSON, contact: Contact, known: Contact | None, now: int) -> None:
        """Write the contact's difference. It never fails the accept: the message carries its own address."""
        if not contact.id:
            return
        for left in reversed(range(MERGES)):
            # Erased since this request came in: only a new request may create the contact again.
            if contact == known or (known is not None and known.erased >= now):
                return
            try:
                self.contacts.save(caller.project.id, contact, known=known)
            except Lost as lost:
                if not left:
                    self.on_trouble("the contact was not updated", lost)
                    return
                known = self.contacts.get(caller.project.id, contact.id)
                contact = self._merged(caller, who | {"id": contact.id}, known, now)
            except (BadInput, Unavailable) as exc:
                self.on_trouble("the contact was not updated", exc)
                return
            else:
                return
