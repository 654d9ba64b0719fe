"""Webhooks whose vendor signs nothing, and signs in with a user and a password of ours (RFC 7617) instead."""

import re
from base64 import b64encode
from typing import Final

from pydantic import Field, SecretStr, field_validator

from heliograph.domain import provider
from heliograph.domain.model import WebhookRequest
from heliograph.wire import proofs

SHORTEST: Final = 16
"""Characters of a password: it is all the proof there is."""
IN_A_URL: Final = re.compile(r"[A-Za-z0-9._~-]*")


class Credentials(provider.Credentials):
    """What the vendor is told to sign in with: `https://USER:PASSWORD@…` is entered there as the webhook's URL."""

    webhook_user: str = Field(default="heliograph", pattern=r"^[A-Za-z0-9._~-]+$")
    webhook_password: SecretStr | None = Field(default=None, min_length=SHORTEST)
    """Letters, digits and `. _ ~ -`, so that a URL holds it as it is. Until there is one, every event is refused."""
    second_webhook_password: SecretStr | None = Field(default=None, min_length=SHORTEST)
    """Holds as well while the first is changed."""

    @field_validator("webhook_password", "second_webhook_password")
    @classmethod
    def _fits_a_url(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not IN_A_URL.fullmatch(secret.get_secret_value()):
            raise ValueError("may hold letters, digits and . _ ~ - only, since it goes into a URL")
        return secret


def prove(vendor: str, came: WebhookRequest, credentials: Credentials) -> None:
    """Do nothing if the request signs in as `webhook_user` with one of the passwords. Nothing else of it is proven.

    Raises:
        BadSignature: it does not, or no password is set.
    """
    user = credentials.webhook_user.encode()
    passwords = proofs.keys(credentials.webhook_password, credentials.second_webhook_password)
    logins = [b"Basic " + b64encode(user + b":" + password) for password in passwords]
    proofs.prove_token(vendor, proofs.header(came, "authorization"), logins)
