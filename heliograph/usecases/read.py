"""Read: one notification whole, or a list of them, newest first."""

from dataclasses import dataclass
from typing import Final, Protocol

from heliograph.domain import view
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.identity import NOTIFICATION_ID_LENGTH
from heliograph.domain.message import Message
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Mode
from heliograph.domain.report import Notification
from heliograph.domain.signing import BadToken, Signer
from heliograph.domain.tokens import Cursor
from heliograph.usecases.ports import Clock

PAGE: Final = 50
MAX_PAGE: Final = 100
_QUERY: Final = "notifications"


class MessageStore(Protocol):
    """See heliograph.store.messages."""

    def whole(self, project: str, notification: str, *, now: int) -> Notification | None: ...
    def latest(self, project: str, mode: Mode, *, since: int, before: tuple[int, str], limit: int) -> list[Message]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Reads a project's notifications; a test key sees what test keys sent, a live key what live keys sent."""

    messages: MessageStore
    signer: Signer
    clock: Clock

    def one(self, caller: Caller, notification: str) -> JSON:
        """A notification with its messages and their timelines.

        Raises:
            NotFound: there is none of this id in the caller's project and mode.
        """
        now = self.clock()
        # No id is longer, and DynamoDB would refuse a key of more than 2048 bytes.
        known = len(notification.encode()) <= NOTIFICATION_ID_LENGTH
        whole = self.messages.whole(caller.project.id, notification, now=now) if known else None
        if whole is None or whole.messages[0].mode != caller.mode:
            raise NotFound(
                f"there is no notification {notification[:40]!r} in this project: use the id that the send answered",
                field="id",
                code="NOTIFICATION_NOT_FOUND",
            )
        return view.notification(whole, now=now)

    def latest(self, caller: Caller, *, limit: int = PAGE, cursor: str = "") -> JSON:
        """`{notifications, next_cursor}`, newest first.

        Raises:
            BadInput: the cursor is not one of ours for this list.
        """
        now = self.clock()
        project, mode = caller.project, caller.mode
        query = {"list": _QUERY, "mode": mode.value}
        before = (now + 1, "")
        if cursor:
            try:
                before = tuple(Cursor.decode(self.signer, cursor, project=project.id, query=query).position)
            except BadToken as exc:
                detail = "the cursor is not of this list: use `next_cursor` of the page before, or leave it out"
                raise BadInput(detail, field="cursor") from exc
        found = self.messages.latest(project.id, mode, since=project.created, before=before, limit=limit)
        more = None
        if len(found) == limit:
            last = found[-1]
            position = [last.created, last.id.notification]
            more = Cursor(project=project.id, query=query, position=position).encode(self.signer)
        return {"notifications": [view.summary(one, now=now) for one in found], "next_cursor": more}
