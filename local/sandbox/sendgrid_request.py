"""What SendGrid checks of a request before it takes the mail.

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors.
"""

import base64
from collections.abc import Iterator
from typing import Any, Final

from heliograph.domain.model import JSON

ARGS_LIMIT: Final = 10_000
"""Bytes of all custom arguments together, and of all headers."""

type Problem = tuple[str, str | None]
"""A sentence, and the field that it is about."""


def addresses(people: list[JSON], field: str) -> tuple[str, ...]:
    """The bare addresses of one field of all personalizations."""
    return tuple(person["email"] for one in people for person in one.get(field, ()))


def problems(body: Any) -> list[Problem]:
    """Everything that is wrong with *body*; empty when SendGrid would take it."""
    if not isinstance(body, dict):
        return [("Bad Request", None)]
    return [*_people(body), *_sender(body), *_content(body), *_text_objects(body), *_attachments(body)]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(person: Any) -> bool:
    if not isinstance(person, dict) or not isinstance(person.get("email"), str):
        return False
    local, at, domain = person["email"].rpartition("@")
    return bool(local and at and domain) and not any(char.isspace() or char in "<>" for char in person["email"])


def _people(body: JSON) -> Iterator[Problem]:
    people = body.get("personalizations")
    if not isinstance(people, list) or not people:
        yield "personalizations is required and must hold at least one object", "personalizations"
        return
    for place, one in enumerate(people):
        if not isinstance(one, dict) or "to" not in one:
            yield "to is required and must hold at least one address", f"personalizations.{place}.to"
            continue
        for field in ("to", "cc", "bcc"):
            if field in one:
                yield from _addresses(one[field], f"personalizations.{place}.{field}")


def _addresses(people: Any, field: str) -> Iterator[Problem]:
    if not isinstance(people, list) or not people:
        yield "must be an array of at least one address", field
        return
    for number, person in enumerate(people):
        if not _is_address(person):
            yield "Does not contain a valid address.", f"{field}.{number}.email"


def _sender(body: JSON) -> Iterator[Problem]:
    if not _is_address(body.get("from")):
        yield "from must be an object with a valid email", "from.email"
    if "reply_to" in body and not _is_address(body["reply_to"]):
        yield "reply_to must be an object with a valid email", "reply_to.email"
    if "reply_to_list" in body:
        yield from _addresses(body["reply_to_list"], "reply_to_list")
    people = body.get("personalizations")
    first = people[0] if isinstance(people, list) and people and isinstance(people[0], dict) else {}
    if not (first.get("subject") or body.get("subject")):
        yield "subject is required and must not be empty", "subject"


def _content(body: JSON) -> Iterator[Problem]:
    parts = body.get("content")
    if not isinstance(parts, list) or not parts:
        yield "content is required unless a template is named", "content"
        return
    for place, part in enumerate(parts):
        if not (isinstance(part, dict) and _is_text(part.get("type")) and _is_text(part.get("value"))):
            yield "content needs a type and a value of at least one character", f"content.{place}.value"
    kinds = [part.get("type") for part in parts if isinstance(part, dict)]
    if "text/plain" in kinds[1:]:
        yield "if present, text/plain must be first, followed by text/html", "content"


def _text_objects(body: JSON) -> Iterator[Problem]:
    people = body.get("personalizations")
    holders = [body, *(people if isinstance(people, list) else [])]
    for field in ("custom_args", "headers"):
        given = [holder[field] for holder in holders if isinstance(holder, dict) and field in holder]
        if not all(isinstance(args, dict) and all(isinstance(text, str) for text in args.values()) for args in given):
            yield f"{field} must be an object whose values are strings", field
        elif sum(len(str(args).encode()) for args in given) > ARGS_LIMIT:
            yield f"{field} must not exceed {ARGS_LIMIT} bytes", field


def _attachments(body: JSON) -> Iterator[Problem]:
    given = body.get("attachments", [])
    if not isinstance(given, list):
        yield "attachments must be an array", "attachments"
        return
    for place, one in enumerate(given):
        if not isinstance(one, dict) or not _is_text(one.get("filename")) or ";" in one["filename"]:
            yield "The attachment filename is required and must not contain ';'", f"attachments.{place}.filename"
        elif not _is_base64(one.get("content")):
            yield "The attachment content must be base64 encoded.", f"attachments.{place}.content"
        elif ";" in one.get("type", ""):
            yield "The attachment type must not contain ';'", f"attachments.{place}.type"


def _is_base64(value: Any) -> bool:
    try:
        return bool(base64.b64decode(value, validate=True))
    except (ValueError, TypeError):
        return False
