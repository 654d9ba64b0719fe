"""`to` and contacts: strings and objects become checked fields of a contact."""

import re
from collections.abc import Mapping
from typing import Any

from heliograph.api.profile import ContactBody, checked_fields, contact_id
from heliograph.domain import addressing
from heliograph.domain.contact import ADDRESSES
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.recipient import email, phone

_LOOKS_LIKE_A_NUMBER = re.compile(r"[\d\s().-]{5,}")


def recipient(to: Any, field: str = "to") -> JSON:
    """`to` as fields of a contact: a mail address, a phone number, a contact's id, or an object of them.

    A Slack channel or a push token comes back as `slack` or `push` alone, and an object of nothing but addresses of
    chats as it is; no contact belongs to them.

    Raises:
        BadInput: names the field and says what would be right.
    """
    if isinstance(to, Mapping):
        return _bare(to, field) or contact_fields(to, field)
    if not isinstance(to, str) or not to.strip():
        raise BadInput(
            f"`{field}` must be a mail address, a phone number such as +46701234567, a contact's id or an object",
            field=field,
            code="MISSING_IDENTIFIER",
        )
    if bare := addressing.certain(to):
        return bare
    if "@" in to:
        return {"email": email(to, field)}
    if to.startswith("+") or _LOOKS_LIKE_A_NUMBER.fullmatch(to):
        return {"phone": phone(to, field)}
    return {"id": contact_id(to, field)}


def _bare(to: Mapping[str, Any], field: str) -> JSON | None:
    """Nothing but addresses of chats and webhooks, each checked; None where anything else is told."""
    return checked_fields(to, field) if to and all(name in ADDRESSES and value for name, value in to.items()) else None


def contact_fields(given: Mapping[str, Any], field: str) -> JSON:
    """An object's fields, checked; what a contact has no field for goes to `meta`.

    Raises:
        BadInput: names the field and says what would be right, also when nothing names the contact.
    """
    told = checked_fields(given, field)
    meta = told.pop("meta", None)
    name = told.pop("name", None)
    found: JSON = {} if name is None else split_name(name)
    found |= {field: value for field, value in told.items() if value is not None}
    if not any(found.get(name) for name in ("id", "email", "phone")):
        where = f"`{field}` " if field else ""
        raise BadInput(f"{where}needs an `id`, an `email` or a `phone`", field=field, code="MISSING_IDENTIFIER")
    extra = {name: value for name, value in given.items() if name not in ContactBody.model_fields}
    if meta or extra:
        found["meta"] = {**(meta or {}), **extra}
    return found


def split_name(name: str) -> JSON:
    """A person's whole name as `first_name` and, if there is more of it, `last_name`."""
    first, _, last = name.strip().partition(" ")
    return {"first_name": first} | ({"last_name": last.strip()} if last else {})
