"""Telegram: the secret token of setWebhook as it is, in a header."""

import json
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "telegram-webhook-secret_01"
HEADER: Final = "x-telegram-bot-api-secret-token"


def telegram(body: bytes, secret: str = SECRET) -> WebhookRequest:
    return WebhookRequest(method="POST", url=HOOK, headers={HEADER: secret}, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    return telegram(
        case["text"].encode() if "text" in case else json.dumps(merged(file["json"], case["json"])).encode()
    )


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: telegram(came.body, "another-webhook-secret"),
    proofs=(HEADER,),
    credentials={"webhook_secret": SECRET},
    mutants={"in upper case": lambda came: replace(came, headers={HEADER: SECRET.upper()})},
)
