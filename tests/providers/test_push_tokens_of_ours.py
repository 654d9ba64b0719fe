"""The tokens by which push services know us: signed as the standards say, and made no more often than needed."""

from typing import Any

import pytest

from heliograph.domain import errors
from heliograph.domain.model import Channel, Outgoing
from heliograph.providers import load
from heliograph.token_cache import TokenCache
from heliograph.transport import Transport
from local.sandbox import push_keys, pushes
from local.sandbox.fake_web_push import subscription
from tests.providers.loopback import Loopback, json_reply, reply
from tests.providers.sending import NOW, Tools

HEX = "0a" * 32


def sent(provider: str, to: str, tools: Tools) -> None:
    adapter: Any = load(provider)
    message = Outgoing(
        channel=Channel.PUSH, to=to, sender="", subject="Hi", text="x", echo="e", send_key="k", callback_url=""
    )
    adapter.send(message, adapter.Credentials(**push_keys.credentials(provider)), tools)


def test_googles_token_is_asked_for_once_and_with_a_signature_that_holds() -> None:
    answer = {"access_token": "ya29", "expires_in": 3599, "name": "projects/p/messages/1"}
    with Loopback.serving(json_reply(200, answer)) as there:
        tools = Tools(Transport(sandbox_url=there.url))

        sent("fcm", HEX, tools)
        sent("fcm", HEX, tools)

    assert [one.path.split("/")[1] for one in there.asked] == ["oauth2.googleapis.com", *["fcm.googleapis.com"] * 2]
    told = pushes.claims(there.asked[0].form["assertion"], push_keys.rsa_key().public_key())
    assert told == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": push_keys.KEY_ID,
        "iss": push_keys.ACCOUNT,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": NOW,
        "exp": NOW + 3600,
    }


def test_apples_token_is_signed_by_the_key_and_begins_at_a_half_hour() -> None:
    with Loopback.serving(reply(200)) as there:
        sent("apns", HEX, Tools(Transport(sandbox_url=there.url)))

    kind, _, token = there.asked[0].headers["authorization"].partition(" ")
    told = pushes.claims(token, push_keys.p256_key("apns").public_key())
    assert (kind, told["alg"], told["kid"], told["iss"]) == ("bearer", "ES256", push_keys.KEY_ID, push_keys.TEAM)
    assert told["iat"] % 1800 == 0
    assert 0 <= NOW - told["iat"] < 1800


def test_a_token_that_apple_calls_expired_is_made_anew() -> None:
    with Loopback.serving(json_reply(403, {"reason": "ExpiredProviderToken"})) as there:
        tools = Tools(Transport(sandbox_url=there.url))
        for _ in range(2):
            with pytest.raises(errors.Transient):
                sent("apns", HEX, tools)

    first, second = (one.headers["authorization"] for one in there.asked)
    assert first != second


def test_a_push_service_is_told_who_sends_and_to_which_origin() -> None:
    with Loopback.serving(reply(201)) as there:
        sent("web_push", subscription("x"), Tools(Transport(sandbox_url=there.url)))

    kind, _, rest = there.asked[0].headers["authorization"].partition(" ")
    token = rest.split(",")[0].removeprefix("t=")
    told = pushes.claims(token, push_keys.p256_key("web_push").public_key())
    assert (kind, told["aud"], told["sub"]) == ("vapid", "https://updates.push.services.mozilla.com", push_keys.SUBJECT)
    assert told["exp"] - NOW <= 24 * 3600


def test_a_token_is_used_until_shortly_before_it_ends() -> None:
    now = [1000]
    cache = TokenCache(lambda: now[0])
    made: list[int] = []

    def make(at: int) -> tuple[str, int]:
        made.append(at)
        return f"token {at}", at + 600

    for now[0] in (1000, 1539, 1541):
        cache.get("key", make)
    cache.forget("key")
    cache.get("key", make)

    assert made == [1000, 1541, 1541]
