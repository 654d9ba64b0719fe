"""Which integrations use one account."""

import pytest

from heliograph import providers
from heliograph.domain.accounts import account_of
from heliograph.providers import REGISTRY

KEY = "a key of tests"
TWILIO = {"account_sid": "AC" + "0" * 32, "auth_token": "secret-one"}


def account(provider: str, credentials: dict[str, str], key: str = KEY) -> str:
    return account_of(provider, providers.load(provider).Credentials.model_validate(credentials), key)


@pytest.mark.parametrize("provider", ["ses", "sns_sms", "aws_sms"])
def test_those_of_aws_are_the_account_that_the_stage_runs_in(provider: str) -> None:
    assert account(provider, {}) == provider


def test_another_secret_of_the_same_account_is_the_same_account() -> None:
    assert account("twilio", TWILIO) == account("twilio", TWILIO | {"auth_token": "secret-two"})
    assert account("twilio", TWILIO) != account("twilio", TWILIO | {"account_sid": "AC" + "1" * 32})


def test_without_an_account_id_the_first_secret_tells() -> None:
    one, other = ({"api_key": f"SG.{name}-secret"} for name in ("one", "other"))

    assert account("sendgrid", one) == account("sendgrid", one) != account("sendgrid", other)


def test_nobody_can_tell_the_credentials_by_it() -> None:
    found = account("sendgrid", {"api_key": "SG.one-secret"})

    assert found != account("sendgrid", {"api_key": "SG.one-secret"}, key="another stage's")
    assert "secret" not in found
    assert len(found) == len("sendgrid:") + 16


def test_what_has_no_account_shares_with_nobody() -> None:
    assert account("expo", {}) == account("inbox", {}) == account("sandbox", {}) == ""


@pytest.mark.parametrize("provider", sorted(REGISTRY))
def test_the_fields_that_tell_the_account_are_fields(provider: str) -> None:
    kind = providers.load(provider).Credentials

    assert set(kind.account_fields or ()) <= set(kind.model_fields)
