"""Mailgun: HMAC-SHA256, hexadecimal, over a timestamp and a token; all three are members of the body."""

import hmac
import json
from dataclasses import replace
from typing import Any, Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer, merged

KEY: Final = "signing-key-0001"
TIMESTAMP: Final = "1772355610"
TOKEN: Final = "b1f0e9c2d3a4958677"


def signature(key: str = KEY) -> JSON:
    made = hmac.new(key.encode(), (TIMESTAMP + TOKEN).encode(), "sha256").hexdigest()
    return {"timestamp": TIMESTAMP, "token": TOKEN, "signature": made}


def mailgun(body: JSON, key: str = KEY, name: str = "signature") -> WebhookRequest:
    whole = json.dumps({name: signature(key)} | body).encode()
    return WebhookRequest(method="POST", url=HOOK, headers={"content-type": "application/json"}, body=whole)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    return mailgun(case["body"] if "body" in case else {"event-data": merged(file["data"], case["event-data"])})


def _forged(came: WebhookRequest) -> WebhookRequest:
    return mailgun({**json.loads(came.body), "signature": signature("another-secret")})


def _with(member: str, value: Any) -> Mutant:
    def mutant(came: WebhookRequest) -> WebhookRequest:
        body = json.loads(came.body)
        body["signature"][member] = value
        return replace(came, body=json.dumps(body).encode())

    return mutant


def _without(came: WebhookRequest) -> WebhookRequest:
    body = json.loads(came.body)
    del body["signature"]
    return replace(came, body=json.dumps(body).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=_forged,
    credentials={"signing_key": KEY},
    mutants={
        "no signature": _without,
        "another time": _with("timestamp", "1772355611"),
        "a time that is a number": _with("timestamp", int(TIMESTAMP)),
        "no time": _with("timestamp", ""),
        "another token": _with("token", TOKEN[::-1]),
        "no token": _with("token", None),
        "time and token shifted": lambda came: _with("timestamp", TIMESTAMP + TOKEN[0])(
            _with("token", TOKEN[1:] + "0")(came)
        ),
        "the proof cut": _with("signature", signature()["signature"][:-2]),
        "the proof empty": _with("signature", ""),
        "the proof a list": _with("signature", [signature()["signature"]]),
        "the proof outside Unicode": _with("signature", "\ud800"),
        "the proof in capitals": _with("signature", signature()["signature"].upper()),
        "cut in two": lambda came: replace(came, body=came.body[:-1]),
        "no JSON": lambda came: replace(came, body=b"signature=1"),
    },
)
