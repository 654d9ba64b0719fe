"""API keys: `live_` or `test_`, a key id, a secret, and a checksum that refuses a typo before anything is read.

Only a keyed hash of a key is stored. Its shape is fixed, so that secret scanners and our own log filter know it.
"""

import base64
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from heliograph.domain.errors import Unauthorized
from heliograph.domain.project import Mode

ID_CHARS: Final = 10
SECRET_BYTES: Final = 20
"""160 bits: 32 characters."""

PATTERN: Final = r"\b(live|test)_[a-z2-7]{49}\b"
"""Finds a key in any text."""

_KEY = re.compile(r"(live|test)_([a-z2-7]{10})([a-z2-7]{32})([a-z2-7]{7})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedKey:
    """A key with the right shape; nobody has looked it up yet."""

    mode: Mode
    id: str
    """10 characters; names the key, is no secret."""
    text: str = field(repr=False)
    """The whole key, as the caller sends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MintedKey(ParsedKey):
    """A new key, shown once."""

    secret: str = field(repr=False)


def mint(mode: Mode, random: Callable[[int], bytes]) -> MintedKey:
    """A new key; *random* gives that many random bytes, as `secrets.token_bytes` does."""
    key_id = _base32(random(7))[:ID_CHARS]
    secret = _base32(random(SECRET_BYTES))
    head = f"{mode}_{key_id}{secret}"
    return MintedKey(mode=mode, id=key_id, secret=secret, text=head + _checksum(head))


def parse(text: str) -> ParsedKey:
    """Take a key apart, without any read.

    Raises:
        Unauthorized: it cannot be a key of ours, or it was copied with a mistake. The key is not repeated.
    """
    match = _KEY.fullmatch(text)
    if not match:
        raise Unauthorized("this is no API key; it is live_ or test_ and 49 characters of a-z and 2-7")
    mode, key_id, secret, checksum = match.groups()
    if _checksum(f"{mode}_{key_id}{secret}") != checksum:
        raise Unauthorized("the API key has a typing mistake; copy it again")
    return ParsedKey(mode=Mode(mode), id=key_id, text=text)


def digest(text: str, pepper: str) -> str:
    """What is stored instead of the key: HMAC-SHA-256, 64 hexadecimal characters."""
    if not pepper:
        raise ValueError("the pepper is empty; keys would be stored as plain hashes")
    return hmac.digest(pepper.encode(), text.encode(), "sha256").hex()


def matches(text: str, stored: str | None, pepper: str) -> bool:
    """Whether the key is the one that was stored, in the same time for any difference.

    Pass None for an unknown key id, so that it costs what a known one costs.
    """
    right = hmac.compare_digest(digest(text, pepper), stored or "0" * 2 * hashlib.sha256().digest_size)
    return right and stored is not None


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def _checksum(head: str) -> str:
    """CRC-32 in 7 characters."""
    return _base32(zlib.crc32(head.encode()).to_bytes(4))
