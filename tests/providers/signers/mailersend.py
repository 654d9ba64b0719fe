"""MailerSend: HMAC-SHA256 over the raw body, in lower-case hexadecimal, nothing before or after it."""

import base64
import hmac
import json
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "mailersend-signing-secret"
ANYBODYS: Final = "test_Am3L1GuOIc4blLUuHqAPxxwkZaJyEk8G"
"""The published secret of the request that checks a new URL."""


def mailersend(body: bytes, secret: str = SECRET) -> WebhookRequest:
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    headers = {"content-type": "application/json", "signature": signature}
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    secret = ANYBODYS if case.get("probe") else SECRET
    if "text" in case:
        return mailersend(case["text"].encode(), secret)
    whole = merged(file["entry"], case["json"])
    if isinstance(case["json"].get("data"), dict):
        whole["data"] = merged(file["entry"]["data"], case["json"]["data"])
    return mailersend(json.dumps(whole).encode(), secret)


def _in_base64(came: WebhookRequest) -> WebhookRequest:
    digest = bytes.fromhex(came.headers["signature"])
    return replace(came, headers={**came.headers, "signature": base64.b64encode(digest).decode()})


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: mailersend(request.body, "another-secret"),
    proofs=("signature",),
    credentials={"signing_secret": SECRET},
    mutants={
        "in base64": _in_base64,
        "an event under everybody's secret": lambda _: mailersend(b'{"type": "activity.delivered"}', ANYBODYS),
        "no type under everybody's secret": lambda _: mailersend(b"{}", ANYBODYS),
    },
)
