"""The sandbox's server: one port on loopback for all fakes, its own API and the inbox page."""

import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.sandbox.aws_sms import AwsSms
from local.sandbox.control import Control
from local.sandbox.desk import Desk
from local.sandbox.fake_smtp import Post
from local.sandbox.fakes import all_routes
from local.sandbox.pages import Pages
from local.sandbox.sendgrid import SendGrid
from local.sandbox.ses import Ses
from local.sandbox.sns import SnsSms
from local.sandbox.twilio import Twilio

HOST = "127.0.0.1"
BODY_LIMIT = 40 * 1024 * 1024
"""Bytes of a request: what SES takes at most."""


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex


class _Handler(WSGIRequestHandler):
    """Answers leave in one write, and are not logged: the journal holds them."""

    protocol_version = "HTTP/1.0"
    """One request a connection, so that a lost answer closes it."""
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class Sandbox:
    """All fakes on one port; nothing runs before `start`.

    Args:
        port: the port on 127.0.0.1; 0 takes any that is free.
        publish: puts a JSON text on an SNS topic: (topic ARN, text). Called from the sandbox's own threads; when it
            raises, the same event is published again a little later.
        topics: name of a configuration set, of mails or texts -> ARN of the topic that its events go to; may be filled
            later.
        clock: the time, aware.
        ids: 32 hexadecimal digits, new on every call.
    """

    def __init__(
        self,
        port: int,
        *,
        publish: Callable[[str, str], None],
        topics: Mapping[str, str],
        clock: Callable[[], datetime] = _now,
        ids: Callable[[], str] = _new_id,
    ) -> None:
        self._port = port
        self._desk = Desk(clock=clock, ids=ids)
        self._routes = Map(list(_rules(self._desk, publish, topics)), strict_slashes=False)
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._post: Post | None = None

    @property
    def smtp(self) -> str:
        """`127.0.0.1:PORT` of the mail server, while it runs."""
        return self._post.address if self._post else ""

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, the port really taken once it was started."""
        return f"http://{HOST}:{self._server.port if self._server else self._port}"

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        listener = socket.create_server((HOST, self._port))
        try:
            self._server = make_server(
                HOST, self._port, self._answer, threaded=True, request_handler=_Handler, fd=listener.fileno()
            )
        finally:
            listener.close()
        self._desk.callbacks.start()
        self._post = Post(HOST, self._desk)
        self._post.start()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, let callbacks under way finish, forget the rest. May be called twice."""
        if self._server and self._thread and self._post:
            self._post.stop()
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._desk.callbacks.stop()
            self._server = self._thread = self._post = None

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = BODY_LIMIT
        try:
            endpoint, values = self._routes.bind_to_environ(environ).match()
            response: Any = endpoint(request, **values)
        except HTTPException as exc:
            response = exc
        return list(response(environ, start_response))


def _rules(desk: Desk, publish: Callable[[str, str], None], topics: Mapping[str, str]) -> Iterable[Rule]:
    ses, sendgrid, twilio, sns = Ses(desk, publish, topics), SendGrid(desk), Twilio(desk), SnsSms(desk)
    control, pages = Control(desk), Pages(desk)
    table: tuple[tuple[str, str, Callable[..., Response]], ...] = (
        ("POST", "/api.sendgrid.com/v3/mail/send", sendgrid.mail_send),
        ("POST", "/api.eu.sendgrid.com/v3/mail/send", sendgrid.mail_send),
        ("GET", "/api.sendgrid.com/v3/scopes", sendgrid.scopes),
        ("GET", "/api.twilio.com/2010-04-01/Accounts/<sid>.json", twilio.account),
        ("POST", "/api.twilio.com/2010-04-01/Accounts/<sid>/Messages.json", twilio.messages),
        ("POST", "/ses/v2/email/outbound-emails", ses.send_email),
        ("GET", "/ses/v2/email/account", ses.account),
        ("POST", "/sms/", AwsSms(desk, publish, topics).answer),
        ("POST", "/sns/", sns.answer),
        ("POST", "/_sandbox/accounts", control.add_account),
        ("POST", "/_sandbox/faults", control.add_fault),
        ("GET", "/_sandbox/faults", control.faults),
        ("DELETE", "/_sandbox/faults", control.clear_faults),
        ("GET", "/_sandbox/journal", control.journal),
        ("DELETE", "/_sandbox/journal", control.clear_journal),
        ("GET", "/", pages.inbox),
        ("GET", "/inbox/<message_id>", pages.open),
        ("GET", "/messages", pages.messages),
        ("GET", "/messages/<message_id>", pages.message),
        ("GET", "/messages/<message_id>/files/<int:place>", pages.file),
        ("GET", "/static/<name>", pages.static),
    )
    routes = (*table, *all_routes(desk))
    return (Rule(path, methods=[method], endpoint=endpoint) for method, path, endpoint in routes)
