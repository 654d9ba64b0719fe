"""Microsoft Teams: an Adaptive Card to a Workflows webhook, which posts it into its channel or chat.

Webhooks: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
Cards:    https://learn.microsoft.com/en-us/adaptive-cards/
"""

import json
import re
from dataclasses import replace
from typing import ClassVar, Final

from pydantic import SecretStr, field_validator

from heliograph.domain import errors
from heliograph.domain.chat_addresses import DEFAULT, is_teams
from heliograph.domain.model import JSON, Accepted, Channel, Outgoing, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, reading, refusals

LARGEST: Final = 28 * 1024
"""Bytes of a message."""
CARD: Final = "application/vnd.microsoft.card.adaptive"
VERSION: Final = "1.4"
RUN: Final = "x-ms-workflow-run-id"
GONE: Final = frozenset({401, 403, 404, 410})
"""The URL's signature is not valid, or the workflow was switched off or removed."""
UNDELIVERED: Final = re.compile(rb"\s*Webhook message delivery failed(?:.{0,100}?HTTP error ([0-9]{3}))?", re.DOTALL)
"""How an older connector answers, with status 200, for what Teams refused."""
UNREACHED: Final = 502
"""Status for a connector's failure that names none."""
CLOSED: Final = frozenset({"WorkflowTriggerIsNotEnabled", "WorkflowNotFound"})


class Teams:
    """Cards into channels and chats of Microsoft Teams."""

    class Credentials(ProviderCredentials):
        """A webhook of our own side, for the address `default`; contacts may have theirs."""

        webhook_url: SecretStr | None = None

        @field_validator("webhook_url")
        @classmethod
        def _is_microsofts(cls, given: SecretStr | None) -> SecretStr | None:
            if given and not is_teams(given.get_secret_value()):
                raise ValueError("paste the workflow's HTTP POST URL as Teams shows it: it leads to Microsoft")
            return given

    name: ClassVar[str] = "teams"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.TEAMS})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        api="https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one card over; the workflow posts it a moment later, and reports nothing."""
        own = message.to == DEFAULT
        if own and not credentials.webhook_url:
            detail = "this integration of Teams needs a webhook_url for the address `default`"
            raise errors.Rejected(detail, reason=Reason.NOT_ALLOWED)
        url = credentials.webhook_url.get_secret_value() if own and credentials.webhook_url else message.to
        if not is_teams(url):
            raise errors.Rejected("the address is no webhook of Teams", reason=Reason.INVALID_RECIPIENT)
        content = json.dumps(_request(message), ensure_ascii=False).encode()
        if len(content) > LARGEST:
            raise errors.Rejected(
                f"the card has {len(content)} bytes and Teams takes {LARGEST}; shorten it", code="413"
            )
        answer = _unwrapped(tools.http.post(url, content=content, headers={"Content-Type": "application/json"}))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, theirs=not own)
        return Accepted(provider_message_id=answer.headers.get(RUN, "") or message.send_key)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Look whether something is there: a workflow runs for a POST alone, so a GET starts nothing."""
        if not credentials.webhook_url:
            return
        answer = tools.http.get(credentials.webhook_url.get_secret_value())
        if answer.status in {401, 403, 410}:
            raise _refusal(answer, theirs=False)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """There is nothing to read.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("Teams reports nothing about messages, so nothing that claims to be a report is one")


def _request(message: Outgoing) -> JSON:
    card = message.data.get("card") or _card(message.data.get("title", ""), message.text)
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def _card(title: str, text: str) -> JSON:
    heading = [{"type": "TextBlock", "text": title, "weight": "Bolder", "size": "Medium", "wrap": True}]
    body = [{"type": "TextBlock", "text": text, "wrap": True}]
    schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    blocks = (heading if title else []) + (body if text else [])
    return {"type": "AdaptiveCard", "$schema": schema, "version": VERSION, "body": blocks}


def _unwrapped(answer: Response) -> Response:
    """The answer under the status that it names in its text, where an older connector wraps a failure in a 200."""
    found = UNDELIVERED.match(answer.body) if answer.status < FIRST_FAILURE else None
    return replace(answer, status=int(found[1] or UNREACHED)) if found else answer


def _refusal(answer: Response, *, theirs: bool) -> errors.ProviderError:
    told = reading.answered(answer)
    code, text = reading.text(told, "error", "code"), reading.text(told, "error", "message")[:200]
    if answer.status in GONE or code in CLOSED:
        detail = text or "the workflow is gone or its URL is another"
        if theirs:
            return errors.Rejected(detail, code=code or str(answer.status), reason=Reason.INVALID_RECIPIENT)
        return errors.AccountTrouble(detail, code=code or str(answer.status))
    return refusals.refusal("Teams", answer, text, code=code)
