"""The accounts that the fakes know, and the fixed credentials of the demo project's."""

import base64
import ipaddress
import threading
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TWILIO_SID: Final = "AC" + "10ca1" * 6 + "00"
TWILIO_TOKEN: Final = "10ca1" * 6 + "00"
SENDGRID_KEY: Final = "SG.local-demo.10ca110ca110ca110ca110ca110ca110ca110ca1"


def signing_key() -> ec.EllipticCurvePrivateKey:
    """The P-256 key with which the fake SendGrid signs for every account; the same on every machine, so no secret."""
    scalar = int.from_bytes(sha256(b"the local sandbox of Heliograph").digest())
    return ec.derive_private_key(scalar, ec.SECP256R1())


def verification_key() -> str:
    """The public half as SendGrid shows it: base64 of the DER SubjectPublicKeyInfo."""
    der = signing_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def demo_credentials() -> Mapping[str, Mapping[str, str]]:
    """Provider name -> its credentials, fields named as the provider's own `Credentials`."""
    return {
        "ses": {},
        "sendgrid": {"api_key": SENDGRID_KEY, "verification_key": verification_key()},
        "twilio": {"account_sid": TWILIO_SID, "auth_token": TWILIO_TOKEN},
        "sns_sms": {},
        "aws_sms": {},
        "inbox": {},
    }


def is_loopback(url: str) -> bool:
    """Whether *url* leads to this machine; the fakes post nowhere else."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host == "localhost" or host.endswith(".localhost"):
            return parts.scheme in {"http", "https"}
        return parts.scheme in {"http", "https"} and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Accounts:
    """What customers set up at the providers. Twilio's demo account is there from the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._webhooks: dict[str, str] = {}
        self._hooks: dict[tuple[str, str], str] = {}
        self._tokens = {TWILIO_SID: TWILIO_TOKEN}

    def add_sendgrid(self, api_key: str, webhook_url: str) -> None:
        """Let *api_key* in and post its events to *webhook_url*, as SendGrid's settings page does."""
        with self._lock:
            self._webhooks[api_key] = webhook_url

    def add(self, provider: str, account: str, webhook_url: str) -> None:
        """Let *account* in at *provider* and post its events to *webhook_url*, as the vendor's settings page does."""
        with self._lock:
            self._hooks[provider, account] = webhook_url

    def webhook(self, provider: str, account: str) -> str | None:
        """Where the events of this account go; None when the provider does not know it."""
        return self._hooks.get((provider, account))

    def add_twilio(self, account_sid: str, auth_token: str) -> None:
        """Let an account in."""
        with self._lock:
            self._tokens[account_sid] = auth_token

    def sendgrid_webhook(self, api_key: str) -> str | None:
        """Where the events of this key go; None when SendGrid does not know the key."""
        return self._webhooks.get(api_key)

    def twilio_token(self, account_sid: str) -> str | None:
        """The account's token; None when Twilio does not know the account."""
        return self._tokens.get(account_sid)
