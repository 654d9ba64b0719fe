"""Files that go with mails: stored before the message that names them, and copied from uploads."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from heliograph.domain.attachment import MAX_TOTAL, File, Offer, file_key, kept_days, size_of, upload_key
from heliograph.domain.errors import BadInput, Conflict
from heliograph.domain.message import Accepted, Message, MessageId
from heliograph.domain.model import JSON, Attachment, Channel
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.ports import Clock, FileStore, HeadStore

FIELD: Final = "overrides.email.attachments"
OFFER_LIFE: Final = 900_000
"""Milliseconds, as the adapter signs."""


def carried(request: SendRequest, channels: tuple[Channel, ...]) -> tuple[File, ...]:
    """What a notification that may go over these channels carries of what the request attaches.

    Raises:
        BadInput: the caller wants this channel and no other, and it takes no files.
    """
    if not request.files or Channel.EMAIL in channels:
        return request.files
    if request.channel is None:
        return ()
    raise BadInput(
        f"files go with mails only and this send is for {request.channel.value}: leave them out, or send it by email",
        field=FIELD,
        code="ATTACHMENTS_NOT_TAKEN",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attaching:
    """A store of heads that stores each message's files first. A message without files costs nothing more."""

    messages: HeadStore
    files: FileStore

    def load(self, at: MessageId, *, now: int) -> Message | None:
        """A message as it stands now."""
        return self.messages.load(at, now=now)

    def accept(self, message: Message, *, now: int) -> Accepted:
        """Store a notification's files, then its head.

        Raises:
            BadInput: a named upload is not there, or all files together are too large.
            Busy, Unavailable: nothing counts as accepted; the same request may be sent again.
        """
        if not message.files:
            return self.messages.accept(message, now=now)
        placed = self._placed(message, now)
        accepted = self.messages.accept(replace(message, files=placed), now=now)
        if not accepted.new:
            # Another request's, or of a message that was erased since: nobody names them, so nobody would erase them.
            named = {one.key for one in accepted.message.files}
            self.files.remove([one.key for one in placed if one.key not in named])
        return accepted

    def _placed(self, message: Message, now: int) -> tuple[File, ...]:
        known = [self._known(one, message, place) for place, one in enumerate(message.files)]
        if (size := size_of(known)) > MAX_TOTAL:
            raise BadInput(
                f"the files have {size} bytes together and at most {MAX_TOTAL} go with one message: send some apart",
                field=FIELD,
                code="ATTACHMENTS_TOO_LARGE",
                status=413,
            )
        days = kept_days(message.progress.expires - now)
        return tuple(self._stored(one, message, place, days) for place, one in enumerate(known))

    def _known(self, one: File, message: Message, place: int) -> File:
        """A file with its name, type and size."""
        if not one.upload:
            return one
        found = self.files.uploaded(_source(one, message))
        if found is None:
            raise _absent(place)
        return replace(one, name=one.name or found.name or one.upload, type=found.type, size=found.size)

    def _stored(self, one: File, message: Message, place: int, days: int) -> File:
        content = one.content
        digest = one.upload or hashlib.sha256(content or b"").hexdigest()
        at = message.id
        key = file_key(at.project, message.mode, at.notification, digest)
        if content is not None:
            self.files.put(key, content, days=days)
        elif not self.files.copy(_source(one, message), key, days=days):
            raise _absent(place)
        return replace(one, key=key, content=None, upload="")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferUpload:
    """Gives callers places to upload to."""

    files: FileStore
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, caller: Caller, *, name: str, type: str, size: int, sha256: str) -> JSON:  # noqa: A002  # its name in HTTP
        """`{id, method, url, headers, expires_at}`."""
        upload = self.new_id()
        key = upload_key(caller.project.id, caller.mode, upload)
        offer: Offer = self.files.offer(key, name=name, type=type, size=size, sha256=sha256)
        until = timestamp(self.clock() + OFFER_LIFE)
        return {"id": upload, "method": "PUT", "url": offer.url, "headers": offer.headers, "expires_at": until}


def attachments(files: FileStore, message: Message) -> tuple[Attachment, ...] | None:
    """What the message's mail carries, with its bytes; None when one of them is gone.

    Raises:
        Unavailable: they could not be read.
    """
    found = []
    for one in message.files:
        content = files.get(one.key)
        if content is None:
            return None
        found.append(Attachment(name=one.name, type=one.type, content=content, content_id=one.content_id))
    return tuple(found)


def prolong(files: FileStore, message: Message, life: int) -> None:
    """Keep a message's files for another *life* milliseconds; one that is gone is told when the message is sent.

    Raises:
        Unavailable: they could not be kept.
    """
    for one in message.files:
        files.copy(one.key, one.key, days=kept_days(life))


def _source(one: File, message: Message) -> str:
    return upload_key(message.id.project, message.mode, one.upload)


def _absent(place: int) -> Conflict:
    field = f"{FIELD}[{place}].id"
    return Conflict(
        f"`{field}`: nothing was uploaded under this id, or more than a day ago: PUT the file to the url first",
        field=field,
        code="ATTACHMENT_NOT_UPLOADED",
    )
