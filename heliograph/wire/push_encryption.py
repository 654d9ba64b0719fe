"""Encryption of a push for one browser: RFC 8291, with one record of aes128gcm (RFC 8188)."""

import hmac
from base64 import urlsafe_b64decode
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SALT: Final = 16
"""Bytes, as the secret that the browser gives."""
POINT: Final = 65
"""Bytes of a P-256 public key, uncompressed."""
RECORD: Final = 4096
LONGEST: Final = 3993
"""Bytes of a text: what every push service takes at least (RFC 8291, 4) less header and tag."""
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (SEC 2)."""


def browser_key(text: str) -> ec.EllipticCurvePublicKey:
    """The browser's public key, from `p256dh`.

    Raises:
        ValueError: it is none.
    """
    try:
        data = decoded(text)
        if len(data) == POINT:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        pass
    raise ValueError("p256dh is no public key of P-256")


def secret(text: str) -> bytes:
    """The browser's secret, from `auth`.

    Raises:
        ValueError: it is none.
    """
    data = decoded(text)
    if len(data) != SALT:
        raise ValueError("auth is not 16 bytes long")
    return data


def one_time_key(random: bytes) -> ec.EllipticCurvePrivateKey:
    """A key for one message, of at least 40 random bytes: so many that none is likelier than another."""
    return ec.derive_private_key(int.from_bytes(random) % (ORDER - 1) + 1, ec.SECP256R1())


def encrypt(
    text: bytes, *, theirs: ec.EllipticCurvePublicKey, auth: bytes, ours: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The body of a push: header and one record.

    Raises:
        ValueError: *text* is longer than every push service takes.
    """
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} bytes and at most {LONGEST} are taken")
    point, their_point = _point(ours.public_key()), _point(theirs)
    shared = ours.exchange(ec.ECDH(), theirs)
    ikm = _hkdf(auth, shared, b"WebPush: info\0" + their_point + point, 32)
    key = _hkdf(salt, ikm, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, ikm, b"Content-Encoding: nonce\0", 12)
    # The byte behind the text marks the last record.
    record = AESGCM(key).encrypt(nonce, text + b"\x02", None)
    return salt + RECORD.to_bytes(4) + len(point).to_bytes(1) + point + record


def decoded(text: str) -> bytes:
    """Base64url, with padding or without.

    Raises:
        ValueError: it is something else.
    """
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, uncompressed."""
    return _point(key.public_key())


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256, for at most 32 bytes."""
    extracted = hmac.digest(salt, material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")[:length]
