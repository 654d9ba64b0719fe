from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadSignature
from heliograph.wire.public_keys import ed25519_keys, p256_keys, prove_ecdsa, prove_ed25519

KEY = ec.derive_private_key(0x5EED, ec.SECP256R1())
OTHER = ec.derive_private_key(0xBAD, ec.SECP256R1())
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))


def shown(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


SIGNATURE = b64encode(KEY.sign(b"text", ec.ECDSA(SHA256())))


def test_the_keys_own_signature_proves_and_so_it_does_while_keys_are_changed() -> None:
    prove_ecdsa("Acme", SIGNATURE, b"text", shown(KEY))
    prove_ecdsa("Acme", SIGNATURE, b"text", f"{shown(OTHER)}, {shown(KEY)},")


@pytest.mark.parametrize("keys", ["", shown(OTHER)])
def test_without_the_key_nothing_is_proven(keys: str) -> None:
    with pytest.raises(BadSignature, match="missing or wrong"):
        prove_ecdsa("Acme", SIGNATURE, b"text", keys)


@given(signature=st.binary(max_size=90))
def test_whatever_else_is_called_a_signature_is_refused(signature: bytes) -> None:
    for written in (signature, b64encode(signature)):
        with pytest.raises(BadSignature):
            prove_ecdsa("Acme", written, b"text", shown(KEY))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (shown(ED25519), "are P-256 keys"),
        (shown(ec.derive_private_key(7, ec.SECP384R1())), "are P-256 keys"),
        (f"{shown(KEY)},{shown(ED25519)}", "are P-256 keys"),
        ("-----BEGIN PUBLIC KEY-----", "as Acme shows it"),
        (b64encode(b"not a key").decode(), "as Acme shows it"),
        ("é", "as Acme shows it"),
    ],
)
def test_what_is_no_p256_key_is_refused_with_advice_and_proves_nothing(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        p256_keys(text, "Acme")
    with pytest.raises(BadSignature, match="malformed"):
        prove_ecdsa("Acme", SIGNATURE, b"text", text)


def test_a_key_of_a_kind_that_nobody_knows_is_refused_with_advice() -> None:
    unknown = bytes.fromhex("300c300706032a0304050003010000")[:14]  # SubjectPublicKeyInfo of a made-up algorithm

    with pytest.raises(ValueError, match="verification key"):
        p256_keys(b64encode(unknown).decode(), "Acme")


# Test 2 of RFC 8032, section 7.1.
PUBLISHED_KEY = b64encode(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")).decode()
PUBLISHED = b64encode(
    bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
)
NOBODY = b64encode(ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def test_an_ed25519_signature_proves_also_while_keys_are_changed() -> None:
    prove_ed25519("Acme", PUBLISHED, b"\x72", PUBLISHED_KEY)
    prove_ed25519("Acme", PUBLISHED, b"\x72", f"{NOBODY}, {PUBLISHED_KEY}")


@pytest.mark.parametrize("keys", ["", NOBODY, "é", b64encode(b"short").decode(), shown(KEY)])
def test_without_its_key_an_ed25519_signature_proves_nothing(keys: str) -> None:
    with pytest.raises(BadSignature):
        prove_ed25519("Acme", PUBLISHED, b"\x72", keys)


@given(signature=st.binary(max_size=90))
def test_whatever_else_is_called_an_ed25519_signature_is_refused(signature: bytes) -> None:
    for written in (signature, b64encode(signature)):
        with pytest.raises(BadSignature):
            prove_ed25519("Acme", written, b"\x72", PUBLISHED_KEY)


@pytest.mark.parametrize("text", [b64encode(b"short").decode(), "é", shown(KEY)])
def test_what_is_no_ed25519_key_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ValueError, match="as Acme shows it"):
        ed25519_keys(text, "Acme")
