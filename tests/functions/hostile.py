"""Hostile requests for every operation of the API's document, the same in every run."""

# ruff: noqa: E501, RUF001 - tables of hostile texts, which are dense and mean to confuse

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from cli.openapi.document import document
from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from heliograph.domain.model import JSON
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES
from tests.functions.http import Headers, event

MARK: Final = "\u2603 here"
DEEP: Final = "[" * 2_000 + "]" * 2_000
VALUES: Final = (
    *("null", "true", "false", "0", "-0", "-1", "1.5", "1e999", "-1e999", "NaN", "1e-400", "9" * 400, "-" + "9" * 25),
    *("[]", "{}", "[[]]", "[null]", '[{"a":1}]', '{"a":{"b":{}}}', '{"":""}', '{"$ref":"#"}', '{"__proto__":{}}', DEEP),
    *('""', '" "', r'"\u0000"', r'"\ud83d"', r'"\udc00\ud800"', r'"\u202eabc"', r'"\u2028"', r'"a\r\nBcc: eve@example.com"'),
    *('"{{ 7*7 }}"', '"{% include \\"x\\" %}"', '"../../etc/passwd"', "\"' OR 1=1 --\"", '"<script>"', '"%00"', '"=?utf-8?q?x?="'),
    *('"9999-12-31T23:59:59Z"', '"0001-01-01T00:00:00+23:59"', '"2027-02-30T00:00:00Z"', '"+46701234567"', '"ada@example.com"'),
    *('"' + "x" * 70_000 + '"', '"' + "é" * 2_000 + '"', '["x","x"]', '{"a":1,"a":2}', '"𝔘𝔫𝔦"', '"١٢٣"', "[" + "1," * 500 + "1]"),
)  # fmt: skip
"""JSON as it is written in the place of a value."""
NAMES: Final = (
    r"\u0000",
    r"\ud800",
    "",
    " ",
    "constructor",
    "pk",
    "ttl",
    "stop",
    "_secret",
    "x" * 5_000,
    r"\u202e",
    "a.b[0]",
)
RAW: Final[tuple[str | bytes, ...]] = (
    *("", " ", "null", "[]", '"text"', "1", "{", "}", "{}{}", '{"a":}', '{"a":1,}', "{'a':1}", "[" * 50_000, '{"a":' * 20_000),
    *(b"\xff\xfe{\x00}\x00", b"\x00", b"\xef\xbb\xbf{}", b'{"to":"\xff"}', b"\x1f\x8b\x08", b"a=1&b=2", b"\xed\xa0\x80"),
    *('{"' + "a" * 300_000 + '":1}', '{"a":"' + "b" * 400_000 + '"}', "{" + ",".join(f'"k{n}":{n}' for n in range(9_000)) + "}"),
)  # fmt: skip
TEXTS: Final = (
    *("", " ", ".", "..", "../..", "%", "%00", "\0", "\ud800", "\u202e", "a\nb", "x" * 3_000, "é" * 400, "-0", "1e9", "0", "-1"),
    *("99999999999999999999", "١", "null", "*", "#", "a#b", "p#acme#e", "welcome ", "WELCOME", "ada@", "+46", "+4670123456789012345"),
    *("'; DROP TABLE", "{{7*7}}", "<b>", "a/b", "?", "&", "=", ";", "%2e%2e%2f", "draft", "latest", "[]", "{}", "\x7f", "😀"),
)  # fmt: skip
HEADERS: Final = (
    "idempotency-key",
    "x-idempotency-key",
    "content-type",
    "content-encoding",
    "authorization",
    "accept",
    "cookie",
)
PER_OPERATION: Final = 190
"""Bodies drawn for each operation that takes one."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request, for the function that API Gateway would call."""

    operation: Operation
    path: str
    body: str | bytes | None = None
    headers: Headers = field(default_factory=dict)
    parameters: JSON = field(default_factory=dict)

    @property
    def sends(self) -> bool:
        return self.operation.route in {*SEND_ROUTES, *VENDOR_ROUTES}

    def event(self, key: str) -> JSON:
        headers = {"authorization": f"Bearer {key}"} | self.headers
        found = event(self.operation.method.upper(), self.path, body=self.body, headers=headers)
        return found | ({"routeKey": self.operation.route, "pathParameters": self.parameters} if self.sends else {})


ASKS: Final = "check"
"""Has a vendor asked. None can be reached from here, and the 503 that tells so is nothing that hostile words made."""


def requests() -> Iterator[Hostile]:
    """Every kind, for every operation."""
    chance = random.Random(4711)  # noqa: S311  # the same in every run
    paths = document()["paths"]
    # Those that only read first: the lists are short then.
    for operation in sorted(OPERATIONS, key=lambda one: one.request is not None):
        told = paths[operation.path][operation.method]
        if operation.request:
            example = told["requestBody"]["content"]["application/json"].get("example", {})
            example = {name: value for name, value in example.items() if name != ASKS}
            yield from _bodies(operation, example, chance)
        yield from _places(operation, chance)


def _bodies(operation: Operation, example: JSON, chance: random.Random) -> Iterator[Hostile]:
    for raw in RAW:
        yield _request(operation, raw)
    assert operation.request
    every = [
        _with(example, [name], value) for name in operation.request.model_fields if name != ASKS for value in VALUES
    ]
    every += [_with(example, path, value) for path in _paths(example) for value in VALUES]
    every += [_named(example, name) for name in NAMES]
    every += [json.dumps({key: value for key, value in example.items() if key != gone}) for gone in example]
    every += [json.dumps(example)[:-1] + f', "{key}": {json.dumps(value)}}}' for key, value in example.items()]
    for text in chance.sample(every, min(len(every), PER_OPERATION)):
        yield _request(operation, text)


def _places(operation: Operation, chance: random.Random) -> Iterator[Hostile]:
    body = None if operation.request is None else "{}"
    for parameter in operation.parameters:
        for text in TEXTS:
            if parameter.place == "path" and text:
                yield _request(operation, body, values={parameter.name: text})
            elif parameter.place == "query":
                yield _request(operation, body, query=f"{parameter.name}={_quoted(text)}")
    for name in HEADERS:
        yield _request(operation, body, headers={name: chance.choice(TEXTS)})
    yield _request(operation, body, query=_quoted(chance.choice(TEXTS)))


def _request(
    operation: Operation,
    body: str | bytes | None,
    *,
    values: JSON | None = None,
    query: str = "",
    headers: Headers | None = None,
) -> Hostile:
    known = {one.name: str(one.example) for one in operation.parameters if one.place == "path"} | (values or {})
    path = operation.path
    for name, text in known.items():
        path = path.replace(f"{{{name}}}", _quoted(text))
    # A call of Notifuse waits for its providers, and here is none.
    query = "&".join(part for part in (query, "wait=0" if operation.route in VENDOR_ROUTES else "") if part)
    return Hostile(operation, path + (f"?{query}" if query else ""), body, headers or {}, known)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _paths(value: Any, so_far: tuple[Any, ...] = ()) -> Iterator[list[Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield [*so_far, name]
        yield from _paths(inner, (*so_far, name))


def _with(example: JSON, path: list[Any], raw: str) -> str:
    """The example as JSON with *raw* in the place of what lies at *path*."""
    copy = json.loads(json.dumps(example))
    at = copy
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = MARK
    return json.dumps(copy, ensure_ascii=False).replace(f'"{MARK}"', raw)


def _named(example: JSON, raw: str) -> str:
    """The example with one member more, whose name is *raw*."""
    return json.dumps(example)[:-1] + (", " if example else "") + f'"{raw}": 1}}'
