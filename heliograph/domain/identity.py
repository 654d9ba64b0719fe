"""How things get their names: notification ids, shards, keyed hashes."""

import base64
import hashlib
import hmac
import zlib
from typing import Final

from heliograph.names import WORK_SHARDS

NOTIFICATION_ID_LENGTH: Final = 26


def notification_id(*, project: str, mode: str, salt: str, key: str) -> str:
    """The id of a notification: the same for the same key of the same project and mode, for ever.

    It is a name, not a secret: 26 characters of base32(SHA-256(project, mode, salt, key; each length-prefixed)).
    """
    digest = hashlib.sha256()
    for part in (project, mode, salt, key):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return base64.b32encode(digest.digest()).decode().lower()[:NOTIFICATION_ID_LENGTH]


def work_shard(notification: str) -> int:
    """Which partition of the work index a notification lies in."""
    return zlib.crc32(notification.encode()) % WORK_SHARDS


def keyed_hash(pepper: str, *parts: str) -> str:
    """32 hex digits that stand for an address without telling it."""
    message = "\0".join(parts).encode()
    return hmac.new(pepper.encode(), message, hashlib.sha256).hexdigest()[:32]
