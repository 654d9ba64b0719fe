"""The keys of the demo project at the push services: the same on every machine, so no secret."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256, shake_256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_STEPS: Final = {"p": 648, "q": 598}
"""From the number that a name gives to the next prime that fits RSA."""
_EXPONENT: Final = 65537
TEAM: Final = "LOCAL0TEAM"
KEY_ID: Final = "LOCAL00KEY"
TOPIC: Final = "dev.heliograph.demo"
PROJECT: Final = "heliograph-local"
ACCOUNT: Final = f"sender@{PROJECT}.iam.gserviceaccount.com"
SUBJECT: Final = "mailto:hello@heliograph.example"
ONESIGNAL_APP: Final = "10ca110c-a110-4ca1-8ca1-10ca110ca110"


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """Of the service account at Google."""
    p, q = (_prime(name) for name in _STEPS)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    crt = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *crt, rsa.RSAPublicNumbers(_EXPONENT, p * q)).private_key()


@cache
def p256_key(whose: str) -> ec.EllipticCurvePrivateKey:
    """Of `apns`, of `web_push`, or of the browser that the demo's subscriptions belong to."""
    return ec.derive_private_key(int.from_bytes(_number(whose)), ec.SECP256R1())


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """The key as files hold it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def credentials(provider: str) -> Mapping[str, str]:
    """The demo's credentials at `fcm`, `apns` or `web_push`, those with keys of their own."""
    match provider:
        case "fcm":
            account = {"project_id": PROJECT, "client_email": ACCOUNT, "private_key_id": KEY_ID}
            return {
                "service_account": json.dumps({"type": "service_account", **account, "private_key": pem(rsa_key())})
            }
        case "apns":
            key = pem(p256_key("apns"))
            return {"team_id": TEAM, "key_id": KEY_ID, "private_key": key, "topic": TOPIC, "environment": "sandbox"}
        case _:
            return {"private_key": urlsafe_b64encode(_number("web_push")).decode().rstrip("="), "subject": SUBJECT}


def _number(whose: str) -> bytes:
    return sha256(f"the local sandbox of Heliograph, {whose}".encode()).digest()


def _prime(name: str) -> int:
    text = f"the local sandbox of Heliograph, prime {name}".encode()
    return (int.from_bytes(shake_256(text).digest(128)) | (3 << 1022) | 1) + _STEPS[name]
