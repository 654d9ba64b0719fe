"""Twilio: HMAC-SHA1, base64, over the URL and the form's sorted fields."""

import base64
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, urlencode

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import Signer, merged

TOKEN: Final = "0123456789abcdef"


def twilio(url: str, body: bytes, token: str = TOKEN, fields: Mapping[str, str] | None = None) -> WebhookRequest:
    pairs = dict(parse_qsl(body.decode(), keep_blank_values=True)) if fields is None else fields
    text = url + "".join(name + pairs[name] for name in sorted(pairs))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()
    return WebhookRequest(method="POST", url=url, headers={"x-twilio-signature": signature}, body=body)


def twilio_json(url: str, body: bytes) -> WebhookRequest:
    return twilio(f"{url}&bodySHA256={sha256(body).hexdigest()}", body, fields={})


def _request(file: JSON, case: JSON) -> WebhookRequest:
    fields = merged(file["form"], case["form"])
    fields.setdefault("SmsStatus", fields.get("MessageStatus", ""))
    return twilio(case.get("url") or file["url"], urlencode(fields).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: twilio(request.url, request.body, "another-secret"),
    proofs=("x-twilio-signature",),
)
