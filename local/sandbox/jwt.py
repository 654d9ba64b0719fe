"""JSON Web Tokens as vendors sign them with a shared secret: HS256 (RFC 7515)."""

import hmac
import json
from base64 import urlsafe_b64encode

from heliograph.domain.model import JSON


def sign(secret: str, claims: JSON) -> str:
    """A compact token."""
    signed = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "HS256"}, claims))
    return f"{signed}.{_text(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
