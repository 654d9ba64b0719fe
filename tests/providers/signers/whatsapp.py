"""Meta: `sha256=` and the HMAC-SHA256 of the body in hexadecimal, with the app's secret."""

import hmac
import json
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "0123456789abcdef0123456789abcdef"


def whatsapp(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> WebhookRequest:
    made = hmac.new(secret.encode(), body, algorithm).hexdigest()
    return WebhookRequest(method="POST", url=HOOK, headers={"x-hub-signature-256": f"{algorithm}={made}"}, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return whatsapp(case["text"].encode())
    if "json" in case:
        return whatsapp(json.dumps(case["json"]).encode())
    statuses = [merged(file["status"], one) for one in case["statuses"]]
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "106540352242922"}, "statuses": statuses}
    entry = {"id": "102290129340398", "changes": [{"value": value | case.get("value", {}), "field": "messages"}]}
    return whatsapp(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: whatsapp(came.body, "fedcba9876543210fedcba9876543210"),
    proofs=("x-hub-signature-256",),
    credentials={"app_secret": SECRET},
    mutants={
        "SHA-1 as it was before": lambda came: whatsapp(came.body, algorithm="sha1"),
        "the older header": lambda came: replace(
            came, headers={"x-hub-signature": whatsapp(came.body, algorithm="sha1").headers["x-hub-signature-256"]}
        ),
        "without its name": lambda came: replace(
            came, headers={"x-hub-signature-256": came.headers["x-hub-signature-256"].removeprefix("sha256=")}
        ),
        "a handshake that knows no token": lambda came: replace(
            came, method="GET", url=f"{HOOK}?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1"
        ),
    },
)
