"""The inbox: every message as it arrives, for people as pages and for tests as JSON."""

import mimetypes
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug import Request, Response
from werkzeug.exceptions import NotFound

from heliograph.domain.model import JSON, Channel
from local.sandbox.control import as_json
from local.sandbox.desk import Desk
from local.sandbox.inbox import Message

HERE: Final = Path(__file__).parent
STATIC: Final = frozenset({"inbox.css", "inbox.js"})
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src * data:; font-src * data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""A mail's frame inherits it: its styles and images work, scripts do not."""

TONES: Final = {
    "delivered": "good",
    "opened": "good",
    "clicked": "good",
    "deferred": "warn",
    "unsubscribed": "warn",
    "bounced": "bad",
    "failed": "bad",
    "dropped": "bad",
    "complained": "bad",
}
"""How a status looks; the rest is neutral."""


def as_dict(message: Message) -> JSON:
    """A message as the JSON endpoints give it."""
    values: JSON = asdict(replace(message, attachments=()))
    values["from"] = values.pop("sender")
    values["attachments"] = [
        {
            "name": one.name,
            "type": one.type,
            "size": one.size,
            "content_id": one.content_id,
            "url": file_path(message, n),
        }
        for n, one in enumerate(message.attachments)
    ]
    return {**values, "echo": message.echo, "status": message.status}


class Pages:
    """The endpoints."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.filters["clock"] = _clock
        self._templates.globals["tones"] = TONES
        self._templates.globals["file_path"] = file_path

    def inbox(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /: the list."""
        return self._page(chosen=None, conversation=[])

    def open(self, request: Request, message_id: str) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /inbox/{id}: the list and one message."""
        message = self._found(message_id)
        texts = [other for other in self._desk.inbox.messages() if _same_phone(other, message)]
        return self._page(chosen=message, conversation=list(reversed(texts)))

    def messages(self, request: Request) -> Response:
        """GET /messages: JSON, newest first; `?to=` keeps those to one recipient."""
        to = request.args.get("to")
        messages = self._desk.inbox.messages()
        return as_json({"messages": [as_dict(message) for message in messages if to is None or to in message.to]})

    def message(self, request: Request, message_id: str) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /messages/{id}: JSON."""
        return as_json(as_dict(self._found(message_id)))

    def file(self, request: Request, message_id: str, place: int) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /messages/{id}/files/{place}: an attached file, to be saved and never shown: it may be anything."""
        found = self._found(message_id).attachments
        if place >= len(found):
            raise NotFound("this message has no such file")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found[place].name, safe='')}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(found[place].content, headers=headers, content_type="application/octet-stream")

    def static(self, request: Request, name: str) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /static/{name}."""
        if name not in STATIC:
            raise NotFound
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response((HERE / "static" / name).read_bytes(), content_type=f"{kind}; charset=utf-8")

    def _found(self, message_id: str) -> Message:
        message = self._desk.inbox.message(message_id)
        if message is None:
            raise NotFound(f"there is no message {message_id!r} since the sandbox was started")
        return message

    def _page(self, **values: Any) -> Response:
        template = self._templates.get_template("inbox.html")
        page = template.render(messages=self._desk.inbox.messages(), **values)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return Response(page, headers=headers, content_type="text/html; charset=utf-8")


def file_path(message: Message, place: int) -> str:
    """Where an attached file can be had."""
    return f"/messages/{message.id}/files/{place}"


def _same_phone(one: Message, other: Message) -> bool:
    return one.channel is Channel.SMS is other.channel and one.to == other.to


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")
