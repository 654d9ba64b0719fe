"""The signature of Standard Webhooks, and of Svix, from which it comes: the same under two names.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import binascii
import re
from base64 import b64decode
from typing import Final

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest
from heliograph.wire import proofs
from heliograph.wire.proofs import Secret

NAMES: Final = ("svix", "webhook")
"""What the headers' names begin with."""
TOLERANCE: Final = 300
"""Seconds, either way."""
SHORTEST: Final = 16
"""Bytes of a key."""
PREFIX: Final = "whsec_"
SIGNATURES: Final = re.compile(rb"[a-z0-9]+,[A-Za-z0-9+/]+=*( [a-z0-9]+,[A-Za-z0-9+/]+=*)*")
"""Several with spaces between while a secret is changed: version, comma, base64."""
SYMMETRIC: Final = b"v1,"
TIMESTAMP: Final = re.compile(rb"[0-9]{1,12}")


def key(secret: str) -> bytes:
    """The key in *secret*: base64, with `whsec_` before it or without.

    Raises:
        ValueError: it is none; says what to paste.
    """
    text = secret.removeprefix(PREFIX)
    try:
        found = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise ValueError("paste the signing secret as it is shown: whsec_ and base64") from exc
    if len(found) < SHORTEST:
        raise ValueError(f"a signing secret has at least {SHORTEST} bytes")
    return found


def prove(vendor: str, came: WebhookRequest, *secrets: Secret | None) -> str:
    """Check that one of the signatures is made with one of *secrets*, and not long ago; returns the message's id.

    Raises:
        BadSignature: none is, or it is older than `TOLERANCE`.
    """
    name = next((name for name in NAMES if f"{name}-signature" in came.headers), NAMES[0])
    event, timestamp, given = (proofs.header(came, f"{name}-{part}") for part in ("id", "timestamp", "signature"))
    if not event or not TIMESTAMP.fullmatch(timestamp) or not SIGNATURES.fullmatch(given):
        raise BadSignature(f"{vendor}'s id, timestamp or signature is missing or malformed")
    keys = [key(secret.get_secret_value()) for secret in secrets if secret]
    signatures = [one.removeprefix(SYMMETRIC) for one in given.split(b" ") if one.startswith(SYMMETRIC)]
    _prove_any(vendor, signatures, b".".join((event, timestamp, came.body)), keys)
    proofs.prove_age(vendor, int(timestamp), came.at, seconds=TOLERANCE)
    return event.decode(errors="replace")


def _prove_any(vendor: str, signatures: list[bytes], signed: bytes, keys: list[bytes]) -> None:
    for place, given in enumerate(signatures, 1):
        try:
            return proofs.prove_hmac(vendor, given, texts=[signed], keys=keys)
        except BadSignature:
            if place == len(signatures):
                raise
    raise BadSignature(f"{vendor}'s signature is of no version that is known here")
