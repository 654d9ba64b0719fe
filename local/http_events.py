"""HTTP requests as Lambda events of payload format 2.0, and what a function returns as an HTTP answer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html and
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from heliograph.domain.model import JSON
from local.functions import ACCOUNT
from local.http_server import Answer, Request
from local.invocation import trace_id

TEXT: Final = re.compile(
    r"\s*(text/[^;]+|application/(json|xml|javascript|[^;]+\+json|[^;]+\+xml))\s*(;|$)", re.IGNORECASE
)
"""Content types whose bodies AWS passes as text; it passes all others, forms among them, in base64."""
DROPPED: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date"})
"""Headers of a function's answer that the server writes itself."""

STATUSES: Final = range(200, 600)


class BadAnswer(ValueError):
    """What the function returned is no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a request came in: the HTTP API or a function URL."""

    api_id: str
    route_key: str = "$default"
    path: str = ""
    """As AWS shows it: decoded by the HTTP API, raw by function URLs."""
    parameters: Mapping[str, str] | None = None


def event(request: Request, door: Door) -> JSON:
    """The event for one request."""
    query = request.target.partition("?")[2]
    headers = _headers(request)
    body, encoded = _body(request)
    optional: dict[str, Any] = {
        "cookies": [part.strip() for part in headers.pop("cookie", "").split(";") if part.strip()],
        "queryStringParameters": _joined(parse_qsl(query, keep_blank_values=True)),
        "pathParameters": door.parameters,
        "body": body,
    }
    return {
        "version": "2.0",
        "routeKey": door.route_key,
        "rawPath": door.path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": _context(request, door),
        "isBase64Encoded": encoded,
    } | {name: value for name, value in optional.items() if value}


def _context(request: Request, door: Door) -> JSON:
    now = time.time()
    return {
        "accountId": ACCOUNT,
        "apiId": door.api_id,
        "domainName": request.header("host"),
        "domainPrefix": door.api_id,
        "http": {
            "method": request.method,
            "path": door.path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.source,
            "userAgent": request.header("user-agent"),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": door.route_key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _headers(request: Request) -> dict[str, str]:
    host, _, port = request.header("host").partition(":")
    added = {
        "x-amzn-trace-id": trace_id().partition(";")[0],
        "x-forwarded-for": request.source,
        "x-forwarded-port": port or "80",
        "x-forwarded-proto": "http",
    }
    sent = [(name.lower(), value) for name, value in request.headers]
    return {"host": host} | _joined(sent, separators={"cookie": "; "}) | added


def _joined(pairs: list[tuple[str, str]], separators: Mapping[str, str] | None = None) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        separator = (separators or {}).get(name, ",")
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined


def _body(request: Request) -> tuple[str, bool]:
    if TEXT.match(request.header("content-type")):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass  # a JSON event cannot carry it as text
    return base64.b64encode(request.body).decode(), bool(request.body)


def answer(value: Any) -> Answer:
    """A function's return value as an HTTP answer: without `statusCode` it is a body of JSON and a 200.

    Raises:
        BadAnswer: it says something that is no answer.
    """
    if not isinstance(value, dict) or "statusCode" not in value:
        body = value if isinstance(value, str) else json.dumps(value)
        return Answer(200, [("content-type", "application/json")], body.encode())
    try:
        headers = [(_text(name), _text(text)) for name, text in (value.get("headers") or {}).items()]
        cookies = [("set-cookie", _text(cookie)) for cookie in value.get("cookies") or []]
        kept = [(name, text) for name, text in headers if name.lower() not in DROPPED]
        if not any(name.lower() == "content-type" for name, _ in kept):
            kept.append(("content-type", "text/plain;charset=utf-8"))
        return Answer(_status(value["statusCode"]), kept + cookies, _answer_body(value))
    except (ValueError, TypeError, AttributeError) as exc:
        raise BadAnswer(f"the function's answer is malformed: {exc}") from exc


def _status(value: Any) -> int:
    status = int(value)
    if not STATUSES[0] <= status <= STATUSES[-1]:
        raise BadAnswer(f"{status} is no HTTP status")
    return status


def _answer_body(value: JSON) -> bytes:
    body = value.get("body") or ""
    if value.get("isBase64Encoded"):
        return base64.b64decode(body, validate=True)
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if "\r" in text or "\n" in text:
        raise BadAnswer("a header holds a line break")
    text.encode("latin-1")  # or a ValueError: HTTP can carry no more
    return text
