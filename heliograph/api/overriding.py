"""What one send does differently: sender, subject, copies and headers of a mail, the sender of a text message."""

import re
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core.core_schema import ValidationInfo

from heliograph.api.attaching import Attachments, as_files
from heliograph.api.shape import Shape
from heliograph.domain.attachment import File
from heliograph.domain.errors import BadInput
from heliograph.domain.recipient import email, header_text, phone
from heliograph.domain.senders import named, parts

MAX_COPIES: Final = 10
"""Addresses in each of cc, bcc and reply_to; with `to` fewer than the 50 that SES takes."""
MAX_HEADERS: Final = 10
MAX_VALUE: Final = 870
"""Characters of a header's value: SES takes no more."""
HEADERS: Final = (
    "Auto-Submitted",
    "Comments",
    "Feedback-ID",
    "Importance",
    "In-Reply-To",
    "Keywords",
    "List-Id",
    "Organization",
    "Precedence",
    "Priority",
    "References",
    "X-Auto-Response-Suppress",
    "X-Entity-Ref-ID",
    "X-Priority",
)
"""Headers that a caller may set, beside `X-Custom-…`; many another `X-` header gives orders to some provider."""

_KNOWN: Final = {name.lower(): name for name in HEADERS}
_CUSTOM: Final = re.compile(r"X-Custom-[A-Za-z0-9-]{1,40}", re.IGNORECASE)
_VALUE: Final = re.compile(r"[ -~]*")
_SENDER_ID: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _addresses(value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    path = f"overrides.email.{info.field_name}"
    return tuple(dict.fromkeys(email(one, path) for one in value))


def _header(value: str, info: ValidationInfo) -> str:
    return header_text(value, f"overrides.email.{info.field_name}")


def _sender(value: str) -> str:
    name, address = parts(header_text(value, _FROM))
    return named(name, email(address, _FROM))


def _headers(value: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, text in value.items():
        path = f"overrides.email.headers.{name[:40]}"
        known = _KNOWN.get(name.lower(), name if _CUSTOM.fullmatch(name) else "")
        if not known:
            raise BadInput(f"`{path}` may not be set: use X-Custom-... or one of {', '.join(HEADERS)}", field=path)
        if not _VALUE.fullmatch(text) or len(text) > MAX_VALUE:
            raise BadInput(f"`{path}` must be at most {MAX_VALUE} printable ASCII characters", field=path)
        found[known] = header_text(text, path)
    return found


def _sms_sender(value: str) -> str:
    if value.startswith("+"):
        return phone(value, _SENDER)
    if _SENDER_ID.fullmatch(value) or _SHORT_CODE.fullmatch(value):
        return value
    detail = f"`{_SENDER}` must be 1 to 11 letters and digits with a letter, a number in E.164, or a short code"
    raise BadInput(detail, field=_SENDER)


_FROM: Final = "overrides.email.from"
_SENDER: Final = "overrides.sms.sender_id"

Addresses = Annotated[
    tuple[str, ...], BeforeValidator(_listed), Field(min_length=1, max_length=MAX_COPIES), AfterValidator(_addresses)
]


class MailOverrides(Shape):
    """Of all mails of an event."""

    model_config = ConfigDict(serialize_by_alias=True)

    subject: Annotated[str, Field(min_length=1), AfterValidator(_header)] | None = None
    sender: Annotated[str, Field(max_length=320), AfterValidator(_sender)] | None = Field(
        default=None, alias="from", description="Of the same domain as the integration's sender."
    )
    reply_to: Addresses | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    headers: Annotated[dict[str, str], Field(max_length=MAX_HEADERS), AfterValidator(_headers)] | None = None


class EmailOverrides(MailOverrides):
    """Of a mail."""

    attachments: Attachments | None = None


def files(mail: EmailOverrides | None) -> tuple[File, ...]:
    """What a mail shall carry, as the use cases take it."""
    return as_files(mail.attachments or ()) if mail else ()


class SmsOverrides(Shape):
    """Of a text message."""

    sender_id: Annotated[str, AfterValidator(_sms_sender)] | None = None


class EventOverrides(Shape):
    """What all sends of an event have, where they do not say otherwise themselves. Files go with one send alone."""

    provider: str | None = Field(default=None, max_length=40, description="Use only this provider's integrations.")
    email: MailOverrides | None = None
    sms: SmsOverrides | None = None


class Overrides(EventOverrides):
    """What one send does differently. What is meant for another channel than the one that is used does nothing."""

    email: EmailOverrides | None = None
