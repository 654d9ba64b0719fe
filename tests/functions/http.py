"""Requests as the HTTP API and function URLs pass them (payload format 2.0), and their answers."""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from heliograph.domain.model import JSON

type Headers = dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    headers: Headers
    text: str

    def json(self) -> JSON:
        found: JSON = json.loads(self.text)
        return found


def answer(raw: JSON) -> Answer:
    headers = {name.lower(): value for name, value in raw["headers"].items()}
    for name, values in (raw.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = values[0]
    return Answer(status=raw["statusCode"], headers=headers, text=raw["body"] or "")


def event(method: str, target: str, *, body: str | bytes | None = None, headers: Headers | None = None) -> JSON:
    """One request; bytes travel as base64."""
    path, _, query = target.partition("?")
    # An HTTP API decodes the path; a function URL does not.
    path = unquote(path) if path.startswith("/v1/") else path
    raw: JSON = {
        "version": "2.0",
        "routeKey": route(method, path),
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True)) or None,
        "pathParameters": _parameters(path),
        "requestContext": {
            "requestId": "r-1",
            "stage": "$default",
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1", "userAgent": "test"},
        },
        "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }
    return {name: value for name, value in raw.items() if value is not None}


def route(method: str, path: str) -> str:
    """As API Gateway matches it."""
    parts = path.strip("/").split("/")
    if method == "POST" and parts[:2] == ["v1", "send"] and len(parts) in (3, 4):
        return "POST /v1/send/{event}" + "/{channel}" * (len(parts) == 4)
    return "ANY /v1/{proxy+}"


def as_json(value: Any) -> str:
    return json.dumps(value)


def _parameters(path: str) -> JSON | None:
    parts = path.strip("/").split("/")
    names = ("event", "channel")[: max(0, len(parts) - 2)]
    return {name: unquote(part) for name, part in zip(names, parts[2:], strict=False)} or None


def problem(answer: Answer) -> dict[str, Any]:
    """The answer, if it is a whole RFC 9457 document and a 4xx."""
    told = answer.json()
    assert 400 <= answer.status < 500, answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["type"] == "about:blank"
    assert told["status"] == answer.status
    assert told["title"]
    assert told["error"] == told["detail"]
    assert len(told["detail"]) > 15
    assert told["code"] == told["code"].upper()
    assert told["request_id"] == "r-1"
    return told
