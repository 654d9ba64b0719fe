"""Mandrill: HMAC-SHA1, base64, over the URL as it was entered and every field of the form, sorted by name."""

import base64
import hmac
import json
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

KEY: Final = "mandrill-webhook-key"
ANYBODYS: Final = "test-webhook"
"""The key of the request by which Mandrill asks whether a new URL is there."""


def mandrill(body: bytes, key: str = KEY, url: str = HOOK) -> WebhookRequest:
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    text = url + "".join(name + value for name, value in sorted(fields))
    signature = base64.b64encode(hmac.new(key.encode(), text.encode(), "sha1").digest()).decode()
    headers = {"content-type": "application/x-www-form-urlencoded", "x-mandrill-signature": signature}
    return WebhookRequest(method="POST", url=url, headers=headers, body=body)


def batch(text: str) -> bytes:
    return urlencode({"mandrill_events": text}).encode()


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "form" in case:
        return mandrill(urlencode(case["form"]).encode())
    text = case["text"] if "text" in case else json.dumps([_entry(file, entry) for entry in case["json"]])
    return mandrill(batch(text), ANYBODYS if case.get("probe") else KEY)


def _entry(file: JSON, entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    msg = entry.get("msg", {})
    whole = merged(file["entry"], entry)
    return whole | {"msg": merged(file["entry"]["msg"], msg)} if isinstance(msg, dict) else whole


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: mandrill(request.body, "another-key"),
    proofs=("x-mandrill-signature",),
    credentials={"webhook_key": KEY},
    mutants={
        "another URL": lambda came: replace(came, url=f"{came.url}/"),
        "a query more": lambda came: replace(came, url=f"{came.url}?a=b"),
        "a field more": lambda came: replace(came, body=came.body + b"&a=b"),
        "a PUT without a proof": lambda came: replace(came, method="PUT", headers={}),
        "events under everybody's key": lambda _: mandrill(batch('[{"event": "open"}]'), ANYBODYS),
        "two fields under everybody's key": lambda _: mandrill(batch("[]") + b"&a=b", ANYBODYS),
    },
)
