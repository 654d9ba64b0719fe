"""MessageBird: a JWT in a header of its own, signed by HS256, which names the SHA-256 of the URL and holds a minute."""

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer, merged
from tests.providers.signers.vonage import token

KEY: Final = "messagebird-signing-key"
NOW: Final = 1772355610


def messagebird(url: str, body: bytes = b"", key: str = KEY, head: JSON | None = None, **claims: Any) -> WebhookRequest:
    told = {
        "iss": "MessageBird",
        "nbf": NOW,
        "exp": NOW + 60,
        "jti": "e92e45a0-7b5c-4a35-a2b9-4f2f6a9a0d5a",
        "url_hash": sha256(url.encode()).hexdigest(),
        **({"payload_hash": sha256(body).hexdigest()} if body else {}),
        **claims,
    }
    headers = {"messagebird-signature-jwt": token(merged({}, told), key, head)}
    return WebhookRequest(method="GET", url=url, headers=headers, body=body, at=NOW)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    query = case["text"] if "text" in case else urlencode(merged(file["query"], case["query"]))
    return messagebird(f"{HOOK}?{query}")


def _claims(**claims: Any) -> Mutant:
    return lambda came: messagebird(came.url, **claims)


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: messagebird(came.url, key="another-secret"),
    proofs=("messagebird-signature-jwt",),
    credentials={"signing_key": KEY},
    mutants={
        "another URL": lambda came: replace(came, url=came.url + "&status=delivered"),
        "another integration": lambda came: replace(came, url=came.url.replace("int-7f3a", "int-other")),
        "a body that nobody signed": lambda came: replace(came, body=b"x"),
        "a body that is another": lambda came: replace(messagebird(came.url, b"y"), body=b"x"),
        "a body that is gone": lambda came: replace(messagebird(came.url, b"y"), body=b""),
        "too late": lambda came: replace(came, at=NOW + 62),
        "too early": lambda came: replace(came, at=NOW - 2),
        "nobody knows when it came": lambda came: replace(came, at=None),
        "no end": _claims(exp=None),
        "no beginning": _claims(nbf=None),
        "no URL in the token": _claims(url_hash=None),
        "of another issuer": _claims(iss="Vonage"),
        "algorithm none": lambda came: messagebird(came.url, head={"alg": "none", "typ": "JWT"}),
    },
)
