"""Sinch: HMAC-SHA256, base64, over body, nonce and timestamp with dots between."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from hmac import new
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "sinch-webhook-secret"
NONCE: Final = "01FJA8B4A7BM43YGWSG9GBV067"
NAME: Final = "x-sinch-webhook-signature"


def sinch(body: bytes, secret: str = SECRET, sent: str = "1772355610") -> WebhookRequest:
    text = body + f".{NONCE}.{sent}".encode()
    headers = {
        NAME: b64encode(new(secret.encode(), text, sha256).digest()).decode(),
        f"{NAME}-nonce": NONCE,
        f"{NAME}-timestamp": sent,
        f"{NAME}-algorithm": "HmacSHA256",
        "content-type": "application/json",
    }
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    return sinch(case["text"].encode() if "text" in case else json.dumps(merged(file["json"], case["json"])).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: sinch(came.body, "another-secret"),
    proofs=(NAME, f"{NAME}-nonce", f"{NAME}-timestamp"),
    credentials={"webhook_secret": SECRET},
    mutants={
        "another time": lambda came: replace(came, headers={**came.headers, f"{NAME}-timestamp": "1772355611"}),
        "our own secret in the URL instead": lambda came: replace(
            came, headers={}, url=f"{HOOK}?key=a-secret-of-our-own"
        ),
    },
)
