"""What Notifuse's two endpoints take, as the vendor documents it."""

# ruff: noqa: N815 - fields have the vendor's own names

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from heliograph.api.recipients import contact_fields
from heliograph.api.shape import DocumentedAs, Shape
from heliograph.domain.model import JSON

MAX_MESSAGES: Final = 50
MAX_USERS: Final = 100


class _Documented(BaseModel):
    """What the vendor documents; the rest is kept apart, to be named."""

    model_config = ConfigDict(frozen=True, extra="allow", str_max_length=100_000)
    PROFILE: ClassVar[Mapping[str, str]]
    """Field -> ours."""

    def fields(self) -> JSON:
        """The person's fields in our words.

        Raises:
            BadInput: one of them is not what it should be.
        """
        named = {ours: value for theirs, ours in self.PROFILE.items() if (value := getattr(self, theirs))}
        return contact_fields(named, "")


class NotifuseMessage(_Documented):
    """One of `messages`."""

    PROFILE: ClassVar[Mapping[str, str]] = {
        "userId": "id",
        "userEmail": "email",
        "userTelephone": "phone",
        "userLanguage": "language",
        "userTimezone": "timezone",
        "userFirstName": "first_name",
        "userLastName": "last_name",
        "userPhotoURL": "photoURL",
        "userCountry": "country",
    }

    notificationId: str = Field(max_length=100)
    userId: str = Field(min_length=1)
    data: dict[str, Any] = Field(default_factory=dict)
    id: str | None = Field(default=None, min_length=1, max_length=255)
    incrementId: str | None = Field(default=None, max_length=255)
    userEmail: str | None = None
    userTelephone: str | None = None
    userLanguage: str | None = None
    userTimezone: str | None = None
    userFirstName: str | None = None
    userLastName: str | None = None
    userPhotoURL: str | None = None
    userCountry: str | None = None
    widgetSettingsOverride: dict[str, Any] = Field(default_factory=dict)
    emailSettingsOverride: dict[str, Any] = Field(default_factory=dict)


class NotifuseUser(_Documented):
    """One of `users`; what is not documented is free data for templates."""

    PROFILE: ClassVar[Mapping[str, str]] = {
        "id": "id",
        "email": "email",
        "telephone": "phone",
        "language": "language",
        "timezone": "timezone",
        "firstName": "first_name",
        "lastName": "last_name",
        "photoURL": "photoURL",
        "country": "country",
    }

    id: str = Field(min_length=1)
    email: str | None = None
    telephone: str | None = None
    language: str | None = None
    timezone: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    photoURL: str | None = None
    country: str | None = None

    def fields(self) -> JSON:
        """The same with the free data in `meta`."""
        known = super().fields()
        meta = {**(self.model_extra or {}), **known.get("meta", {})}
        return known | ({"meta": meta} if meta else {})


class MessagesBody(Shape):
    """`POST /messages.send`."""

    messages: list[Annotated[Any, DocumentedAs(NotifuseMessage)]] = Field(min_length=1, max_length=MAX_MESSAGES)


class UsersBody(Shape):
    """`POST /users.upsert`."""

    users: list[Annotated[Any, DocumentedAs(NotifuseUser)]] = Field(min_length=1, max_length=MAX_USERS)
