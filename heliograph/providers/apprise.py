"""Apprise: the long tail of chats and push apps, through an Apprise API server that a team runs itself.

Server:  https://github.com/caronc/apprise-api
Request: https://github.com/caronc/apprise-api/blob/master/swagger.yaml
URLs:    https://github.com/caronc/apprise/wiki
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from heliograph.domain import errors
from heliograph.domain.apprise_addresses import fault_of, tag
from heliograph.domain.chat_addresses import DEFAULT, https_host
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, reading, refusals
from heliograph.wire.refusals import Refusal

ALL: Final = "all"
"""The tag that every service of a configuration has, whether it has others or none."""
NO_CONTENT: Final = 204
FAILED: Final = 424
UPSTREAM: Final = re.compile(r"error=([1-5][0-9]{2})\b", re.ASCII)
"""How Apprise's log says with which status a service refused."""
PASSING: Final = frozenset({408, 425})

REFUSALS: Final = {
    "404": Refusal(errors.AccountTrouble),  # the address is no Apprise API server
    "405": Refusal(errors.AccountTrouble),
    "406": Refusal(errors.AccountTrouble),  # the server's URLs lead back to itself
    "417": Refusal(errors.AccountTrouble),  # /status: it cannot read its configuration
}
"""HTTP status of the server's own refusals, beside the usual ones."""


class Apprise:
    """Messages by whatever Apprise knows and is let through."""

    class Credentials(ProviderCredentials):
        """Where the server is, how to sign in there, and which of its configurations is ours."""

        server_url: str = Field(max_length=500)
        """https; a path may follow the host."""
        user: str = Field(default="", max_length=200, pattern="^[^:]*$")
        password: SecretStr | None = None
        config_key: SecretStr | None = Field(default=None, min_length=1, max_length=128)
        """Where `default` and tags lead. Where the server asks for no login, who knows it can send."""

        @field_validator("server_url")
        @classmethod
        def _is_https(cls, given: str) -> str:
            if not https_host(given) or "?" in given:
                raise ValueError("give the server's base URL: https, a host's name, and a path if it has one")
            return given.rstrip("/")

        @field_validator("config_key")
        @classmethod
        def _is_key(cls, given: SecretStr | None) -> SecretStr | None:
            if given and not re.fullmatch(r"[A-Za-z0-9_-]+", given.get_secret_value()):
                raise ValueError("a configuration's key has letters, digits, `_` and `-`")
            return given

        @model_validator(mode="after")
        def _both_or_none(self) -> Self:
            if bool(self.user) != bool(self.password):
                raise ValueError("give user and password, or neither of them")
            return self

    name: ClassVar[str] = "apprise"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.APPRISE})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False, reports=frozenset(), api="https://github.com/caronc/apprise-api"
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Have one message sent; the server answers when the service has, and nothing more is ever reported."""
        stored = message.to == DEFAULT or bool(tag(message.to))
        if stored and not credentials.config_key:
            detail = "this integration of Apprise needs a config_key for `default` and for tags"
            raise errors.Rejected(detail, reason=Reason.NOT_ALLOWED)
        # Looked at again: the list of schemes may have become shorter since the address was stored.
        if not stored and (fault := fault_of(message.to)):
            raise errors.Rejected(f"the address {fault}", reason=Reason.INVALID_RECIPIENT)
        request = _request(message)
        if stored and credentials.config_key:
            path = f"/notify/{credentials.config_key.get_secret_value()}"
            answer = _post(tools, credentials, path, request | {"tag": tag(message.to) or ALL})
        else:
            # A list: from a text the server would cut several URLs at commas.
            answer = _post(tools, credentials, "/notify", request | {"urls": [message.to]})
        if answer.status >= FIRST_FAILURE or answer.status == NO_CONTENT:
            raise _refusal(answer, stored=stored)
        return Accepted(provider_message_id=message.send_key)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Look at the configuration with its secrets hidden; without one ask how the server is."""
        key = credentials.config_key
        path = f"/json/urls/{key.get_secret_value()}?privacy=1" if key else "/status"
        with _to_our_server():
            answer = tools.outside.get(f"{credentials.server_url}{path}", auth=_login(credentials))
        if answer.status >= FIRST_FAILURE or answer.status == NO_CONTENT:
            raise _refusal(answer, stored=True)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """There is nothing to read.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature(
            "Apprise reports nothing about messages, so nothing that claims to be a report is one"
        )


@contextmanager
def _to_our_server() -> Iterator[None]:
    """The server's address is the account's, not the recipient's: that it leads inside stops every message."""
    try:
        yield
    except errors.Rejected as exc:
        if exc.reason is not Reason.INVALID_RECIPIENT:
            raise
        detail = "the server's address leads into a private network that is not in the setting `private_networks`"
        raise errors.AccountTrouble(detail) from exc


def _post(tools: Tools, credentials: Apprise.Credentials, path: str, request: JSON) -> Response:
    # One level of its log for all servers: what a service refused with stands there.
    headers = {"X-Apprise-Log-Level": "INFO"}
    with _to_our_server():
        return tools.outside.post(
            f"{credentials.server_url}{path}", json=request, headers=headers, auth=_login(credentials)
        )


def _login(credentials: Apprise.Credentials) -> tuple[str, str] | None:
    return (credentials.user, credentials.password.get_secret_value()) if credentials.password else None


def _request(message: Outgoing) -> JSON:
    title: str = message.data.get("title", "")
    request: JSON = {"body": message.html or message.text, "format": "html" if message.html else "text"}
    return request | ({"title": title} if title else {})


def _refusal(answer: Response, *, stored: bool) -> errors.ProviderError:
    if answer.status == NO_CONTENT:
        if stored:
            return errors.AccountTrouble("the server has no configuration under this config_key", code="204")
        return errors.Rejected("Apprise cannot read the address", code="204", reason=Reason.INVALID_RECIPIENT)
    if answer.status == FAILED:
        return _failure(answer, stored=stored)
    # The server's words are of its log, which may name URLs and with them secrets.
    return refusals.refusal("the Apprise server", answer, "", known=REFUSALS)


def _failure(answer: Response, *, stored: bool) -> errors.ProviderError:
    details = reading.typed(list, reading.member(reading.answered(answer), "details"))
    if stored and not details:
        detail = "no service of the configuration has this tag"
        return errors.Rejected(detail, code=str(FAILED), reason=Reason.INVALID_RECIPIENT)
    said = [int(found) for line in details for found in UPSTREAM.findall(str(line))]
    code = str(said[-1]) if said else str(FAILED)
    if stored:
        # Of several services some may have it.
        return errors.UnknownOutcome("not every service of the configuration took it", code=code)
    if code == "429":
        return errors.Throttled("the service wants fewer messages", code=code)
    if said and said[-1] in range(400, 500) and said[-1] not in PASSING:
        # The address holds the service's own login, so what it refuses is the address.
        reason = Reason.INVALID_RECIPIENT if said[-1] in {401, 403, 404, 410} else None
        return errors.Rejected(f"the service answered with status {code}", code=code, reason=reason)
    return errors.Transient("the service did not take it; the Apprise server's log says why", code=code)
