"""Whatever a provider answers to a send is understood, refused or a doubt, and a doubt is never taken for a refusal."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from heliograph.domain import errors
from heliograph.domain.model import Accepted
from heliograph.providers import REGISTRY, load
from heliograph.transport import Transport
from tests.providers.contract import OVER_AWS, WITHOUT_NETWORK, Case, cases, message
from tests.providers.loopback import Answer, Loopback, json_reply, reply
from tests.providers.sending import NOW, Tools

type Outcome = Accepted | errors.ProviderError
type Ask = Callable[[Answer], Outcome]
DEEP: Final = 100_000
FIELDS: Final = (
    *(
        "id",
        "messages",
        "results",
        "data",
        "error",
        "errors",
        "code",
        "status",
        "ok",
        "message",
        "ErrorCode",
        "Messages",
    ),
    *("retry_after", "error_code", "parameters", "description"),
)
UNREADABLE: Final = {
    "nothing": b"",
    "no JSON": b"<html>Bad gateway</html>",
    "half of JSON": b'{"id": "m-1", "mess',
    "no text": b"\xff\xfe\x00\x80",
    "deep JSON": b"[" * DEEP + b"]" * DEEP,
    "a very long number": b'{"id": ' + b"9" * 10_000 + b"}",
}
STRANGE: Final[dict[str, Any]] = {
    "null": None,
    "a number": 7,
    "a text": "ok",
    "an empty list": [],
    "a list of nothing": [None],
    "an empty object": {},
    "lists": {field: [{}] for field in FIELDS},
    "nothings": dict.fromkeys(FIELDS),
    "long numbers": dict.fromkeys(FIELDS, 10**400) | {"parameters": {"retry_after": 10**400}},
    "long texts": dict.fromkeys(FIELDS, "x" * 5000),
}
BODIES: Final = UNREADABLE | {name: json.dumps(value).encode() for name, value in STRANGE.items()}
WAITS: Final = ("", "soon", "-5", "1e999", "9" * 400, "Wed, 99 Foo 2026 00:00:00 GMT", "NaN", "\xb2")
OVER_HTTP: Final = sorted(REGISTRY.keys() - WITHOUT_NETWORK - OVER_AWS - {"smtp"})
YEAR: Final = 366 * 86_400


def taken(name: str) -> Case:
    """The first of its cases in which the message is taken."""
    ours: list[Case] = [param.values[0] for param in cases("send") if param.values[0].provider == name]
    return next(case for case in ours if "accepted" in case.case)


@contextmanager
def answering(name: str) -> Iterator[Ask]:
    """Gives what becomes of one message when its send is answered so."""
    case = taken(name)
    first: dict[str, Any] = case.case.get("first") or case.file.get("first") or {}
    token = json_reply(first["status"], first["json"]) if first else None
    with Loopback.serving(reply(200)) as there:

        def ask(answer: Answer) -> Outcome:
            def answered(handler: Any) -> None:
                (token if token and handler.path == first["path"] else answer)(handler)

            there.answer = answered
            tools = Tools(Transport(sandbox_url=there.url), at=case.file.get("now", NOW))
            try:
                return load(name).send(message(case), case.credentials, tools)
            except errors.ProviderError as exc:
                return exc

        yield ask


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_success_that_cannot_be_read_is_taken_or_in_doubt(name: str) -> None:
    with answering(name) as ask:
        found = {text: ask(reply(200, body)) for text, body in BODIES.items()}

    wrong = {text: one for text, one in found.items() if not isinstance(one, Accepted | errors.UnknownOutcome)}
    assert wrong == {}


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_refusal_in_any_form_has_a_class_and_is_kept_short(name: str) -> None:
    with answering(name) as ask:
        found = [ask(reply(status, body)) for status in (302, 400, 401, 404, 429, 500) for body in BODIES.values()]

    assert [one for one in found if not isinstance(one, errors.ProviderError)] == []
    assert max(len(one.text) for one in found if isinstance(one, errors.ProviderError)) <= 1_000
    assert max(len(one.code) for one in found if isinstance(one, errors.ProviderError)) <= 100


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_wait_that_is_none_is_not_waited_for(name: str) -> None:
    with answering(name) as ask:
        found = [ask(reply(429, b"{}", {"Retry-After": text})) for text in WAITS]

    waits = [getattr(one, "retry_after", None) or 0 for one in found]
    assert [wait for wait in waits if not 0 <= wait <= YEAR] == []
