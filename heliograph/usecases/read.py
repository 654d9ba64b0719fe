"""Read: one notification whole, or a list of them, newest first."""

from collections.abc import Mapping, Sequence
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
MAX_LOOKED_AT: Final = 1_000
"""Heads that one call reads to find those that fit."""
_QUERY: Final = "notifications"


class MessageStore(Protocol):
    """See heliograph.store.messages."""

    def whole(self, project: str, notification: str, *, now: int) -> Notification | None: ...
    def latest(self, project: str, mode: Mode, *, since: int, before: tuple[int, str], limit: int) -> list[Message]: ...
    def further(self, heads: Sequence[Message]) -> dict[str, tuple[Message, ...]]: ...


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

    def latest(
        self, caller: Caller, *, limit: int = PAGE, cursor: str = "", wanted: Mapping[str, str] | None = None
    ) -> JSON:
        """`{notifications, next_cursor}`, newest first; of those that fit *wanted* (tag, event, status, channel).

        With filters a page may hold fewer than *limit*, or none, and still have a next one: no call looks at more
        than a thousand notifications.

        Raises:
            BadInput: the cursor is not one of ours for this list.
        """
        now = self.clock()
        project, mode = caller.project, caller.mode
        query = {"list": _QUERY, "mode": mode.value} | ({"wanted": dict(wanted)} if wanted else {})
        before = (now + 1, "")
        if cursor:
            try:
                before = tuple(Cursor.decode(self.signer, cursor, project=project.id, query=query).position)
            except BadToken as exc:
                detail = "the cursor is not of this list: use `next_cursor` of the page before, or leave it out"
                raise BadInput(detail, field="cursor") from exc
        found, position = self._page(caller, before, limit, wanted or {})
        more = None
        if position is not None:
            more = Cursor(project=project.id, query=query, position=list(position)).encode(self.signer)
        return {"notifications": found, "next_cursor": more}

    def _page(
        self, caller: Caller, before: tuple[int, str], limit: int, wanted: Mapping[str, str]
    ) -> tuple[list[JSON], tuple[int, str] | None]:
        """The lines of what fits, and where the next page goes on; None when there is none."""
        project, now = caller.project, self.clock()
        found: list[JSON] = []
        size = MAX_PAGE if wanted else limit
        for _ in range(0, MAX_LOOKED_AT, size):
            heads = self.messages.latest(project.id, caller.mode, since=project.created, before=before, limit=size)
            further = self.messages.further(heads)
            for head in heads:
                before = (head.created, head.id.notification)
                line = view.summary(head, further.get(head.id.notification, ()), now=now)
                found += [line] if _fits(line, wanted) else []
                if len(found) == limit:
                    return found, before
            if len(heads) < size:
                return found, None
        return found, before


def _fits(line: JSON, wanted: Mapping[str, str]) -> bool:
    return all(value in line["tags"] if name == "tag" else line[name] == value for name, value in wanted.items())
