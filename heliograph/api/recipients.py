"""`to` and contacts: strings and objects become checked fields of a contact."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from heliograph.domain.errors import BadInput
from heliograph.domain.language import language_tag
from heliograph.domain.model import JSON
from heliograph.domain.recipient import email, header_text, phone
from heliograph.domain.zones import zone_name

MAX_ID: Final = 128
MAX_NAME: Final = 200
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+|-]{0,127}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LOOKS_LIKE_A_NUMBER = re.compile(r"[\d\s().-]{5,}")


def recipient(to: Any, field: str = "to") -> JSON:
    """`to` as fields of a contact: a mail address, a phone number, a contact's id, or an object of them.

    Raises:
        BadInput: names the field and says what would be right.
    """
    if isinstance(to, Mapping):
        return contact_fields(to, field)
    if not isinstance(to, str) or not to.strip():
        raise BadInput(
            f"`{field}` must be a mail address, a phone number such as +46701234567, a contact's id or an object",
            field=field,
            code="MISSING_IDENTIFIER",
        )
    if "@" in to:
        return {"email": email(to, field)}
    if to.startswith("+") or _LOOKS_LIKE_A_NUMBER.fullmatch(to):
        return {"phone": phone(to, field)}
    return {"id": contact_id(to, field)}


def contact_fields(given: Mapping[str, Any], field: str) -> JSON:
    """An object's fields, checked; what a contact has no field for goes to `meta`.

    Raises:
        BadInput: names the field and says what would be right, also when nothing names the contact.
    """
    found: JSON = {}
    extra: JSON = {}
    for name, value in given.items():
        if name == "meta":
            continue
        if name not in _CHECKS:
            extra[name] = value
        elif value is not None:
            found |= _CHECKS[name](_text(value, _join(field, name)), _join(field, name))
    meta = given.get("meta")
    if meta is not None and not isinstance(meta, Mapping):
        raise BadInput(f"`{_join(field, 'meta')}` must be an object", field=_join(field, "meta"))
    if not any(found.get(name) for name in ("id", "email", "phone")):
        where = f"`{field}` " if field else ""
        raise BadInput(f"{where}needs an `id`, an `email` or a `phone`", field=field, code="MISSING_IDENTIFIER")
    if meta or extra:
        found["meta"] = {**(meta or {}), **extra}
    return found


def contact_id(text: str, field: str) -> str:
    """A contact's id, as the caller chose it."""
    if not _ID.fullmatch(text):
        raise BadInput(
            f"`{field}` is no mail address, no phone number with + and country code, and no contact id"
            f" (1 to {MAX_ID} of A-Z a-z 0-9 . _ : @ + | -, beginning with a letter or digit)",
            field=field,
        )
    return text


def _join(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise BadInput(f"`{field}` must be text", field=field)
    return value


def _matching(pattern: re.Pattern[str], what: str, name: str) -> Callable[[str, str], JSON]:
    def check(text: str, field: str) -> JSON:
        if not pattern.fullmatch(text):
            raise BadInput(f"`{field}` must be {what}", field=field)
        return {name: text}

    return check


def _name(name: str) -> Callable[[str, str], JSON]:
    def check(text: str, field: str) -> JSON:
        if len(text) > MAX_NAME:
            raise BadInput(f"`{field}` has {len(text)} characters and at most {MAX_NAME} are taken", field=field)
        return {name: header_text(text, field)}

    return check


def _full_name(text: str, field: str) -> JSON:
    first, _, last = _name("name")(text, field)["name"].strip().partition(" ")
    return {"first_name": first} | ({"last_name": last.strip()} if last else {})


_CHECKS: Final[Mapping[str, Callable[[str, str], JSON]]] = {
    "id": lambda text, field: {"id": contact_id(text, field)},
    "email": lambda text, field: {"email": email(text, field)},
    "phone": lambda text, field: {"phone": phone(text, field)},
    "name": _full_name,
    "first_name": _name("first_name"),
    "last_name": _name("last_name"),
    "language": lambda text, field: {"language": language_tag(text, field)},
    "timezone": lambda text, field: {"timezone": zone_name(text, field)},
    "country": _matching(_COUNTRY, "two upper-case letters of ISO 3166 such as `SE`", "country"),
}
