"""Bad input is a 4xx problem document that names the field and what would be right; nothing is stored."""

import gzip
import time

import pytest

from tests.functions.conftest import Call, sender
from tests.functions.http import as_json, problem
from tests.functions.stage import Stage

TO = {"to": "ada@example.com"}
DEEP = 100_000


pytestmark = pytest.mark.usefixtures("nothing_is_stored")


@pytest.fixture
def send(shared: Stage) -> Call:
    return sender(shared)


BODIES: list[tuple[object, str, str]] = [
    ({}, "to", "VALIDATION_ERROR"),
    ({"to": None}, "to", "VALIDATION_ERROR"),
    ({"to": 7}, "to", "VALIDATION_ERROR"),
    ({"to": ["ada@example.com"]}, "to", "VALIDATION_ERROR"),
    ({"to": ""}, "to", "MISSING_IDENTIFIER"),
    ({"to": {}}, "to", "MISSING_IDENTIFIER"),
    ({"to": {"meta": {}}}, "to", "MISSING_IDENTIFIER"),
    ({"to": "ada@"}, "to", "INVALID_EMAIL"),
    ({"to": "ada@localhost"}, "to", "INVALID_EMAIL"),
    ({"to": "ada@example.com, eve@example.com"}, "to", "INVALID_EMAIL"),
    ({"to": "ada@example.com\r\nBcc: eve@example.com"}, "to", "INVALID_EMAIL"),
    ({"to": "ada@" + "x" * 150_000}, "to", "VALIDATION_ERROR"),
    ({"to": {"email": "ada"}}, "to.email", "INVALID_EMAIL"),
    ({"to": {"email": 7}}, "to.email", "VALIDATION_ERROR"),
    ({"to": "+46"}, "to", "INVALID_PHONE"),
    ({"to": "0701234567"}, "to", "INVALID_PHONE"),
    ({"to": "+999123456789012345"}, "to", "INVALID_PHONE"),
    ({"to": {"phone": "+1 (555) CALL"}}, "to.phone", "INVALID_PHONE"),
    ({"to": "nobody here"}, "to", "VALIDATION_ERROR"),
    ({"to": "unknown-contact"}, "to", "MISSING_IDENTIFIER"),
    ({"to": {"id": "-"}}, "to.id", "VALIDATION_ERROR"),
    ({"to": {"id": "u", "email": "ada@example.com", "language": "no tag"}}, "to.language", "VALIDATION_ERROR"),
    ({"to": {"email": "ada@example.com", "country": "se"}}, "to.country", "VALIDATION_ERROR"),
    ({"to": {"email": "ada@example.com", "timezone": "../etc"}}, "to.timezone", "VALIDATION_ERROR"),
    ({"to": {"email": "ada@example.com", "meta": []}}, "to.meta", "VALIDATION_ERROR"),
    ({"to": {"email": "ada@example.com", "first_name": "A\r\nB"}}, "to.first_name", "VALIDATION_ERROR"),
    (TO | {"payload": []}, "payload", "VALIDATION_ERROR"),
    (TO | {"payload": "x"}, "payload", "VALIDATION_ERROR"),
    (TO | {"surprise": 1}, "surprise", "VALIDATION_ERROR"),
    (TO | {"status": "delivered"}, "status", "VALIDATION_ERROR"),
    (TO | {"overrides": {"sender": "x"}}, "overrides.sender", "VALIDATION_ERROR"),
    (TO | {"overrides": {"provider": "pigeon"}}, "overrides.provider", "INTEGRATION_MISSING"),
    (TO | {"language": "english please"}, "language", "VALIDATION_ERROR"),
    (TO | {"priority": "urgent"}, "priority", "VALIDATION_ERROR"),
    (TO | {"id": ""}, "id", "VALIDATION_ERROR"),
    (TO | {"id": "x" * 256}, "id", "VALIDATION_ERROR"),
    (TO | {"send_at": "tomorrow"}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": "2027-01-15T09:00:00"}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": 1_800_000_000}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": "2020-01-01T00:00:00Z"}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": "2029-01-01T00:00:00Z"}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": "0001-01-01T00:00:00+14:00"}, "send_at", "VALIDATION_ERROR"),
    (TO | {"send_at": "9999-12-31T23:59:59-14:00"}, "send_at", "VALIDATION_ERROR"),
]


