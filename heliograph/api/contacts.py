"""Requests about contacts."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from heliograph.api.profile import ContactBody, ContactPatchBody, checked_fields
from heliograph.api.recipients import contact_fields, split_name
from heliograph.api.shape import DocumentedAs, Shape
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON

MAX_BATCH: Final = 100


class ContactBatchBody(Shape):
    """`POST /v1/contacts/batch`."""

    contacts: tuple[Annotated[Any, DocumentedAs(ContactBody)], ...] = Field(
        min_length=1, max_length=MAX_BATCH, description="Each is checked by itself, as `POST /v1/contacts` does."
    )


class PushTokenBody(Shape):
    """`POST` and `DELETE /v1/contacts/{identifier}/push-tokens`."""

    token: str = Field(
        min_length=1,
        max_length=4096,
        description=(
            "`ExponentPushToken[...]`, 64 hex digits of APNs, FCM's, a browser's subscription as JSON text, or"
            " OneSignal's subscription id or `external_id:ID`."
        ),
    )


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
    told = checked_fields(given, "", ContactPatchBody)
    meta = told.pop("meta", {})
    more = {name: value for name, value in given.items() if name not in ContactPatchBody.model_fields}
    if meta is None and more:
        detail = "`meta` is removed and fields of it are given: send them in a `meta` object instead"
        raise BadInput(detail, field="meta")
    changes: JSON = {}
    if "name" in told:
        name = told.pop("name")
        changes = dict.fromkeys(("first_name", "last_name")) if name is None else split_name(name)
    changes |= told
    if meta is None:
        return changes | {"meta": None}
    return changes | ({"meta": meta | more} if meta or more else {})
