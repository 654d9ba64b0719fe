"""Errors as RFC 9457 problem documents, which also carry `error`, `code` and `field`."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from heliograph.domain.errors import BadInput, BadTemplate, Busy, LimitReached, TooLate, Unavailable
from heliograph.domain.model import JSON

RETRY_AFTER: Final = "2"
"""Seconds."""
INTERNAL: Final = "something failed on our side and was logged; send the same request again"


def answer(status: int, body: JSON, headers: dict[str, str] | None = None) -> JSON:
    """An answer in the form that the HTTP API takes."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"} | (headers or {}),
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    }


class Told(NamedTuple):
    """What callers are told of an error."""

    status: int
    detail: str
    code: str
    field: str = ""
    retry_after: str = RETRY_AFTER
    more: Mapping[str, Any] = MappingProxyType({})
    """Further members of the document."""


def told(exc: Exception) -> Told:
    """What went wrong. What is not one of ours is a 500 that tells nothing."""
    match exc:
        case BadTemplate():
            place = {name: value for name in ("line", "column", "layout") if (value := getattr(exc, name))}
            return Told(exc.http_status, exc.detail, exc.code, exc.field, more=place)
        case TooLate():
            return Told(exc.http_status, exc.detail, exc.code, more={"notification": exc.notification})
        case LimitReached():
            return Told(exc.http_status, exc.detail, exc.code, exc.field, str(exc.retry_after), exc.figures)
        case BadInput():
            return Told(exc.http_status, exc.detail, exc.code, exc.field)
        case Unavailable():
            return Told(429, str(exc), "BUSY") if isinstance(exc, Busy) else Told(503, str(exc), "UNAVAILABLE")
        case _:
            return Told(500, INTERNAL, "INTERNAL")


def problem(exc: Exception, request_id: str) -> JSON:
    """What went wrong, as an answer."""
    return document(told(exc), request_id)


def document(wrong: Told, request_id: str, **more: Any) -> JSON:
    """A problem document; *more* are further members of it."""
    status, detail, code, field, retry_after, figures = wrong
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "error": detail,
        "code": code,
    }
    body |= {"field": field} if field else {}
    headers = {"content-type": "application/problem+json"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["retry-after"] = retry_after
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return answer(status, body | {"request_id": request_id, **figures} | more, headers)
