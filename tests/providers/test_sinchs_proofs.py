"""Sinch signs reports only for accounts whose support has set that up; for others our own secret stands in the URL."""

from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.providers.sinch import Sinch
from tests.providers.signers import HOOK
from tests.providers.signers.sinch import SECRET, sinch

BODY = b'{"type": "mo_text"}'
TOKEN = "a-secret-of-our-own & more"
QUOTED = "a-secret-of-our-own%20%26%20more"


def account(**secrets: str) -> Sinch.Credentials:
    given = {name: SecretStr(value) for name, value in secrets.items()}
    return Sinch.Credentials.model_validate({"service_plan_id": "plan1", "api_token": SecretStr("token-1-1"), **given})


def test_without_a_signature_our_own_secret_proves() -> None:
    came = replace(sinch(BODY), headers={}, url=f"{HOOK}?key={QUOTED}")

    assert Sinch().receive(came, account(webhook_token=TOKEN)).ignored == ("mo_text",)
    assert Sinch().receive(came, account(webhook_token="x" * 16, second_webhook_token=TOKEN)).ignored
    for url in (HOOK, f"{HOOK}?key=", f"{HOOK}?key={QUOTED}x", "https://[::1"):
        with pytest.raises(BadSignature):
            Sinch().receive(replace(came, url=url), account(webhook_token=TOKEN))


def test_once_sinch_signs_our_own_secret_proves_nothing() -> None:
    came = replace(sinch(BODY), headers={}, url=f"{HOOK}?key={QUOTED}")

    with pytest.raises(BadSignature):
        Sinch().receive(came, account(webhook_token=TOKEN, webhook_secret=SECRET))


def test_both_secrets_prove_while_one_is_changed() -> None:
    assert Sinch().receive(sinch(BODY), account(webhook_secret="the-new-one", second_webhook_secret=SECRET)).ignored


@pytest.mark.parametrize(
    "secrets", [{}, {"webhook_token": "short"}, {"webhook_secret": ""}, {"second_webhook_secret": SECRET}]
)
def test_an_account_that_could_prove_nothing_is_refused(secrets: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        account(**secrets)
