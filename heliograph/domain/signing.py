"""Signing short lists of strings, so that strangers can carry them for us and not change them.

A token is base64url without padding of: key id, fields, and 16 bytes of HMAC-SHA-256 (RFC 2104). Strings
are preceded by their length, so no two lists of fields have the same bytes. The MAC's key is derived for one purpose,
so a token of one purpose is worth nothing for another. Signed, not encrypted: fields can be read by anybody.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Final

from heliograph.domain.errors import HeliographError

MAC_BYTES: Final = 16
MIN_SECRET: Final = 16
"""Characters; ours have more, and an empty or placeholder secret must not start."""
MAX_TOKEN: Final = 8192
"""Characters; nothing longer is looked at."""

_KEY_ID = re.compile(r"[A-Za-z0-9]{1,2}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80


class BadToken(HeliographError):
    """The token is not one of ours for this purpose; it says no more, since whoever sent it may be guessing."""

    def __init__(self) -> None:
        super().__init__("the token is not valid; use it exactly as it was given")


class Signer:
    """Signs with the last key and verifies with all, so a key can be followed by another for ever.

    *keys* maps a key id (1 or 2 of `A-Z a-z 0-9`) to its secret.

    Raises:
        ValueError: no key, a malformed key id, or a secret below 16 characters.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        if not keys:
            raise ValueError("there is no key to sign with; run `heliograph init`")
        for key_id, secret in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"the key id {key_id!r} is not 1 or 2 of A-Z a-z 0-9")
            if len(secret) < MIN_SECRET:
                raise ValueError(f"the secret of key {key_id!r} has less than {MIN_SECRET} characters")
        self._keys = {key_id: secret.encode() for key_id, secret in keys.items()}
        self._newest = list(keys)[-1]

    def __repr__(self) -> str:
        return f"Signer({', '.join(self._keys)})"

    def sign(self, purpose: str, *fields: str) -> str:
        """A token of the characters `A-Z a-z 0-9 _ -`."""
        body = b"".join(_with_length(part.encode()) for part in (self._newest, *fields))
        return _text(body + self._mac(self._newest, purpose, body))

    def read(self, purpose: str, token: str) -> tuple[str, ...]:
        """The fields that were signed.

        Raises:
            BadToken: malformed, changed, signed with a key that is gone, or of another purpose.
        """
        raw = _bytes(token)
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        try:
            key_id, *fields = [part.decode() for part in _parts(body)]
        except (ValueError, IndexError) as exc:
            raise BadToken from exc
        if key_id not in self._keys or not hmac.compare_digest(self._mac(key_id, purpose, body), mac):
            raise BadToken
        return tuple(fields)

    def _mac(self, key_id: str, purpose: str, body: bytes) -> bytes:
        derived = hmac.digest(self._keys[key_id], b"heliograph:" + purpose.encode(), "sha256")
        return hmac.digest(derived, body, "sha256")[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    if len(token) > MAX_TOKEN or not _TOKEN.fullmatch(token):
        raise BadToken
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except binascii.Error as exc:
        raise BadToken from exc
    # The last character has bits that mean nothing; only one way of writing a token is right.
    if _text(raw) != token:
        raise BadToken
    return raw


def _with_length(part: bytes) -> bytes:
    """Length as a varint (seven bits a byte, the lowest first), then the bytes."""
    length, prefix = len(part), bytearray()
    while length > _SEVEN_BITS:
        prefix.append(length & _SEVEN_BITS | _MORE)
        length >>= 7
    return bytes((*prefix, length)) + part


def _parts(body: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(body):
        length, shift = 0, 0
        while body[place] & _MORE:
            length |= (body[place] & _SEVEN_BITS) << shift
            place, shift = place + 1, shift + 7
        length |= body[place] << shift
        place += 1
        if place + length > len(body):
            raise ValueError("a length beyond the end")
        yield body[place : place + length]
        place += length
