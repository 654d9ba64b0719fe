"""Infobip signs nothing: what proves a report is our own secret in the URL that it comes to."""

import json
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Signer

SECRET: Final = "a secret & more: ö/+"
QUOTED: Final = "a%20secret%20%26%20more%3A%20%C3%B6%2F%2B"


def infobip(body: bytes, query: str = f"?key={QUOTED}") -> WebhookRequest:
    headers = {"content-type": "application/json"}
    return WebhookRequest(method="POST", url=f"{HOOK}{query}", headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return infobip(case["text"].encode())
    results = [{**file["entry"], **one} if isinstance(one, dict) else one for one in case["results"]]
    return infobip(json.dumps({"results": results}).encode())


SIGNER: Final = Signer(
    request=_request,
    forged=lambda came: infobip(came.body, "?key=another-secret-of-ours"),
    credentials={"webhook_token": SECRET},
    mutants={
        "no secret": lambda came: infobip(came.body, ""),
        "an empty secret": lambda came: infobip(came.body, "?key="),
        "half of the secret": lambda came: infobip(came.body, f"?key={QUOTED[:-6]}"),
        "the secret under another name": lambda came: infobip(came.body, f"?token={QUOTED}"),
        "the secret in a header": lambda came: replace(infobip(came.body, ""), headers={"key": SECRET}),
        "no URL": lambda came: replace(came, url="https://[::1"),
    },
)
