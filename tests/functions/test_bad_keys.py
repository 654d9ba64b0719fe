"""Missing and wrong keys, addresses and idempotency keys: a 4xx problem document, and nothing stored."""

import zlib
from base64 import b32encode

import pytest

from heliograph.domain.project import Mode
from tests.functions.conftest import Call, sender
from tests.functions.http import problem
from tests.functions.stage import NOW, Stage, minted_key

TO = {"to": "ada@example.com"}
DEEP = 100_000

TO = {"to": "ada@example.com"}
pytestmark = pytest.mark.usefixtures("nothing_is_stored")


@pytest.fixture
def send(shared: Stage) -> Call:
    return sender(shared)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "UNAUTHORIZED"),
        ("live_", "UNAUTHORIZED"),
        ("test_" + "a" * 49, "UNAUTHORIZED"),
        ("x" * 8000, "UNAUTHORIZED"),
        ("é", "UNAUTHORIZED"),
        (minted_key(Mode.LIVE, 999).text, "UNAUTHORIZED"),
    ],
)
def test_a_missing_or_wrong_key_is_a_401(send: Call, key: str, code: str) -> None:
    answer = send(TO, key=key)

    told = problem(answer)
    assert (told["status"], told["code"], told["field"]) == (401, code, "Authorization")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Bearer", "Basic abc", "bearer  ", "Token live_x", "Bearer a b c"])
def test_another_way_of_authorizing_is_a_401(send: Call, header: str) -> None:
    assert problem(send(TO, key="", Authorization=header))["status"] == 401


def test_the_right_key_with_a_wrong_secret_is_a_401(shared: Stage, send: Call) -> None:
    right = shared.live
    wrong = minted_key(Mode.LIVE, 998).text
    forged_head = right[:15] + wrong[15:-7]

    checksum = b32encode(zlib.crc32(forged_head.encode()).to_bytes(4)).decode().rstrip("=").lower()
    told = problem(send(TO, key=forged_head + checksum))

    assert told["status"] == 401
    assert "typing mistake" not in told["detail"]


@pytest.mark.parametrize(
    ("target", "field", "code"),
    [
        ("/v1/send/unknown", "event", "EVENT_NOT_FOUND"),
        ("/v1/send/UPPER", "event", "EVENT_NOT_FOUND"),
        ("/v1/send/..", "event", "EVENT_NOT_FOUND"),
        ("/v1/send/" + "x" * 3000, "event", "EVENT_NOT_FOUND"),
        ("/v1/send/a%23b", "event", "EVENT_NOT_FOUND"),
        ("/v1/send/welcome%0A", "event", "EVENT_NOT_FOUND"),
        ("/v1/send/welcome/pigeon", "channel", "UNKNOWN_CHANNEL"),
        ("/v1/send/welcome/EMAIL", "channel", "UNKNOWN_CHANNEL"),
        ("/v1/send/welcome/push", "channel", "CHANNEL_NOT_IN_EVENT"),
    ],
)
def test_an_unknown_event_or_channel_is_named(send: Call, target: str, field: str, code: str) -> None:
    told = problem(send(TO, target=target))

    assert (told["field"], told["code"]) == (field, code)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "naïve", "a\tb", "a\x00b"])
def test_an_idempotency_key_that_is_none_is_refused(send: Call, key: str) -> None:
    assert problem(send(TO, Idempotency_Key=key))["field"] == "Idempotency-Key"


def test_two_idempotency_keys_that_differ_are_refused(send: Call) -> None:
    assert problem(send(TO, Idempotency_Key="a", X_Idempotency_Key="b"))["field"] == "Idempotency-Key"


def test_an_expired_key_and_a_revoked_one_are_refused(shared: Stage, send: Call) -> None:
    expired, revoked = shared.key(expires=NOW - 1), shared.key(revoked=True)

    answers = [problem(send(TO, key=key)) for key in (expired, revoked)]

    assert [told["code"] for told in answers] == ["KEY_EXPIRED", "UNAUTHORIZED"]
    for key in (expired, revoked):
        shared.client("dynamodb").delete_item(
            TableName=shared.parts.settings.table, Key={"pk": {"S": f"K#{key.split('_')[1][:10]}"}, "sk": {"S": "A"}}
        )
