"""Vendors that sign nothing and send a user and a password (RFC 7617), which were entered as part of the URL."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from heliograph.domain.model import JSON, WebhookRequest
from tests.providers.signers import HOOK, Mutant, Signer

USER: Final = "heliograph"
PASSWORD: Final = "a-long-password-of-ours"


def login(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def signed_in(body: bytes, password: str = PASSWORD) -> WebhookRequest:
    headers = {"content-type": "application/json", "authorization": login(USER, password)}
    return WebhookRequest(method="POST", url=HOOK, headers=headers, body=body)


def _with(value: str) -> Mutant:
    return lambda came: replace(came, headers={**came.headers, "authorization": value})


def signer(body: Callable[[JSON, JSON], bytes]) -> Signer:
    """*body* makes a case's body, which nothing covers."""
    return Signer(
        request=lambda file, case: signed_in(body(file, case)),
        forged=lambda came: signed_in(came.body, "another-password-of-theirs"),
        proofs=("authorization",),
        credentials={"webhook_user": USER, "webhook_password": PASSWORD},
        mutants={
            "another user": _with(login("helio", PASSWORD)),
            "no user": _with(login("", PASSWORD)),
            "no password": _with(login(USER, "")),
            "the password cut": _with(login(USER, PASSWORD[:-1])),
            "the password continued": _with(login(USER, PASSWORD + "x")),
            "a bearer": _with(f"Bearer {PASSWORD}"),
            "the bare password": _with(PASSWORD),
        },
    )
