"""Vonage: a JWT in the header Authorization, signed by HS256, which names the SHA-256 of the body."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from hmac import new
from typing import Any, Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "vonage-signature-secret"
CLAIMS: Final = {
    "iat": 1772355610,
    "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
    "iss": "Vonage",
    "api_key": "abcd1234",
}


def text(part: Any) -> str:
    """A part of a token."""
    whole = part if isinstance(part, bytes) else json.dumps(part, separators=(",", ":")).encode()
    return urlsafe_b64encode(whole).rstrip(b"=").decode()


def token(claims: JSON, secret: str = SECRET, head: JSON | None = None) -> str:
    """A compact JWT."""
    signed = f"{text(head or {'typ': 'JWT', 'alg': 'HS256'})}.{text(claims)}"
    return f"{signed}.{text(new(secret.encode(), signed.encode(), sha256).digest())}"


def vonage(body: bytes, secret: str = SECRET, url: str = HOOK, **claims: Any) -> WebhookRequest:
    told = {**CLAIMS, "payload_hash": sha256(body).hexdigest(), **claims}
    bearer = {"authorization": f"Bearer {token(told, secret)}", "content-type": "application/json"}
    return WebhookRequest(method="POST", url=url, headers=bearer, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return vonage(case["text"].encode())
    return vonage(json.dumps(merged(file["json"], case["json"])).encode(), url=case.get("url", HOOK))


def _with(came: WebhookRequest, made: str) -> WebhookRequest:
    return replace(came, headers={**came.headers, "authorization": f"Bearer {made}"})


def _unsigned(came: WebhookRequest) -> WebhookRequest:
    told = {**CLAIMS, "payload_hash": sha256(came.body).hexdigest()}
    return _with(came, f"{text({'typ': 'JWT', 'alg': 'none'})}.{text(told)}.")


def _in_sha512(came: WebhookRequest) -> WebhookRequest:
    told = {**CLAIMS, "payload_hash": sha256(came.body).hexdigest()}
    signed = f"{text({'typ': 'JWT', 'alg': 'HS512'})}.{text(told)}"
    return _with(came, f"{signed}.{text(new(SECRET.encode(), signed.encode(), 'sha512').digest())}")


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: vonage(came.body, "another-secret"),
    proofs=("authorization",),
    credentials={"signature_secret": SECRET},
    mutants={
        "algorithm none": _unsigned,
        "another algorithm": _in_sha512,
        "another algorithm by name": lambda came: _with(
            came, token({**CLAIMS, "payload_hash": sha256(came.body).hexdigest()}, head={"alg": "RS256"})
        ),
        "no hash of the body": lambda came: _with(came, token(CLAIMS)),
        "no bearer": lambda came: replace(
            came, headers={"authorization": came.headers["authorization"].removeprefix("Bearer ")}
        ),
    },
)
