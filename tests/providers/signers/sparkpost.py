"""SparkPost signs nothing: it signs in with the user and the password that its webhook was given (RFC 7617)."""

import base64
import json
from dataclasses import replace
from typing import Any, Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer, merged

USER: Final = "heliograph"
PASSWORD: Final = "a-password-of-sparkposts"


def sparkpost(body: bytes, password: str = PASSWORD, user: str = USER) -> WebhookRequest:
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    headers = {
        "content-type": "application/json",
        "authorization": f"Basic {login}",
        "x-messagesystems-batch-id": "032d330540298f54f0e8bcc1373f3cfd",
    }
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def _request(file: JSON, case: JSON) -> WebhookRequest:
    if "text" in case:
        return sparkpost(case["text"].encode())
    return sparkpost(json.dumps([_entry(file, entry) for entry in case["json"]]).encode())


def _entry(file: JSON, entry: Any) -> Any:
    """{class: event} of a case, as {"msys": {class: event}} with the file's own members."""
    if not isinstance(entry, dict) or "msys" in entry:
        return entry
    return {"msys": {kind: merged(file["entry"], event) for kind, event in entry.items()}}


def _login(login: str) -> Mutant:
    return lambda came: replace(came, headers={**came.headers, "authorization": login})


SIGNER: Final = Signer(
    request=_request,
    forged=lambda request: sparkpost(request.body, "another-password-0"),
    proofs=("authorization",),
    credentials={"webhook_password": PASSWORD},
    mutants={
        "another user": lambda came: sparkpost(came.body, user="somebody"),
        "no password": lambda came: sparkpost(came.body, ""),
        "no user": lambda came: sparkpost(came.body, user=""),
        "a token": _login(f"Bearer {PASSWORD}"),
        "the password as it is": _login(PASSWORD),
    },
)
