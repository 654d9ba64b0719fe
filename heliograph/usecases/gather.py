"""Gather: requests of a stack go into the notification that goes out for all of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Protocol

from heliograph.domain import stacking, timing
from heliograph.domain.contact import Contact
from heliograph.domain.definition import Definition
from heliograph.domain.errors import BadInput, Busy, Contended, Lost
from heliograph.domain.message import Accepted, Content, Message, MessageId
from heliograph.domain.persistence import Persistence
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.stacking import Item, Merged, Slot, Stack, StackMode
from heliograph.usecases.ports import Random

ROUNDS: Final = 20
"""How often it is decided anew because somebody else was first."""
PAUSE: Final = 0.05
"""Seconds, at most, before a further try when others write the same head."""

type Admitted = Callable[[Callable[[], Accepted]], Accepted]
"""Stores a message within the project's limits."""


class Window(Protocol):
    """A group's last window."""

    @property
    def opened(self) -> int: ...
    @property
    def head(self) -> Message | None: ...


class Stacks(Protocol):
    """See heliograph.store.gathering."""

    def load(self, at: MessageId, *, now: int) -> Message | None: ...
    def window(self, project: str, group: str, *, now: int) -> Window: ...
    def open(
        self, group: str, head: Message, record: Message | None, item: Item, *, before: int, now: int
    ) -> Message: ...
    def add(self, head: Message, record: Message, item: Item, *, now: int) -> None: ...
    def count(self, head: Message, record: Message, *, now: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Takes requests that an event stacks."""

    store: Stacks
    pause: Callable[[float], None]
    random: Random

    def __call__(
        self,
        request: SendRequest,
        message: Message,
        stack: Stack,
        *,
        caller: Caller,
        known: Contact | None,
        now: int,
        admitted: Admitted,
    ) -> Accepted:
        """Take one, as the *message* that it would be by itself; *known* is its contact as it was before.

        Only what opens a window is *admitted* to the project's limits: the others are not sent.

        Raises:
            BadInput: it asks for a time of its own, or its payload is too large for a stack.
            Busy, Unavailable: nothing was stored.
        """
        check(request, now=now)
        at = message.id
        one = _One(
            message=replace(message, content=Content(contact=(message.content or Content()).contact)),
            stack=stack,
            group=_group(request, message, stack, caller.project.salt),
            item=Item(name=at.notification, at=now, payload=request.payload),
            salt=caller.project.salt,
            erased=known.erased if known else 0,
            now=now,
        )
        for _ in range(ROUNDS):
            if (repeat := self.store.load(at, now=now)) is not None:
                return Accepted(repeat, new=False)
            try:
                return self._placed(one, admitted)
            except Contended:
                self.pause(PAUSE * self.random())
            except Lost:
                continue
        raise Busy("many are sent to this contact at this moment: send the same request again in a few seconds")

    def _placed(self, one: "_One", admitted: Admitted) -> Accepted:
        now, project = one.now, one.message.id.project
        last = self.store.window(project, one.group, now=now)
        head, where = last.head, Slot.OPEN
        if head is not None and head.stacked is not None and not head.erased:
            where = stacking.slot(head.stacked, head.progress, now=now, erased=one.erased)
        if head is None or where is Slot.OPEN:
            return admitted(partial(self._opened, one, last.opened))
        if where is Slot.ADD:
            record = one.record(head, item=one.item.key)
            self.store.add(head, record, one.item, now=now)
        else:
            record = one.record(head, item="")
            self.store.count(head, record, now=now)
        return Accepted(record, new=True)

    def _opened(self, one: "_One", before: int) -> Accepted:
        head = one.head(before)
        own = head.id == one.message.id
        record = None if own else one.record(head, item=one.item.key)
        stored = self.store.open(one.group, head, record, one.item, before=before, now=one.now)
        return Accepted(stored, new=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _One:
    """A request on its way into a stack."""

    message: Message
    """What it would be by itself, with nothing to render."""
    stack: Stack
    group: str
    item: Item
    salt: str
    erased: int
    now: int

    def record(self, head: Message, *, item: str) -> Message:
        """What stays under the request's own id."""
        return replace(
            self.message,
            content=Content(),
            merged=Merged(into=head.id.notification, item=item),
            progress=stacking.record(self.message.progress, now=self.now),
            expires_from_table=max(head.expires_from_table, self.message.expires_from_table),
        )

    def head(self, before: int) -> Message:
        """The notification that goes out: the first of an increment itself, of a digest one of its own."""
        window, message = stacking.opened(self.stack, now=self.now, before=before), self.message
        if self.stack.mode is StackMode.INCREMENT:
            return replace(message, stacked=window, progress=replace(message.progress, gathered=1))
        at, state = message.id, message.progress
        waiting = timing.moved(state, message.terms, window.closes).after
        name = stacking.digest_id(
            project=at.project, mode=message.mode, salt=self.salt, group_name=self.group, opened=window.opened
        )
        return replace(
            message,
            id=replace(at, notification=name),
            stacked=window,
            progress=replace(waiting, gathered=1),
            expires_from_table=message.expires_from_table + (waiting.expires - state.expires) // 1000,
        )


def stack_of(request: SendRequest, definition: Definition) -> Stack | None:
    """How this request is stacked: a digest takes all of its event, an increment those that name an `increment_id`."""
    stack = definition.stack
    if stack is None or not definition.published or (stack.mode is StackMode.INCREMENT and not request.increment_id):
        return None
    return stack


def check(request: SendRequest, *, now: int) -> None:
    """Refuse what a stack cannot do.

    Raises:
        BadInput: a time or persistence of its own, or a payload that is too large.
    """
    wish = request.wish
    asked = {
        "send_at": wish.local is not None or request.due > now,
        "expires_at": bool(wish.expires_at),
        "expires_in": bool(wish.expires_in),
        "deadlines": replace(wish.persistence, retries=None) != Persistence(),
        "retries": wish.persistence.retries is not None,
    }
    for field, given in asked.items():
        if given:
            detail = f"`{field}` does not go with a stack, whose time is up to the event: leave it out"
            raise BadInput(detail, field=field, code="NOT_IN_A_STACK")
    if request.files:
        detail = "files do not go with a stack: leave out `overrides.email.attachments`, or send a link"
        raise BadInput(detail, field="overrides.email.attachments", code="NOT_IN_A_STACK")
    size = len(json.dumps(request.payload, ensure_ascii=False).encode(errors="replace"))
    if size > stacking.MAX_ITEM:
        detail = f"the payload has {size} bytes, and in a stack at most {stacking.MAX_ITEM} are taken: send less"
        raise BadInput(detail, field="payload", code="PAYLOAD_TOO_LARGE", status=413)


def _group(request: SendRequest, message: Message, stack: Stack, salt: str) -> str:
    about = (message.contact, message.event, message.channel, message.to, message.language)
    parts = [*map(str, about), stack.mode.value, request.increment_id]
    return stacking.group(project=message.id.project, mode=message.mode, salt=salt, parts=parts)
