"""Every request body, one model each: validation and documentation come from them."""

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StrictBool, StringConstraints

from heliograph.api.labels import Metadata, Tags
from heliograph.api.overriding import Overrides
from heliograph.api.persisting import RETRIES, DeadlinesBody, Retries
from heliograph.api.profile import LANGUAGE, ContactBody
from heliograph.api.routing import RoutingBody
from heliograph.api.shape import DocumentedAs, Shape
from heliograph.api.stacking import StackBody
from heliograph.api.template_parts import TemplateBody
from heliograph.api.times import Hours, Lifetime, When, ZoneOrContact
from heliograph.domain.language import language_tag
from heliograph.domain.message import Lane
from heliograph.domain.model import JSON, Channel
from heliograph.domain.variants import MAX_WEIGHT

EVENT_NAME: Final = r"[a-z0-9][a-z0-9._-]{0,63}"
MAX_TO: Final = 320
"""Characters; no address is longer."""
MAX_MANY: Final = 100
"""Recipients or messages of one call."""
EventName = Annotated[str, StringConstraints(pattern=f"^{EVENT_NAME}$")]


def _iso(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("must be text in ISO 8601 with an offset, such as 2027-01-31T09:00:00+01:00")  # noqa: TRY004
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is no time; write ISO 8601 with an offset, such as 2027-01-31T09:00:00+01:00") from None
    if at.tzinfo is None:
        raise ValueError("has no offset; write it, such as 2027-01-31T09:00:00+01:00 or ...Z")
    return at


Moment = Annotated[AwareDatetime, BeforeValidator(_iso)]
LanguageTag = Annotated[
    str,
    AfterValidator(lambda text: language_tag(text, "language")),
    DocumentedAs(Annotated[str, Field(pattern=f"^{LANGUAGE}$")]),
]


def _text_or_object(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError("must be a mail address, a phone number, a contact's id, or a contact object")  # noqa: TRY004
    if isinstance(value, str) and len(value) > MAX_TO:
        raise ValueError(f"has {len(value)} characters and at most {MAX_TO} are taken")
    return value


_One = Annotated[str, Field(min_length=1, max_length=MAX_TO)] | ContactBody
Recipient = Annotated[str | JSON, BeforeValidator(_text_or_object), DocumentedAs(_One)]


def _one_or_many(value: Any) -> Any:
    if not isinstance(value, list):
        return _text_or_object(value)
    if not 1 <= len(value) <= MAX_MANY:
        raise ValueError(f"has {len(value)} recipients; give 1 to {MAX_MANY}, and the rest in a further call")
    return value


Recipients = Annotated[
    str | JSON | list[Any],
    BeforeValidator(_one_or_many),
    DocumentedAs(_One | Annotated[list[_One], Field(min_length=1, max_length=MAX_MANY)]),
]
"""Each of a list is checked by itself, so that one may be wrong while others are sent."""


class SendBody(Shape):
    """`POST /v1/send/{event}` and `/v1/send/{event}/{channel}`."""

    to: Recipients = Field(
        description="A mail address, a phone number in E.164, a contact's id, a Slack user or #channel, a push token,"
        " a contact object, or a list of up to 100 of them."
    )
    payload: dict[str, Any] = Field(default_factory=dict, description="Variables for the templates.")
    language: LanguageTag | None = None
    send_at: When | None = Field(default=None, description="Not before; without an offset it is local to `timezone`.")
    timezone: ZoneOrContact | None = Field(default=None, description="`contact`, or a zone such as Europe/Stockholm.")
    window: Hours | None = Field(default=None, description="Opening hours such as Mo-Fr 08:00-16:30, where they are.")
    expires_at: Moment | None = Field(default=None, description="What is not handed over by then is not sent.")
    expires_in: Lifetime | None = Field(default=None, description="The same, in seconds after it is due.")
    deadlines: DeadlinesBody | None = Field(default=None, description="How long it is tried; else as the event says.")
    retries: Retries | None = Field(default=None, description=RETRIES)
    id: str | None = Field(default=None, min_length=1, max_length=255, description="Your id; also the idempotency key.")
    priority: Lane | None = None
    increment_id: str | None = Field(
        default=None, min_length=1, max_length=255, description="What is stacked together, where the event has a stack."
    )
    overrides: Overrides = Overrides()
    metadata: Metadata = Field(default_factory=dict, description="Texts of your own, at most 2 KB; shown again.")
    tags: Tags = Field(default=(), description="At most nine, by which notifications can be listed.")


class TrackingBody(Shape):
    """What an event wants to know of its mails; off unless it is switched on."""

    opens: StrictBool = False
    clicks: StrictBool = False


class EventBody(RoutingBody):
    """`PUT /v1/events/{name}`: the draft."""

    title: str = Field(default="", max_length=200)
    channels: tuple[Channel, ...] = Field(min_length=1, description="In order; `routing` says how many are used.")
    templates: Annotated[dict[str, dict[str, Any]], DocumentedAs(dict[str, TemplateBody])] = Field(
        description="`email` or `email.sv` (a channel, or a channel and a language) to its parts: subject, html, text;"
        " and `variants`, each with a name, a weight and the parts that it has instead."
    )
    priority: Lane = Lane.NORMAL
    tracking: TrackingBody = TrackingBody()
    window: Hours | None = Field(default=None, description="When its messages may go, where the contact is.")
    expires_in: Lifetime | None = Field(default=None, description="Seconds after they are due.")
    deadlines: DeadlinesBody | None = Field(default=None, description="How long its messages are tried.")
    retries: Retries | None = Field(default=None, description=RETRIES)
    stack: StackBody | None = Field(default=None, description="What is sent to a contact within a time goes as one.")


class NewEventBody(EventBody):
    """`POST /v1/events`."""

    name: EventName


class IntegrationBody(Shape):
    """`POST /v1/integrations`."""

    provider: str = Field(max_length=40)
    name: str = Field(default="", max_length=100)
    sender: str = Field(
        default="", max_length=320, description="`Ada <ada@example.com>`, a phone number or a sender id."
    )
    credentials: dict[str, Any] = Field(default_factory=dict, description="The provider's fields; never shown again.")
    check: StrictBool = Field(default=False, description="Ask the provider first; what it refuses is not added.")


class OrderBody(Shape):
    """`PUT /v1/integrations/order`: all integrations of a channel, first choice first."""

    channel: Channel
    ids: tuple[str, ...]
    weights: dict[str, Annotated[int, Field(strict=True, ge=0, le=MAX_WEIGHT)]] | None = Field(
        default=None,
        description="Shares by id: each message goes first to one that is drawn by them, and then by the order. Left"
        " out: all go to the first.",
    )
