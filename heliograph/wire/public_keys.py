"""Proofs with a vendor's public key."""

from base64 import b64decode

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from heliograph.domain.errors import BadSignature


def p256_keys(text: str, vendor: str) -> list[ec.EllipticCurvePublicKey]:
    """The P-256 keys in *text*: base64 of DER (SubjectPublicKeyInfo, RFC 5480), several with commas between.

    Raises:
        ValueError: one of them is something else; says what to paste.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        keys = [load_der_public_key(b64decode(part, validate=True)) for part in parts]
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise ValueError(f"paste the verification key as {vendor} shows it: base64 without header lines") from exc
    curves = [key for key in keys if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)]
    if len(curves) < len(keys):
        raise ValueError(f"{vendor}'s verification keys are P-256 keys; this one is another kind")
    return curves


def prove_ecdsa(vendor: str, given: bytes, signed: bytes, keys: str) -> None:
    """Do nothing if *given* (base64 of DER) is *signed* by ECDSA with SHA-256 and one of `p256_keys(keys)`.

    Raises:
        BadSignature: it is not, or there is no key to check it with.
    """
    try:
        signature, usable = b64decode(given, validate=True), p256_keys(keys, vendor)
    except ValueError as exc:
        raise BadSignature(f"{vendor}'s signature or the verification key is malformed") from exc
    if not any(_made_by(key, signature, signed) for key in usable):
        raise BadSignature(f"{vendor}'s signature is missing or wrong")


def _made_by(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def ed25519_keys(text: str, vendor: str) -> list[ed25519.Ed25519PublicKey]:
    """The Ed25519 keys in *text*: base64 of the 32 raw bytes (RFC 8032), several with commas between.

    Raises:
        ValueError: one of them is something else; says what to paste.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [ed25519.Ed25519PublicKey.from_public_bytes(b64decode(part, validate=True)) for part in parts]
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise ValueError(f"paste the public key as {vendor} shows it: base64 of 32 bytes") from exc


def prove_ed25519(vendor: str, given: bytes, signed: bytes, keys: str) -> None:
    """Do nothing if *given* (base64) is *signed* by Ed25519 and one of `ed25519_keys(keys)`.

    Raises:
        BadSignature: it is not, or there is no key to check it with.
    """
    try:
        signature, usable = b64decode(given, validate=True), ed25519_keys(keys, vendor)
    except ValueError as exc:
        raise BadSignature(f"{vendor}'s signature or the public key is malformed") from exc
    if not any(_sealed_by(key, signature, signed) for key in usable):
        raise BadSignature(f"{vendor}'s signature is missing or wrong")


def _sealed_by(key: ed25519.Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
