"""Requests about contacts."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from heliograph.api.recipients import contact_fields
from heliograph.api.shapes import Shape
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON

MAX_BATCH: Final = 100
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {"name": ("first_name", "last_name")}
_REMOVABLE: Final = ("email", "phone", "first_name", "last_name", "name", "language", "timezone", "country", "meta")


class ContactBatchBody(Shape):
    """`POST /v1/contacts/batch`."""

    contacts: tuple[Any, ...] = Field(
        min_length=1, max_length=MAX_BATCH, description="Contacts as `POST /v1/contacts` takes them, up to 100."
    )


class PushTokenBody(Shape):
    """`POST` and `DELETE /v1/contacts/{identifier}/push-tokens`."""

    token: str = Field(min_length=1, max_length=4096, description="ExponentPushToken[...], 64 hex digits, or FCM's.")


def batch_item(given: Any, field: str) -> JSON:
    """One contact of a batch, checked.

    Raises:
        BadInput: names the field, with its place in the batch, and says what would be right.
    """
    if not isinstance(given, Mapping):
        raise BadInput(f"`{field}` must be an object", field=field)
    return contact_fields(given, field)


def contact_changes(given: Mapping[str, Any]) -> JSON:
    """`PATCH /v1/contacts/{identifier}`: checked fields, None for those to remove; unknown ones go to `meta`.

    Raises:
        BadInput: names the field and says what would be right.
    """
    removed: JSON = {}
    told: JSON = {}
    for name, value in given.items():
        if value is None and name in _REMOVABLE:
            removed |= dict.fromkeys(_NAMES.get(name, (name,)))
        elif value is None and name == "id":
            raise BadInput("`id` cannot be removed: delete or erase the contact instead", field="id")
        else:
            told[name] = value
    # The identifier is in the path; this one only stands in for it while the others are checked.
    checked = contact_fields({"id": "patched"} | told, "")
    if "id" not in given:
        del checked["id"]
    if removed.get("meta", "") is None and "meta" in checked:
        # `meta: null` beside unknown fields: everything goes but those.
        detail = "`meta` is removed and fields of it are given: send them in a `meta` object instead"
        raise BadInput(detail, field="meta")
    return removed | checked
