"""JSON Web Tokens with a shared secret (RFC 7519, RFC 7515): HS256 and nothing else, whatever the token says."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any, Final

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import JSON
from heliograph.wire import proofs, reading

ALGORITHM: Final = "HS256"
PARTS: Final = 3


def claims(vendor: str, token: bytes, keys: Iterable[bytes]) -> JSON:
    """The claims of a compact *token* that one of *keys* has signed; their times are still to be checked.

    Raises:
        BadSignature: it is no such token, of another algorithm, or signed by somebody else.
    """
    parts = token.split(b".")
    if len(parts) != PARTS:
        raise BadSignature(f"{vendor}'s token is missing or malformed")
    proofs.prove_hmac(vendor, parts[2], texts=[b".".join(parts[:2])], keys=keys, written=_text)
    if reading.text(_part(vendor, parts[0]), "alg") != ALGORITHM:
        raise BadSignature(f"{vendor}'s token is not signed with {ALGORITHM}")
    return reading.typed(dict, _part(vendor, parts[1]))


def prove_time(vendor: str, told: JSON, came: int | None, *, leeway: float) -> None:
    """Do nothing if the request came between the claims `nbf` and `exp`, *leeway* seconds aside.

    Raises:
        BadSignature: it did not, one of the two is missing, or nobody knows when the request came.
    """
    begin, end = (reading.member(told, name) for name in ("nbf", "exp"))
    if came is None or not isinstance(begin, int | float) or not isinstance(end, int | float):
        raise BadSignature(f"{vendor}'s token has no times")
    if not begin - leeway <= came <= end + leeway:
        raise BadSignature(f"{vendor}'s token has expired, or one of the clocks is wrong")


def prove_hash(vendor: str, told: JSON, claim: str, content: bytes) -> None:
    """Do nothing if *claim* is the SHA-256 of *content* in hexadecimal.

    Raises:
        BadSignature: it is not.
    """
    proofs.prove_sha256(vendor, content, reading.text(told, claim))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _part(vendor: str, encoded: bytes) -> Any:
    try:
        return json.loads(urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)))
    except (ValueError, RecursionError) as exc:
        raise BadSignature(f"{vendor}'s token is malformed") from exc
