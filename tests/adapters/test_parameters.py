"""SSM: the stage's secrets, the public URLs, and credentials that nobody else can read out of us."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws

from heliograph import providers
from heliograph.domain.errors import AccountTrouble, BadInput, Unavailable
from heliograph.parameters import CREDENTIALS_FRESH, LONGEST, NotInitialised, Secrets, Vault, public_urls

ROOT = "/heliograph/test"
TWILIO = providers.load("twilio")
TOKEN = "canary0" * 5
GIVEN = {"account_sid": "AC" + "0" * 32, "auth_token": "a" * 32}


class Clock:
    now = 0

    def __call__(self) -> int:
        return self.now


class Broken:
    """An SSM that never answers as hoped."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def _fail(self, **_: Any) -> Any:
        raise self._error

    get_parameter = get_parameters = put_parameter = _fail


TROUBLES = [
    ClientError({"Error": {"Code": "ThrottlingException", "Message": TOKEN}}, "GetParameter"),
    EndpointConnectionError(endpoint_url="https://ssm"),
]


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault(ssm: Any, clock: Clock) -> Vault:
    return Vault(ssm, ROOT, clock)


def put(ssm: Any, name: str, value: str) -> None:
    ssm.put_parameter(Name=f"{ROOT}/{name}", Value=value, Type="SecureString", Overwrite=True)


def test_before_init_it_says_what_to_do_and_looks_again_next_time(ssm: Any) -> None:
    secrets = Secrets(ssm, ROOT)
    with pytest.raises(NotInitialised, match="heliograph init --stage test"):
        secrets["pepper"]

    put(ssm, "secrets/pepper", "p")
    with pytest.raises(NotInitialised, match="tokens"):
        secrets["pepper"]
    put(ssm, "secrets/tokens", '{"1": "0123456789abcdef"}')
    put(ssm, "secrets/data", '{"1": "0123456789abcdef"}')

    assert secrets["pepper"] == "p"
    assert secrets.signer().read("x", secrets.signer().sign("x", "y")) == ("y",)


def test_secrets_are_read_once_an_instance(ssm: Any) -> None:
    put(ssm, "secrets/pepper", "p")
    put(ssm, "secrets/tokens", "{}")
    put(ssm, "secrets/data", "{}")
    secrets = Secrets(ssm, ROOT)
    assert secrets["pepper"] == "p"

    put(ssm, "secrets/pepper", "another")

    assert secrets["pepper"] == "p"


def test_public_urls_have_no_trailing_slash(ssm: Any) -> None:
    put(ssm, "urls/api", "https://api.test/")
    put(ssm, "urls/links", "https://links.test")

    assert public_urls(ssm, ROOT) == {"api": "https://api.test", "links": "https://links.test"}


def test_credentials_come_back_as_they_were_kept(vault: Vault, ssm: Any) -> None:
    vault.store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))

    found = vault.credentials("acme", "i1", TWILIO)

    assert found == TWILIO.Credentials.model_validate(GIVEN)
    kept = ssm.get_parameter(Name=f"{ROOT}/integrations/acme/i1")["Parameter"]
    assert kept["Type"] == "SecureString"


def test_they_are_cached_for_five_minutes_or_until_they_are_forgotten(vault: Vault, ssm: Any, clock: Clock) -> None:
    vault.store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))
    first = vault.credentials("acme", "i1", TWILIO)
    changed = TWILIO.Credentials.model_validate(GIVEN | {"auth_token": "b" * 32})
    vault.store("acme", "i1", changed)

    cached = vault.credentials("acme", "i1", TWILIO)
    clock.now = CREDENTIALS_FRESH * 1000
    fresh = vault.credentials("acme", "i1", TWILIO)
    vault.store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))
    vault.forget("acme", "i1")

    assert (cached, fresh) == (first, changed)
    assert vault.credentials("acme", "i1", TWILIO) == first
    assert ssm


def test_one_project_never_gets_another_s(vault: Vault) -> None:
    vault.store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))

    with pytest.raises(AccountTrouble):
        vault.credentials("other", "i1", TWILIO)


def test_one_provider_never_gets_another_s(vault: Vault) -> None:
    vault.store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))
    vault.credentials("acme", "i1", TWILIO)

    with pytest.raises(AccountTrouble):
        vault.credentials("acme", "i1", providers.load("sendgrid"))


def test_a_provider_that_needs_none_costs_no_read() -> None:
    vault = Vault(Broken(AssertionError("it was asked")), ROOT, Clock())

    assert vault.credentials("acme", "i1", providers.load("sandbox")) is not None


@pytest.mark.parametrize("stored", ["", "{}", "[]", f'{{"auth_token": "{TOKEN}"}}', f'{{"x": "{TOKEN}"}}'])
def test_what_is_stored_wrongly_is_account_trouble_and_repeats_nothing(vault: Vault, ssm: Any, stored: str) -> None:
    put(ssm, "integrations/acme/i1", stored or " ")

    with pytest.raises(AccountTrouble) as caught:
        vault.credentials("acme", "i1", TWILIO)

    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("trouble", TROUBLES)
def test_when_ssm_does_not_answer_it_is_passing(trouble: Exception) -> None:
    client = Broken(trouble)

    with pytest.raises(Unavailable):
        Vault(client, ROOT, Clock()).credentials("acme", "i1", TWILIO)
    with pytest.raises(Unavailable):
        Secrets(client, ROOT)["pepper"]
    with pytest.raises(Unavailable) as caught:
        Vault(client, ROOT, Clock()).store("acme", "i1", TWILIO.Credentials.model_validate(GIVEN))
    assert TOKEN not in str(caught.value)


def test_credentials_that_are_too_long_are_refused_before_they_are_sent() -> None:
    sendgrid = providers.load("sendgrid")
    long = sendgrid.Credentials.model_construct(api_key="k" * LONGEST)

    with pytest.raises(BadInput) as caught:
        Vault(Broken(AssertionError("it was sent")), ROOT, Clock()).store("acme", "i1", long)

    assert caught.value.field == "credentials"
