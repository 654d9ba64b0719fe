import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadSignature
from heliograph.wire import jwt

KEY = b"a-secret-of-the-vendor"


def part(value: Any) -> bytes:
    whole = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(whole).rstrip(b"=")


def token(told: Any, *, key: bytes = KEY, head: Any = None, algorithm: str = "sha256") -> bytes:
    signed = part({"alg": "HS256"} if head is None else head) + b"." + part(told)
    return signed + b"." + part(hmac.digest(key, signed, algorithm))


def test_the_claims_of_a_token_are_read_once_its_signature_holds_under_one_of_the_keys() -> None:
    assert jwt.claims("Acme", token({"iss": "Acme"}), [b"another", KEY]) == {"iss": "Acme"}


# The example of RFC 7515, appendix A.1.
PUBLISHED = (
    b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    b".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    b".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
PUBLISHED_KEY = (
    "0323354b2b0fa5bc837e0665777ba68f5ab328e6f054c928a90f84b2d2502ebf"
    "d3fb5a92d20647ef968ab4c377623d223d2e2172052e4f08c0cd9af567d080a3"
)


def test_the_example_of_the_standard_is_proven() -> None:
    told = jwt.claims("Acme", PUBLISHED, [bytes.fromhex(PUBLISHED_KEY)])

    assert told == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}


@pytest.mark.parametrize(
    "made",
    [
        b"",
        b"..",
        token({}, key=b"another"),
        token({}, key=b""),
        token({}, head={"alg": "none"}),
        token({}, head={"alg": "HS512"}, algorithm="sha512"),
        token({}, head={"alg": "RS256"}),
        token({}, head=[]),
        token({}, head=b"no json"),
        token(b"\xff"),
        token({}) + b"=",
        token({}) + b".",
        part({"alg": "none"}) + b"." + part({}) + b".",
    ],
)
def test_any_other_token_is_refused(made: bytes) -> None:
    with pytest.raises(BadSignature):
        jwt.claims("Acme", made, [KEY, b""])


def test_without_a_key_nothing_is_proven() -> None:
    with pytest.raises(BadSignature):
        jwt.claims("Acme", token({}), [])


@given(made=st.one_of(st.binary(max_size=80), st.lists(st.binary(max_size=20), min_size=3, max_size=3).map(b".".join)))
def test_whatever_else_is_called_a_token_is_refused(made: bytes) -> None:
    with pytest.raises(BadSignature):
        jwt.claims("Acme", made, [KEY])


def test_claims_that_are_no_object_are_none() -> None:
    assert jwt.claims("Acme", token(["iss"]), [KEY]) == {}


TIMES = {"nbf": 1000, "exp": 1060}


@pytest.mark.parametrize("came", [999, 1000, 1060, 1061])
def test_a_token_holds_from_its_beginning_to_its_end_and_a_little_longer(came: int) -> None:
    jwt.prove_time("Acme", TIMES, came, leeway=1)


@pytest.mark.parametrize(
    ("told", "came"),
    [
        (TIMES, 998),
        (TIMES, 1062),
        (TIMES, None),
        ({"nbf": 1000}, 1030),
        ({"exp": 1060}, 1030),
        ({"nbf": 1000, "exp": "1060"}, 1030),
        ({"nbf": 1000, "exp": float("nan")}, 1030),
    ],
)
def test_before_after_and_without_its_times_it_does_not(told: dict[str, Any], came: int | None) -> None:
    with pytest.raises(BadSignature):
        jwt.prove_time("Acme", told, came, leeway=1)


def test_a_claim_may_be_the_hash_of_something() -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    jwt.prove_hash("Acme", {"hash": digest}, "hash", b"hello")

    for told in ({"hash": digest[1:]}, {"hash": None}, {}, {"hash": "\ud800"}):
        with pytest.raises(BadSignature):
            jwt.prove_hash("Acme", told, "hash", b"hello")
