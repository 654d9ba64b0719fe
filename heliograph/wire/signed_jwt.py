"""JSON Web Tokens that we sign ourselves (RFC 7515, RFC 7519), to tell a vendor who calls: RS256 and ES256."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

COORDINATE: Final = 32
"""Bytes of each half of an ES256 signature (RFC 7518, 3.4)."""
SHORTEST_RSA: Final = 2048


def rsa_key(pem: str) -> rsa.RSAPrivateKey:
    """The RSA key in *pem*.

    Raises:
        ValueError: it holds none, or one that is too short.
    """
    key = _key(pem)
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < SHORTEST_RSA:
        raise ValueError("it must be an RSA private key in PEM, of 2048 bits or more")
    return key


def p256_key(pem: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key in *pem*.

    Raises:
        ValueError: it holds none.
    """
    key = _key(pem)
    if not (isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)):
        raise ValueError("it must be a private key of the curve P-256 in PEM")  # noqa: TRY004 # pydantic shows it
    return key


def p256_of(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key whose number these 32 bytes are.

    Raises:
        ValueError: they are none.
    """
    if len(scalar) != COORDINATE:
        raise ValueError("it must be a private key of the curve P-256: PEM, or its 32 bytes in base64url")
    return ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())


def rs256(key: rsa.RSAPrivateKey, claims: Mapping[str, Any], header: Mapping[str, str]) -> str:
    """A token with these *claims*, signed with an RSA key; *header* is what it has besides `alg` and `typ`."""
    text = _text("RS256", claims, header)
    return f"{text}.{encoded(key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def es256(key: ec.EllipticCurvePrivateKey, claims: Mapping[str, Any], header: Mapping[str, str]) -> str:
    """A token with these *claims*, signed with a P-256 key."""
    text = _text("ES256", claims, header)
    halves = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return f"{text}.{encoded(b''.join(half.to_bytes(COORDINATE) for half in halves))}"


def kept_under(vendor: str, *parts: str) -> str:
    """A name for a token that is kept: it differs for other credentials, and does not tell them."""
    digest = sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()
    return f"{vendor}:{digest}"


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def _key(pem: str) -> Any:
    try:
        return load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise ValueError("it is no private key in PEM without a password") from exc


def _text(algorithm: str, claims: Mapping[str, Any], header: Mapping[str, str]) -> str:
    parts = ({"alg": algorithm, "typ": "JWT", **header}, claims)
    return ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
