"""Parameters that several endpoints share."""

from typing import Final

from cli.openapi.operation import Parameter
from heliograph.api.answers.answer import NOTIFICATION
from heliograph.api.inbox import SHOWS
from heliograph.api.labels import MAX_TAG
from heliograph.api.request import MAX_KEY
from heliograph.api.shapes import EVENT_NAME, MAX_TO
from heliograph.api.suppressions import MAX_ADDRESS
from heliograph.api.templating import LAYOUT_NAME
from heliograph.domain.model import JSON, Channel
from heliograph.domain.status import Status
from heliograph.usecases.paging import MAX_PAGE, PAGE

CHANNEL_SCHEMA: Final[JSON] = {"type": "string", "enum": [channel.value for channel in Channel]}
_VERSION: Final[JSON] = {"type": "string", "pattern": "^([1-9][0-9]{0,5}|draft)$"}

EVENT: Final = Parameter(
    name="event",
    place="path",
    schema={"type": "string", "pattern": f"^{EVENT_NAME}$"},
    description="The event's name.",
    example="welcome",
)
NAME: Final = Parameter(
    name="name",
    place="path",
    schema={"type": "string", "pattern": f"^{EVENT_NAME}$"},
    description="The event's name.",
    example="welcome",
)
LAYOUT: Final = Parameter(
    name="name",
    place="path",
    schema={"type": "string", "pattern": f"^{LAYOUT_NAME}$"},
    description="The name of the layout or partial.",
    example="base",
)
NUMBER: Final = Parameter(
    name="number",
    place="path",
    schema={"type": "integer", "minimum": 1, "maximum": 999_999},
    description="The version's number.",
    example=1,
)
NOTIFICATION_ID: Final = Parameter(
    name="notification",
    place="path",
    schema={"type": "string", "pattern": NOTIFICATION},
    description="The id that the send answered.",
    example="kofqzszqswbc7fh7f6y6h5emjq",
)
BATCH: Final = Parameter(
    name="batch",
    place="path",
    schema={"type": "string", "pattern": NOTIFICATION},
    description="The id that the call answered.",
    example="oh6vnadotq5uwwubqcndiqyhfg",
)
IDENTIFIER: Final = Parameter(
    name="identifier",
    place="path",
    schema={"type": "string", "minLength": 1, "maxLength": MAX_TO},
    description="The contact's id, mail address or phone number, URL-encoded.",
    example="ada",
)
CHANNEL: Final = Parameter(
    name="channel", place="path", schema=CHANNEL_SCHEMA, description="Over this channel alone.", example="email"
)
ADDRESS: Final = Parameter(
    name="address",
    place="path",
    schema={"type": "string", "minLength": 1, "maxLength": MAX_ADDRESS},
    description="A mail address, a number, or what the channel calls an address, URL-encoded.",
    example="grace@example.com",
)
LIMIT: Final = Parameter(
    name="limit",
    place="query",
    schema={"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE},
    description="Entries of a page.",
    example=20,
)
CURSOR: Final = Parameter(
    name="cursor", place="query", schema={"type": "string"}, description="`next_cursor` of the page before."
)
SEARCH: Final = Parameter(
    name="search",
    place="query",
    schema={"type": "string", "maxLength": MAX_TO},
    description="Whose id, mail address, number, name or last name begins with it.",
    example="ada",
)
SHOW: Final = Parameter(
    name="show",
    place="query",
    schema={"type": "string", "enum": list(SHOWS), "default": SHOWS[0]},
    description="What is not archived, what of it was not read, or what is archived.",
    example="unread",
)
ITEM: Final = Parameter(
    name="item",
    place="path",
    schema={"type": "string", "maxLength": 50},
    description="The item's `id`.",
    example="1772355610000-hbygf44ylksavqzvhi2borhjld-0",
)
OF_CHANNEL: Final = Parameter(
    name="channel", place="query", schema=CHANNEL_SCHEMA, description="Of this channel alone.", example="email"
)
FILTERS: Final = (
    Parameter(
        name="tag",
        place="query",
        schema={"type": "string", "maxLength": MAX_TAG},
        description="With this tag.",
        example="shop",
    ),
    Parameter(
        name="event",
        place="query",
        schema={"type": "string", "maxLength": 64},
        description="Of this event.",
        example="welcome",
    ),
    Parameter(
        name="status",
        place="query",
        schema={"type": "string", "enum": [status.value for status in Status]},
        description="That stand at this status.",
        example="delivered",
    ),
    OF_CHANNEL,
)
FROM: Final = Parameter(
    name="from",
    place="query",
    schema=_VERSION,
    description="A version or `draft`; what is published when it is left out.",
    example="1",
)
TO: Final = Parameter(
    name="to",
    place="query",
    schema=_VERSION,
    description="A version or `draft`, which it is when left out.",
    example="draft",
)
STRICT: Final = Parameter(
    name="strict",
    place="query",
    schema={"type": "boolean", "default": False},
    description="Whether an event without a published version is refused (409) and nothing stored.",
)
WAIT: Final = Parameter(
    name="wait",
    place="query",
    schema={"type": "string", "enum": ["0", "1"]},
    description="`0`: do not wait for the providers' answers.",
)
KEY: Final = Parameter(
    name="Idempotency-Key",
    place="header",
    schema={"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[ -~]*[!-~][ -~]*$"},
    description="The same request under the same key is one notification. `X-Idempotency-Key` is the same.",
    example="order-4711",
)
