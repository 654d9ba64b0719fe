"""Vectors of RFC 4231 (HMAC) and RFC 6234 (SHA-256), and whatever else strangers send."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest
from heliograph.wire.proofs import header, in_base64, keys, prove_age, prove_hmac, prove_sha256, prove_token

KEY = b"Jefe"
TEXT = b"what do ya want for nothing?"
HEX = b"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
BASE64 = b"W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
SHA1 = b"7/zfauXrL6LSdBbV8YTfnCWafHk="
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_published_signature_proves_in_hexadecimal_and_in_base64() -> None:
    prove_hmac("Acme", HEX, texts=[TEXT], keys=[KEY], written=bytes.hex)
    prove_hmac("Acme", BASE64, texts=[TEXT], keys=[KEY])


def test_the_hash_is_the_vendors_choice() -> None:
    prove_hmac("Acme", SHA1, texts=[TEXT], keys=[KEY], algorithm="sha1")

    with pytest.raises(BadSignature):
        prove_hmac("Acme", SHA1, texts=[TEXT], keys=[KEY], algorithm="sha256")


def test_any_of_several_keys_and_spellings_proves() -> None:
    prove_hmac("Acme", BASE64, texts=[b"another spelling", TEXT], keys=[b"the new key", KEY])


@pytest.mark.parametrize("signature", [b"", BASE64[:-1], BASE64 + b" ", BASE64.lower(), HEX, b"\xed\xa0\x80"])
def test_anything_else_is_refused(signature: bytes) -> None:
    with pytest.raises(BadSignature, match="Acme's signature is missing or wrong"):
        prove_hmac("Acme", signature, texts=[TEXT], keys=[KEY])


@pytest.mark.parametrize("usable", [[], [b""]])
def test_no_key_and_an_empty_key_prove_nothing(usable: list[bytes]) -> None:
    made_with_nothing = b"thNnmggU2ex3L5XXeMNfxf8Wl8STcVZTxscSFEKSxa0="  # HMAC-SHA256 of nothing under nothing

    with pytest.raises(BadSignature):
        prove_hmac("Acme", made_with_nothing, texts=[b""], keys=usable)


def test_only_the_secrets_that_are_set_are_keys() -> None:
    assert keys(SecretStr("é"), None, SecretStr("next")) == ["é".encode(), b"next"]


@pytest.mark.parametrize("given_hash", [ABC, ABC.upper()])
def test_a_hash_of_either_case_proves_its_body(given_hash: str) -> None:
    prove_sha256("Acme", b"abc", given_hash)


@given(body=st.binary(max_size=20), other=st.text(st.characters(codec=None), max_size=70))
def test_no_other_hash_proves_a_body(body: bytes, other: str) -> None:
    with pytest.raises(BadSignature, match="is not the one that was signed"):
        prove_sha256("Acme", body, other.replace(sha256(body).hexdigest(), ""))


@given(value=st.text(st.characters(codec=None)))
def test_any_header_is_read_as_bytes_and_no_two_as_the_same(value: str) -> None:
    came = WebhookRequest(method="POST", url="https://hooks.example/", headers={"x-proof": value}, body=b"")

    assert header(came, "x-proof").decode(errors="surrogatepass") == value
    assert header(came, "x-missing") == b""


def test_base64_is_the_standard_one_with_padding() -> None:
    assert in_base64(b"\xfb\xff") == "+/8="


def test_a_plain_secret_proves_under_one_of_the_keys_and_an_empty_one_never() -> None:
    prove_token("Acme", b"the-secret", [b"another", b"the-secret"])

    for sent, secrets in ((b"the-secre", [b"the-secret"]), (b"", [b""]), (b"", []), (b"the-secret", [])):
        with pytest.raises(BadSignature):
            prove_token("Acme", sent, secrets)


@pytest.mark.parametrize("sent", [700, 1000, 1300])
def test_what_is_young_enough_or_a_little_early_is_taken(sent: float) -> None:
    prove_age("Acme", sent, 1000, seconds=300)


@pytest.mark.parametrize(("sent", "came"), [(699, 1000), (1301, 1000), (1000, None), (float("nan"), 1000)])
def test_what_is_too_old_or_from_the_future_or_of_no_time_is_refused(sent: float, came: int | None) -> None:
    with pytest.raises(BadSignature):
        prove_age("Acme", sent, came, seconds=300)
