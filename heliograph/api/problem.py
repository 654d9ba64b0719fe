"""Errors as RFC 9457 problem documents, which also carry `error`, `code` and `field`."""

import json
from http import HTTPStatus
from typing import Any, Final

from heliograph.domain.errors import BadInput, BadTemplate, Busy, TooLate, Unavailable
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


def problem(exc: Exception, request_id: str) -> JSON:
    """What went wrong, as an answer. What is not one of ours is a 500 that tells nothing but the request's id."""
    match exc:
        case BadTemplate():
            place = {name: value for name in ("line", "column") if (value := getattr(exc, name))}
            return _document(exc.http_status, exc.detail, exc.code, request_id, field=exc.field, shown=place)
        case TooLate():
            return _document(
                exc.http_status, exc.detail, exc.code, request_id, shown={"notification": exc.notification}
            )
        case BadInput():
            return _document(exc.http_status, exc.detail, exc.code, request_id, field=exc.field)
        case Busy():
            return _document(429, str(exc), "BUSY", request_id)
        case Unavailable():
            return _document(503, str(exc), "UNAVAILABLE", request_id)
        case _:
            return _document(500, INTERNAL, "INTERNAL", request_id)


def _document(
    status: int, detail: str, code: str, request_id: str, *, field: str = "", shown: JSON | None = None
) -> JSON:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "error": detail,
        "code": code,
    }
    body |= ({"field": field} if field else {}) | (shown or {})
    headers = {"content-type": "application/problem+json"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["retry-after"] = RETRY_AFTER
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return answer(status, body | {"request_id": request_id}, headers)
