"""Encrypts what nobody may read in the table: AES-256-GCM, bound to the notification that it belongs to."""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12
"""Bytes, as NIST SP 800-38D recommends; random, so at most 2^32 notifications with hidden keys for one key."""


class Sealer:
    """*keys* gives the secret `data`: JSON {key id: secret}, of which the last seals and all open."""

    def __init__(self, keys: Callable[[], str], random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._keys = keys
        self._random = random

    def seal(self, at: MessageId, hidden: JSON) -> bytes:
        """Key id, full stop, nonce, ciphertext."""
        name, secret = list(json.loads(self._keys()).items())[-1]
        nonce = self._random(NONCE)
        text = json.dumps(hidden, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        sealed: bytes = _cipher(secret).encrypt(nonce, text, _bound(at))
        return f"{name}.".encode() + nonce + sealed

    def open(self, at: MessageId, sealed: bytes) -> JSON:
        """What was sealed.

        Raises:
            cryptography.exceptions.InvalidTag: it was changed, or belongs to another notification.
            KeyError: its key is gone.
        """
        name, _, rest = sealed.partition(b".")
        secret = json.loads(self._keys())[name.decode()]
        hidden: JSON = json.loads(_cipher(secret).decrypt(rest[:NONCE], rest[NONCE:], _bound(at)))
        return hidden


def _bound(at: MessageId) -> bytes:
    return f"{at.project}\0{at.notification}".encode()


def _cipher(secret: str) -> "AESGCM":
    # Not at the top: it takes longer to load than all of ours, and most messages hide nothing.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(hashlib.sha256(secret.encode()).digest())
