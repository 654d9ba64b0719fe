"""OneSignal: pushes to a subscription, or to all devices of a user. What became of one is fetched.

Requests: https://documentation.onesignal.com/reference/push-notification
Messages: https://documentation.onesignal.com/reference/view-message
"""

import uuid
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

from pydantic import Field, SecretStr

from heliograph.domain import errors
from heliograph.domain.model import JSON, Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.polling import Answer, Question
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.push_tokens import EXTERNAL
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import FIRST_FAILURE, Response, Tools
from heliograph.wire import doors, masking, reading, refusals

API: Final = "https://api.onesignal.com/notifications"
NAMESPACE: Final = uuid.UUID("0a8f5c5e-6c3f-5b6e-8a55-51f6f2c0d7aa")
"""Of the idempotency keys that are made from send keys."""
MONTH: Final = 30 * 24 * 3600
ASKS_IN: Final = 900
UUID: Final = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
NOBODY: Final = ("invalid_player_ids", "invalid_aliases", "invalid_external_user_ids", "invalid_subscription_ids")
"""Members of `errors` that name recipients whom OneSignal does not know, or who unsubscribed."""
NOT_SUBSCRIBED: Final = "not subscribed"


class OneSignal:
    """Pushes by OneSignal."""

    class Credentials(ProviderCredentials):
        """One app and its key."""

        account_fields: ClassVar[tuple[str, ...] | None] = ("app_id",)

        app_id: str = Field(pattern=UUID)
        api_key: SecretStr = Field(min_length=8)
        """The app's API key, not the organisation's."""

    name: ClassVar[str] = "onesignal"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.PUSH})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=False,
        reports=frozenset(),
        answers=frozenset({EventKind.SENT, EventKind.DELIVERED, EventKind.FAILED}),
        send_key_seconds=MONTH,
        api="https://documentation.onesignal.com/reference/push-notification",
        events="https://documentation.onesignal.com/reference/view-message",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Hand one push over, under an idempotency key, and ask later what became of it."""
        request = _request(message, credentials.app_id, tools.now())
        answer = tools.http.post(f"{API}?c=push", json=request, headers=_headers(credentials))
        told = reading.answered(answer)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, told, message.to)
        if not (name := reading.text(told, "id")):
            raise _unknown(told, message.to, answer.status)
        return Accepted(provider_message_id=name, asks_in=ASKS_IN)

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """List one message of the app."""
        query = urlencode({"app_id": credentials.app_id, "limit": "1"})
        answer = tools.http.get(f"{API}?{query}", headers=_headers(credentials))
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, reading.answered(answer), "")

    def poll(self, question: Question, credentials: Credentials, tools: Tools) -> Answer:
        """Fetch the message's counts; while some of it remains to be sent, they will change."""
        query = urlencode({"app_id": credentials.app_id})
        answer = tools.http.get(f"{API}/{quote(question.id, safe='')}?{query}", headers=_headers(credentials))
        told = reading.answered(answer)
        if answer.status >= FIRST_FAILURE:
            raise _refusal(answer, told, "")
        counts = {name: _count(told, name) for name in ("successful", "failed", "errored", "remaining", "received")}
        kind = _kind(counts)
        if kind is None:
            return Answer(more=True)
        return Answer(events=(_event(kind, counts, question),), more=kind is EventKind.SENT)

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 # nothing can come
        """Refuse everything.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("OneSignal posts no reports here: what became of a message is fetched from it")


def _headers(credentials: OneSignal.Credentials) -> dict[str, str]:
    return {"Authorization": f"Key {credentials.api_key.get_secret_value()}"}


def _request(message: Outgoing, app_id: str, now: int) -> JSON:
    data, to = message.data, message.to
    whom: JSON = {"include_subscription_ids": [to]}
    if to.startswith(EXTERNAL):
        whom = {"include_aliases": {"external_id": [to.removeprefix(EXTERNAL)]}}
    request: JSON = {
        "app_id": app_id,
        "target_channel": "push",
        **whom,
        "headings": {"en": message.subject},
        "contents": {"en": message.text or message.subject},
        "idempotency_key": str(uuid.uuid5(NAMESPACE, message.send_key)),
    }
    request |= {name: data[name] for name in ("url", "data") if name in data}
    if "image" in data:
        request |= {"big_picture": data["image"], "ios_attachments": {"image": data["image"]}}
        request["chrome_web_image"] = data["image"]
    if "badge" in data:
        request |= {"ios_badgeType": "SetTo", "ios_badgeCount": data["badge"]}
    if "sound" in data:
        request["ios_sound"] = data["sound"]
    if "collapse" in data:
        request["collapse_id"] = data["collapse"]
    if message.expires:
        request["ttl"] = min(max(0, message.expires - now), MONTH)
    return request


def _unknown(told: Any, to: str, status: int) -> errors.ProviderError:
    """OneSignal answered with 200 and made no message: nobody is there to get it."""
    found = reading.member(told, "errors")
    names = [name for name in NOBODY if reading.member(found, name)]
    text = _words(found, to) or ", ".join(names)
    if names or NOT_SUBSCRIBED in text:
        # A user of our own naming may come back; a subscription that OneSignal does not know never does.
        dead = bool(names) and not to.startswith(EXTERNAL)
        return errors.Rejected(text, code=(names or [NOT_SUBSCRIBED])[0], reason=Reason.INVALID_RECIPIENT, dead=dead)
    return errors.UnknownOutcome(text or "OneSignal's answer names no message", code=str(status))


def _refusal(answer: Response, told: Any, to: str) -> errors.ProviderError:
    return refusals.refusal("OneSignal", answer, _words(reading.member(told, "errors"), to))


def _words(found: Any, to: str) -> str:
    """The texts of `errors`, which is a list of texts, of objects with a `title`, or an object."""
    texts = [one if isinstance(one, str) else reading.text(one, "title") for one in reading.typed(list, found)]
    address = to.removeprefix(EXTERNAL)
    text = "; ".join(filter(None, texts))
    return masking.hide_mail(text.replace(address, "(recipient)") if address else text)[: masking.LONGEST_TEXT]


def _count(told: Any, name: str) -> int:
    value = reading.member(told, name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _kind(counts: dict[str, int]) -> EventKind | None:
    """What the counts say: a device confirmed it, a push service took it, or neither; None: it is not known yet."""
    if counts["received"]:
        return EventKind.DELIVERED
    if counts["successful"]:
        return EventKind.SENT
    if counts["remaining"]:
        return None
    return EventKind.FAILED if counts["failed"] or counts["errored"] else None


def _event(kind: EventKind, counts: dict[str, int], question: Question) -> ProviderEvent:
    """`failed` counts devices that unsubscribed or are gone, `errored` those of whom nobody knows why."""
    gone = Reason.INVALID_RECIPIENT if counts["failed"] else Reason.PROVIDER_ERROR
    return ProviderEvent(
        kind=kind,
        provider_message_id=question.id,
        echo=question.echo,
        event_id=f"counts-{question.id}",
        reason=gone if kind is EventKind.FAILED else "",
        raw={"counts": counts},
    )
