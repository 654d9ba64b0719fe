"""A fake push service of a browser: it looks at VAPID, and opens what only the browser could.

Sources: RFC 8030, RFC 8188, RFC 8291, RFC 8292.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug import Request, Response

from local.sandbox import push_keys, pushes
from local.sandbox.desk import Desk
from local.sandbox.fakes import Route

HOST: Final = "updates.push.services.mozilla.com"
AUTH: Final = b"local web push 0"
_DAY: Final = 24 * 3600
_HEADER: Final = 21
"""Bytes before the key: salt, size of a record, length of the key (RFC 8188, 2.1)."""


class WebPush:
    """The push service."""

    CREDENTIALS: ClassVar[Mapping[str, str]] = push_keys.credentials("web_push")
    SENDER: ClassVar[str] = "Heliograph"
    ACCOUNT: ClassVar[str] = ""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        return (("POST", f"/{HOST}/wpush/v2/<browser>", self.send),)

    def send(self, request: Request, browser: str) -> Response:
        """Take one push: 201, 400, 401, 410 or what the endpoint chose."""
        if not self._is_known(request):
            return Response("", 401)
        if request.headers.get("Content-Encoding") != "aes128gcm" or not request.headers.get("TTL", "").isdecimal():
            return Response("", 400)
        if pushes.is_gone(browser):
            return Response("", 410)
        shown = opened(request.get_data())
        if shown is None:
            return Response("", 400)
        name = self._desk.ids()
        push = pushes.Push("web_push", browser, shown.get("title", ""), shown.get("body", ""), name)
        status = pushes.take(self._desk, push)
        return Response("", status or 201, headers={} if status else {"Location": f"https://{HOST}/m/{name}"})

    def _is_known(self, request: Request) -> bool:
        kind, _, rest = request.headers.get("Authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        key = push_keys.p256_key("web_push").public_key()
        told = pushes.claims(parts.get("t", ""), key)
        now = int(self._desk.clock().timestamp())
        lives = now < told.get("exp", 0) <= now + _DAY
        return (
            kind == "vapid" and told.get("aud") == f"https://{HOST}" and lives and parts.get("k") == _text(_point(key))
        )


def subscription(browser: str) -> str:
    """The subscription of one of the demo's browsers, as its page would send it."""
    keys = {"auth": _text(AUTH), "p256dh": _text(_point(push_keys.p256_key("browser").public_key()))}
    return json.dumps({"endpoint": f"https://{HOST}/wpush/v2/{browser}", "keys": keys})


def opened(body: bytes) -> Any:
    """What the browser's service worker would get; None when it is not for this browser."""
    salt, length = body[:16], body[20]
    point, record = body[_HEADER : _HEADER + length], body[_HEADER + length :]
    browser = push_keys.p256_key("browser")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        secret = hmac.digest(AUTH, browser.exchange(ec.ECDH(), theirs), "sha256")
        info = b"WebPush: info\0" + _point(browser.public_key()) + point + b"\1"
        derived = hmac.digest(salt, hmac.digest(secret, info, "sha256"), "sha256")
        key = hmac.digest(derived, b"Content-Encoding: aes128gcm\0\1", "sha256")[:16]
        nonce = hmac.digest(derived, b"Content-Encoding: nonce\0\1", "sha256")[:12]
        return json.loads(AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0").removesuffix(b"\2"))
    except (ValueError, InvalidTag):
        return None


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
