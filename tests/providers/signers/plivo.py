"""Plivo: HMAC-SHA256, base64. V3 over URL, query, fields and a nonce; V2 over the bare URL and a nonce."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from hmac import new
from typing import Final
from urllib.parse import parse_qsl, urlencode

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import Signer, merged

TOKEN: Final = "plivo-auth-token-1"
NONCE: Final = "05429567804466091622"


def digest(text: str, token: str) -> str:
    return b64encode(new(token.encode(), text.encode(), sha256).digest()).decode()


def v3(url: str, body: bytes, token: str = TOKEN) -> WebhookRequest:
    """With the newer signature only."""
    bare, _, query = url.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    text = bare
    if asked or fields:
        text += "?" + "&".join(f"{name}={asked[name]}" for name in sorted(asked))
    if asked and fields:
        text += "."
    text += "".join(name + fields[name] for name in sorted(fields))
    headers = {"x-plivo-signature-v3": digest(f"{text}.{NONCE}", token), "x-plivo-signature-v3-nonce": NONCE}
    return WebhookRequest(method="POST", url=url, headers=headers, body=body)


def v2(url: str, body: bytes, token: str = TOKEN) -> WebhookRequest:
    """With the signature that is documented for messages only."""
    headers = {
        "x-plivo-signature-v2": digest(url.partition("?")[0] + NONCE, token),
        "x-plivo-signature-v2-nonce": NONCE,
    }
    return WebhookRequest(method="POST", url=url, headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    return v3(case.get("url") or file["url"], urlencode(merged(file["form"], case["form"])).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: v3(came.url, came.body, "another-secret"),
    proofs=("x-plivo-signature-v3", "x-plivo-signature-v3-nonce"),
    mutants={
        "another token in the URL": lambda came: replace(came, url=came.url + "x"),
        "another integration": lambda came: replace(came, url=came.url.replace("int-7f3a", "int-other")),
        "a parameter more": lambda came: replace(came, url=came.url + "&more=1"),
        "the newer signature as the older one": lambda came: replace(
            came, headers={name.replace("v3", "v2"): value for name, value in came.headers.items()}
        ),
    },
)