@pytest.mark.parametrize(("body", "field", "code"), BODIES)
def test_what_is_wrong_is_named_by_its_field(send: Call, body: object, field: str, code: str) -> None:
    told = problem(send(body))

    assert (told["field"], told["code"]) == (field, code)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "JSON"),
        (None, "JSON object"),
        ("null", "JSON object"),
        ("[]", "JSON object"),
        ('"x"', "JSON object"),
        ("{", "line 1"),
        ('{"to": "ada@example.com",}', "line 1"),
        ("{'to': 'ada@example.com'}", "line 1"),
        ('{"to": "ada@example.com"} {}', "line 1"),
        ('{"to": "ada@example.com", "payload": {"a": NaN}}', "payload.a"),
        ('{"to": "ada@example.com", "payload": {"a": -Infinity}}', "payload.a"),
        ('{"to": "ada@example.com", "payload": {"a": 1e999}}', "payload.a"),
        ('{"to": "ada@example.com", "payload": {"a": 123456789012345678901234567890}}', "payload.a"),
        ('{"to": "ada@example.com", "payload": {"a": "\\ud800"}}', "payload.a"),
        ('{"to": "ada@example.com", "payload": {"\\udfff": 1}}', "payload"),
        ('{"to": "ada@example.com", "payload": {"a": "\\u0000"}}', "payload.a"),
        ('{"to": "ada@example.com", "to": "eve@example.com"}', "twice"),
        ('{"to": "ada@example.com", "payload": ' + '{"a":' * 40 + "1" + "}" * 40 + "}", "nested"),
        ('{"to": "ada@example.com", "payload": ' + "[" * DEEP + "]" * DEEP + "}", "nested"),
        ("[" * DEEP, "nested"),
        ('{"a":' * 50_000, "nested"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"to": "\xed\xa0\x80"}', "UTF-8"),
    ],
)
def test_what_is_no_sound_json_is_refused_and_the_place_is_named(
    send: Call, raw: str | bytes | None, words: str
) -> None:
    told = problem(send(None, raw=raw))

    assert words in told["detail"]


@pytest.mark.parametrize("size", [262_145, 300_000, 5_000_000])
def test_a_body_that_is_too_large_is_a_413(send: Call, size: int) -> None:
    told = problem(send(TO | {"payload": {"a": "x" * size}}))

    assert (told["status"], told["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "payload",
    [
        '{"a":[' + ",".join(["1e15"] * 50_000) + "]}",
        '{"a":"' + "\\u0001" * 40_000 + '"}',
        '{"a":"' + '\\"' * 120_000 + '"}',
    ],
)
def test_what_grows_when_it_is_stored_is_taken_or_refused_and_never_fails(
    shared: Stage, send: Call, payload: str
) -> None:
    before = shared.items()

    answer = send(raw=f'{{"to":"ada@example.com","payload":{payload}}}', Idempotency_Key="grows")

    if answer.status != 202:
        assert problem(answer)["status"] == 413
        return
    for item in shared.items():
        if item not in before:
            shared.client("dynamodb").delete_item(
                TableName=shared.parts.settings.table, Key={"pk": item["pk"], "sk": item["sk"]}
            )
    shared.queued("normal")


def test_a_body_of_many_keys_of_which_the_last_is_there_twice_costs_no_time(send: Call) -> None:
    names = [f'"{number:x}":0' for number in range(27_000)]
    raw = "{" + ",".join([*names, names[-1]]) + "}"

    begun = time.monotonic()
    told = problem(send(raw=raw))

    assert "twice" in told["detail"]
    assert time.monotonic() - begun < 1.0


def test_a_compressed_body_is_refused_and_says_so(send: Call) -> None:
    answer = send(raw=gzip.compress(as_json(TO).encode()), Content_Encoding="gzip")

    told = problem(answer)
    assert (told["status"], told["field"]) == (415, "Content-Encoding")
