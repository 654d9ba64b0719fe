"""A contact's fields as callers give them: one model for `to`, for contacts and for changes of them."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from heliograph.api.shape import DocumentedAs
from heliograph.domain import apprise_addresses, chat_addresses
from heliograph.domain.chat_addresses import MAX_ADDRESS
from heliograph.domain.errors import BadInput
from heliograph.domain.language import language_tag
from heliograph.domain.model import JSON
from heliograph.domain.recipient import MAX_EMAIL, MAX_PHONE, email, header_text, phone
from heliograph.domain.zones import zone_name

CONTACT_ID: Final = r"[A-Za-z0-9][A-Za-z0-9._:@+|-]{0,127}"
COUNTRY: Final = r"[A-Z]{2}"
LANGUAGE: Final = r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}"
MAX_ID: Final = 128
MAX_NAME: Final = 200
MAX_LANGUAGE: Final = 30
MAX_ZONE: Final = 64
_ID: Final = re.compile(CONTACT_ID)
_COUNTRY: Final = re.compile(COUNTRY)

type Check = Callable[[str, str], str]
"""(text, path of the field) -> the text in our form; raises BadInput."""


def joined(field: str, name: str) -> str:
    """The path of a member of *field*."""
    return f"{field}.{name}" if field else name


def contact_id(text: str, field: str) -> str:
    """A contact's id, as the caller chose it.

    Raises:
        BadInput: it is none.
    """
    if not _ID.fullmatch(text):
        raise BadInput(
            f"`{field}` is no mail address, no phone number with + and country code, and no contact id"
            f" (1 to {MAX_ID} of A-Z a-z 0-9 . _ : @ + | -, beginning with a letter or digit)",
            field=field,
        )
    return text


def _country(text: str, field: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise BadInput(f"`{field}` must be two upper-case letters of ISO 3166 such as `SE`", field=field)
    return text


def _name(text: str, field: str) -> str:
    if len(text) > MAX_NAME:
        raise BadInput(f"`{field}` has {len(text)} characters and at most {MAX_NAME} are taken", field=field)
    return header_text(text, field)


def _checked(check: Check) -> BeforeValidator:
    def run(value: Any, info: ValidationInfo) -> str | None:
        field = joined(info.context or "", str(info.field_name))
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadInput(f"`{field}` must be text", field=field)
        return check(value, field)

    return BeforeValidator(run)


def _object(value: Any, info: ValidationInfo) -> Any:
    field = joined(info.context or "", str(info.field_name))
    if value is not None and not isinstance(value, dict):
        raise BadInput(f"`{field}` must be an object", field=field)
    return value


def _text(longest: int, pattern: str | None = None) -> DocumentedAs:
    return DocumentedAs(Annotated[str, Field(max_length=longest, pattern=pattern and f"^{pattern}$")] | None)


# Outside the model: inside, a field's name would hide the check of the same name.
Id = Annotated[str | None, _checked(contact_id), _text(MAX_ID, CONTACT_ID)]
Email = Annotated[str | None, _checked(email), _text(MAX_EMAIL)]
Phone = Annotated[str | None, _checked(phone), _text(MAX_PHONE)]
Name = Annotated[str | None, _checked(_name), _text(MAX_NAME)]
Language = Annotated[str | None, _checked(language_tag), _text(MAX_LANGUAGE, LANGUAGE)]
Zone = Annotated[str | None, _checked(zone_name), _text(MAX_ZONE)]
Country = Annotated[str | None, _checked(_country), _text(2, COUNTRY)]
Slack = Annotated[str | None, _checked(chat_addresses.slack), _text(MAX_ADDRESS)]
Teams = Annotated[str | None, _checked(chat_addresses.teams), _text(MAX_ADDRESS)]
Discord = Annotated[str | None, _checked(chat_addresses.discord), _text(MAX_ADDRESS)]
Telegram = Annotated[str | None, _checked(chat_addresses.telegram), _text(MAX_ADDRESS)]
Webhook = Annotated[str | None, _checked(chat_addresses.webhook), _text(MAX_ADDRESS)]
Apprise = Annotated[str | None, _checked(apprise_addresses.apprise), _text(MAX_ADDRESS)]


class ContactBody(BaseModel):
    """A person. At least one of `id`, `email` and `phone` is needed; fields that are not named here go to `meta`.

    The context of the validation is the path of the object in the request, for what errors say.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    id: Id = Field(default=None, description="Your id for the person.")
    email: Email = Field(default=None, description="A bare mail address.")
    phone: Phone = Field(default=None, description="A number with `+` and country code (E.164).")
    name: Name = Field(default=None, description="Split into `first_name` and `last_name`.")
    first_name: Name = None
    last_name: Name = None
    language: Language = Field(default=None, description="BCP 47, such as `sv-FI`.")
    timezone: Zone = Field(default=None, description="Of the IANA list, such as `Europe/Stockholm`.")
    country: Country = Field(default=None, description="ISO 3166, two upper-case letters.")
    slack: Slack = Field(default=None, description="A Slack user or channel (`U024BE7LH`, `#general`), or `default`.")
    teams: Teams = Field(default=None, description="The URL of a Workflows webhook of Microsoft Teams, or `default`.")
    discord: Discord = Field(default=None, description="The id of a channel, or the URL of a webhook, or `default`.")
    telegram: Telegram = Field(default=None, description="A chat's id, or `@name` of a public channel.")
    webhook: Webhook = Field(default=None, description="An https address of yours that takes signed webhooks.")
    apprise: Apprise = Field(default=None, description="An Apprise URL, `tag:NAME`, or `default`.")
    meta: Annotated[dict[str, Any] | None, BeforeValidator(_object)] = Field(
        default=None, description="Anything else that templates may use."
    )


def _kept(value: Any) -> Any:
    if value is None:
        raise BadInput("`id` cannot be removed: delete or erase the contact instead", field="id")
    return value


class ContactPatchBody(ContactBody):
    """Changes of a contact: what is given is merged, `null` removes a field, and inside `meta` a key."""

    id: Annotated[
        str | None,
        _checked(contact_id),
        BeforeValidator(_kept),
        DocumentedAs(Annotated[str, Field(max_length=MAX_ID, pattern=f"^{CONTACT_ID}$")]),
    ] = Field(default=None, description="As it is: it cannot be changed.")


def checked_fields(given: Mapping[str, Any], field: str, model: type[ContactBody] = ContactBody) -> JSON:
    """A contact's own fields among *given*, each in our form; None where null was given.

    Raises:
        BadInput: names the field and says what would be right.
    """
    own = {name: value for name, value in given.items() if name in model.model_fields}
    body = model.model_validate(own, context=field)
    return {name: getattr(body, name) for name in own}
