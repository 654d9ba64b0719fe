"""Slack: `v0=` and the HMAC-SHA256 in hexadecimal of `v0:timestamp:body`, for five minutes."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer, merged

SECRET: Final = "slack-signing-secret-0123456789"
NOW: Final = 1772355610
JSON_TYPE: Final = "application/json"


def slack(
    body: bytes, secret: str = SECRET, at: int = NOW, version: str = "v0", kind: str = JSON_TYPE
) -> WebhookRequest:
    digest = hmac.new(secret.encode(), f"{version}:{at}:".encode() + body, "sha256").hexdigest()
    headers: Mapping[str, str] = {
        "x-slack-signature": f"{version}={digest}",
        "x-slack-request-timestamp": str(at),
        "content-type": kind,
    }
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body, at=NOW)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return slack(case["text"].encode(), kind=case.get("type", JSON_TYPE))
    return slack(json.dumps(merged(file["json"], case["json"])).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: slack(came.body, "another-signing-secret"),
    proofs=("x-slack-signature", "x-slack-request-timestamp"),
    credentials={"signing_secret": SECRET},
    mutants={
        "too old": lambda came: slack(came.body, at=NOW - 301),
        "from the future": lambda came: slack(came.body, at=NOW + 301),
        "another time": lambda came: replace(came, headers={**came.headers, "x-slack-request-timestamp": str(NOW - 1)}),
        "another version": lambda came: slack(came.body, version="v1"),
        "nobody knows when it came": lambda came: replace(came, at=None),
        "without its version": lambda came: replace(
            came, headers={**came.headers, "x-slack-signature": came.headers["x-slack-signature"].removeprefix("v0=")}
        ),
    },
)
