"""A token's form tells its service, and what is no token is refused."""

import json

import pytest

from heliograph.domain.errors import BadInput
from heliograph.domain.push_tokens import push_token, service

KEYS = {"p256dh": "BAAA", "auth": "AAAA"}
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/x"


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]", "expo"),
        ("ExpoPushToken[xxxxxxxxxxxxxxxxxxxxxx]", "expo"),
        ("0a" * 32, "apns"),
        ("8a3f1c2e-7b5d-4e9a-8f10-2b3c4d5e6f70", "onesignal"),
        ("external_id:user-7", "onesignal"),
        ("c0ffee:APA91b" + "x" * 130, "fcm"),
    ],
)
def test_a_token_goes_to_the_service_that_its_form_tells(token: str, expected: str) -> None:
    assert push_token(token).provider == service(token) == expected


def test_of_a_subscription_only_what_is_needed_is_kept() -> None:
    given = {"endpoint": ENDPOINT, "expirationTime": None, "keys": {**KEYS, "more": "x"}}

    found = push_token(json.dumps(given, indent=2))

    assert found.provider == "web_push"
    assert json.loads(found.token) == {"endpoint": ENDPOINT, "keys": KEYS}
    assert push_token(found.token) == found


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "external_id:",
        "{}",
        "{" * 3000,
        json.dumps({"endpoint": "http://push.example/x", "keys": KEYS}),
        json.dumps({"endpoint": "https://[::1", "keys": KEYS}),
        json.dumps({"endpoint": ENDPOINT, "keys": {"auth": "x"}}),
        json.dumps({"endpoint": ENDPOINT, "keys": {"auth": "", "p256dh": ""}}),
        json.dumps({"endpoint": 5, "keys": []}),
        "x" * 5000,
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        push_token(text)

    assert refused.value.code == "INVALID_PUSH_TOKEN"
