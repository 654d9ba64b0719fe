"""A push's body is what the standard's own example says, and only that browser can open it."""

import hmac
from base64 import urlsafe_b64encode
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from heliograph.wire import push_encryption
from heliograph.wire.push_encryption import decoded, encrypt, one_time_key, point_of

# RFC 8291, section 5 and appendix A.
TEXT: Final = b"When I grow up, I want to be a watermelon"
AUTH: Final = "BTBZMqHH6r4Tts7J_aSIgg"
BROWSER: Final = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SENDER: Final = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT: Final = "DGv6ra1nlYgDCS1FRnbzlw"
BODY: Final = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)), ec.SECP256R1())


def test_the_standards_own_example_comes_out_to_the_byte() -> None:
    theirs, auth = push_encryption.browser_key(BROWSER), push_encryption.secret(AUTH)

    body = encrypt(TEXT, theirs=theirs, auth=auth, ours=key(SENDER), salt=decoded(SALT))

    assert urlsafe_b64encode(body).decode().rstrip("=") == BODY


@given(text=st.binary(max_size=push_encryption.LONGEST), random=st.binary(min_size=48, max_size=48))
def test_the_browser_reads_what_was_written_and_nobody_needs_more_than_a_record(text: bytes, random: bytes) -> None:
    browser, auth, salt = key(SENDER), bytes(16), random[:16]

    body = encrypt(text, theirs=browser.public_key(), auth=auth, ours=one_time_key(random), salt=salt)

    assert opened(body, browser, auth) == text
    assert len(body) <= push_encryption.RECORD


@pytest.mark.parametrize("text", ["", "BA", "*" * 87, BROWSER[:-2], "A" * 87])
def test_what_is_no_browsers_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="p256dh is no public key"):
        push_encryption.browser_key(text)


def test_what_no_push_service_would_take_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 3993"):
        encrypt(
            b"x" * 3994, theirs=key(SENDER).public_key(), auth=bytes(16), ours=one_time_key(b"1" * 48), salt=bytes(16)
        )


def opened(body: bytes, browser: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """RFC 8188 and 8291, from the receiver's side."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    point, record = body[21 : 21 + length], body[21 + length :]
    assert size >= len(record)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    info = b"WebPush: info\0" + point_of(browser) + point + b"\1"
    secret = hmac.digest(hmac.digest(auth, browser.exchange(ec.ECDH(), theirs), "sha256"), info, "sha256")
    derived = hmac.digest(salt, secret, "sha256")
    content_key = hmac.digest(derived, b"Content-Encoding: aes128gcm\0\1", "sha256")[:16]
    nonce = hmac.digest(derived, b"Content-Encoding: nonce\0\1", "sha256")[:12]
    plain = AESGCM(content_key).decrypt(nonce, record, None)
    assert plain.endswith(b"\x02")
    return plain[:-1]
