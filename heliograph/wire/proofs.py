"""Proofs with a shared secret. Strangers choose every byte that is read here: all they get is a refusal."""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Protocol

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest


class Secret(Protocol):
    """pydantic's `SecretStr`, as far as it is needed."""

    def get_secret_value(self) -> str: ...


def header(request: WebhookRequest, name: str) -> bytes:
    """The header *name* (lower case) as bytes, whatever characters it holds; empty when it is missing."""
    return request.headers.get(name, "").encode(errors="surrogatepass")


def keys(*secrets: Secret | None) -> list[bytes]:
    """The secrets that are set, as HMAC keys: the present one, and the next one while it is changed."""
    return [secret.get_secret_value().encode() for secret in secrets if secret]


def in_base64(digest: bytes) -> str:
    """A digest in standard base64 with padding; `bytes.hex` is its sibling for vendors that write hexadecimal."""
    return b64encode(digest).decode()


def prove_hmac(
    vendor: str,
    given: bytes,
    *,
    texts: Iterable[bytes],
    keys: Iterable[bytes],
    algorithm: str = "sha256",
    written: Callable[[bytes], str] = in_base64,
) -> None:
    """Do nothing if *given* is the HMAC (RFC 2104) of one of *texts* under one of *keys*; an empty key proves nothing.

    Several texts are for vendors that spell what they sign in more than one way.

    Raises:
        BadSignature: it is not.
    """
    signed = list(texts)
    proofs = [written(hmac.digest(key, text, algorithm)).encode() for key in keys if key for text in signed]
    # A list and not a generator: the time must not tell which of the keys came close.
    if not any([hmac.compare_digest(proof, given) for proof in proofs]):  # noqa: C419 -- the line above
        raise BadSignature(f"{vendor}'s signature is missing or wrong")


def prove_token(vendor: str, given: bytes, keys: Iterable[bytes]) -> None:
    """Do nothing if *given* is one of *keys*, a secret that is sent as it is; an empty one proves nothing.

    Raises:
        BadSignature: it is not.
    """
    # A list and not a generator, for the same reason as above.
    if not any([hmac.compare_digest(key, given) for key in keys if key]):  # noqa: C419 -- the line above
        raise BadSignature(f"{vendor}'s secret is missing or wrong")


def prove_age(vendor: str, sent: float, came: int | None, *, seconds: int) -> None:
    """Do nothing if *sent* (seconds since 1970, proven) is within *seconds* of the request's arrival, either way.

    Raises:
        BadSignature: it is older or from the future, or nobody knows when the request came.
    """
    if came is None or not abs(came - sent) <= seconds:
        raise BadSignature(f"{vendor}'s signature is too old, or one of the clocks is wrong")


def prove_sha256(vendor: str, body: bytes, given: str) -> None:
    """Do nothing if *given*, which something else has proven, is the body's SHA-256 in hexadecimal of either case.

    Raises:
        BadSignature: it is not.
    """
    if not hmac.compare_digest(sha256(body).hexdigest().encode(), given.lower().encode(errors="surrogatepass")):
        raise BadSignature(f"{vendor}'s body is not the one that was signed")
