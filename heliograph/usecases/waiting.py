"""Waiting: cancel what waits, or let it go at another time. Never both sent and canceled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from heliograph.domain import attempts, timing, view
from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.contact import Contact
from heliograph.domain.errors import BadInput, Lost, NotFound, TooLate, Unavailable
from heliograph.domain.further import begun, may_wait
from heliograph.domain.identity import NOTIFICATION_ID_LENGTH
from heliograph.domain.message import Content, Hint, Message, MessageId
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller
from heliograph.domain.report import Notification
from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.status import Rank, Status
from heliograph.domain.tokens import Cursor
from heliograph.usecases.attaching import prolong
from heliograph.usecases.ports import Clock, FileStore, Wakeups
from heliograph.usecases.withdraw import Withdraw

PAGE: Final = 100
"""Notifications of a contact that one call looks at."""
_ROUNDS: Final = 10
"""How often we read again when somebody else was first."""


class MessageStore(Protocol):
    """See heliograph.store.messages."""

    def load(self, at: MessageId, *, now: int) -> Message | None: ...
    def content(self, message: Message) -> Content: ...
    def move(self, message: Message, move: Move) -> Message: ...
    def whole(self, project: str, notification: str, *, now: int, strong: bool) -> Notification | None: ...
    def of_contact(
        self, project: str, contact: str, *, before: tuple[int, str], limit: int
    ) -> tuple[list[Message], tuple[int, str] | None]: ...


class People(Protocol):
    """See heliograph.usecases.people."""

    def find(self, project: str, who: JSON) -> Contact: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Works on a project's notifications, each in its caller's mode."""

    messages: MessageStore
    people: People
    wakeups: Wakeups
    files: FileStore
    signer: Signer
    clock: Clock
    withdraw: Withdraw

    def cancel(self, caller: Caller, notification: str) -> JSON:
        """Stop a notification for good and show it. Once it is canceled, canceling it again changes nothing.

        Raises:
            NotFound: there is none of this id in the caller's project and mode.
            TooLate: a provider has it, or may have it, or it came to another end; no further try is made.
        """
        head = self._head(caller, notification)
        if head.merged is not None:
            return self.withdraw(head)
        whole, _ = self._cancel(head)
        if _is_canceled(whole.messages):
            return view.notification(whole, now=self.clock())
        raise self._too_late(whole, "canceled")

    def cancel_event(self, caller: Caller, event: str, who: JSON, *, cursor: str = "") -> JSON:
        """Cancel what waits of an event for a contact: `{event, contact, canceled, too_late, next_cursor}`.

        One call looks at a hundred notifications of the contact, newest first.

        Raises:
            NotFound: there is no such contact.
            BadInput: the cursor is not one of ours for this event and contact.
        """
        project, contact = caller.project.id, self.people.find(caller.project.id, who)
        query = {"cancel": event, "contact": contact.id, "mode": caller.mode.value}
        start = self._before(project, query, cursor)
        heads, position = self.messages.of_contact(project, contact.id, before=start, limit=PAGE)
        canceled = too_late = 0
        for head in heads:
            if (head.event, head.mode) != (event, caller.mode) or not may_wait(head):
                continue
            whole, ended = self._cancel(head)
            if ended and _is_canceled(whole.messages):
                canceled += 1
            elif any(one.progress.phase is Phase.CALL for one in whole.messages):
                too_late += 1
        more = position and Cursor(project=project, query=query, position=list(position)).encode(self.signer)
        counts = {"canceled": canceled, "too_late": too_late}
        return {"event": event, "contact": {"id": contact.id}} | counts | {"next_cursor": more}

    def reschedule(self, caller: Caller, notification: str, due: int, *, local: datetime | None, zone: str) -> JSON:
        """Let a notification that waits for its first try go at another time, and show it.

        It is due at *due*, or when the clock shows *local* in *zone* (`contact`: where the contact is).

        Raises:
            NotFound: there is none of this id in the caller's project and mode.
            BadInput: the time has passed, is too far ahead or behind its expiry.
            TooLate: it does not wait for its first try.
        """
        for _ in range(_ROUNDS):
            now, head = self.clock(), self._head(caller, notification)
            whole = self._whole(head)
            if not all(_waits_for_its_first_try(one.progress, now) for one in whole.messages):
                raise self._too_late(whole, "rescheduled")
            if local is not None:
                where = str(self.messages.content(head).contact.get("timezone", ""))
                due = timing.local_time(local, zone, where, now=now)
            try:
                return self._moved(whole, max(due, now))
            except Lost:
                continue
        raise Unavailable("the notification changes all the time: send the same request again in a few seconds")

    def _moved(self, whole: Notification, due: int) -> JSON:
        moves = [(one, timing.moved(one.progress, one.terms, due)) for one in whole.messages]
        for one, move in moves:
            prolong(self.files, one, move.after.expires - self.clock())
        stored = tuple(self.messages.move(one, move) for one, move in moves)
        for one in stored:
            self.wakeups.wake(Hint(message=one.id), one.lane, at=one.progress.due)
        return view.notification(Notification(messages=stored, reports=whole.reports), now=self.clock())

    def _cancel(self, head: Message) -> tuple[Notification, int]:
        """Stop on the head, so that no further message begins; then end what waits. And how many were ended."""
        ended = int(self._stop(head))
        further = [one for one in self._whole(head).messages if one.id.number]
        ended += sum(self._stop(one) for one in further if may_wait(one))
        return self._whole(head), ended

    def _stop(self, message: Message) -> bool:
        """Whether it was ended before anybody claimed it."""
        for _ in range(_ROUNDS):
            move, won = attempts.cancel(message.progress, now=self.clock())
            try:
                self.messages.move(message, move)
            except Lost:
                found = self.messages.load(message.id, now=self.clock())
                if found is None:
                    return False
                message = found
            else:
                return won
        raise Unavailable("the notification changes all the time: send the same request again in a few seconds")

    def _head(self, caller: Caller, notification: str) -> Message:
        known = len(notification.encode()) == NOTIFICATION_ID_LENGTH
        at = MessageId(project=caller.project.id, notification=notification)
        found = self.messages.load(at, now=self.clock()) if known else None
        if found is None or found.mode != caller.mode:
            raise NotFound(
                f"there is no notification {notification[:40]!r} in this project: use the id that the send answered",
                field="id",
                code="NOTIFICATION_NOT_FOUND",
            )
        return found

    def _whole(self, head: Message) -> Notification:
        at = head.id
        found = self.messages.whole(at.project, at.notification, now=self.clock(), strong=True)
        return replace(found, messages=begun(found.messages)) if found else Notification(messages=(head,), reports=())

    def _before(self, project: str, query: JSON, cursor: str) -> tuple[int, str]:
        if not cursor:
            return self.clock() + 1, ""
        try:
            created, name = Cursor.decode(self.signer, cursor, project=project, query=query).position
        except BadToken as exc:
            detail = "the cursor is not of this event and contact: use `next_cursor` of the answer before"
            raise BadInput(detail, field="cursor") from exc
        return int(created), str(name)

    def _too_late(self, whole: Notification, what: str) -> TooLate:
        shown = view.notification(whole, now=self.clock())
        if any(one.progress.phase is Phase.CALL for one in whole.messages):
            detail = f"it is being handed to its provider and can no longer be {what}"
        else:
            detail = f"it can no longer be {what}: its status is {shown['status']}"
        return TooLate(f"{detail}; look at it with GET /v1/notifications/{shown['id']}", shown)


def _is_canceled(messages: Sequence[Message]) -> bool:
    """Whether nothing of it was, or may have been, handed over, and a cancel is why."""
    endings = [one.progress.log[-1].ending for one in messages]
    unsent = all(one.progress.phase is Phase.DONE and max(one.progress.ranks) <= Rank.ENDED for one in messages)
    return unsent and Status.CANCELED in endings and Status.UNKNOWN not in endings


def _waits_for_its_first_try(state: Progress, now: int) -> bool:
    over = state.stop or state.delivered or attempts.expired(state, now)
    return state.phase is Phase.OPEN and not state.attempt and not over
