"""What a vendor that signs nothing signs in with."""

from base64 import b64encode

import pytest
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest
from heliograph.wire import basic_auth

FIRST, SECOND = "a-long-password-of-ours", "the-one-that-comes-next"


def account(first: str | None = None, second: str | None = None) -> basic_auth.Credentials:
    one, two = (SecretStr(text) if text is not None else None for text in (first, second))
    return basic_auth.Credentials(webhook_password=one, second_webhook_password=two)


def came(password: str, user: str = "heliograph") -> WebhookRequest:
    login = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    return WebhookRequest(method="POST", url="https://a.example/", headers={"authorization": login}, body=b"")


def test_both_passwords_let_in_while_one_is_changed() -> None:
    basic_auth.prove("Acme", came(FIRST), account(FIRST, SECOND))
    basic_auth.prove("Acme", came(SECOND), account(FIRST, SECOND))

    with pytest.raises(BadSignature):
        basic_auth.prove("Acme", came(SECOND), account(FIRST))


@pytest.mark.parametrize("password", ["", "None", "null"])
def test_nobody_comes_in_where_no_password_is_set(password: str) -> None:
    with pytest.raises(BadSignature):
        basic_auth.prove("Acme", came(password), account())


@pytest.mark.parametrize(
    "password", ["", "short", "with a space in the middle", "with:colon:and:at@sign", "with-an-é-in-it-x"]
)
def test_a_password_that_is_short_or_does_not_fit_into_a_url_is_refused_when_it_is_entered(password: str) -> None:
    with pytest.raises(ValidationError):
        account(password)
    with pytest.raises(ValidationError):
        account(FIRST, password)
