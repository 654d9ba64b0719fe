"""The SDK's exceptions as they are; what real sockets make of them is in tests/providers/test_aws_failures.py."""

from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from heliograph.domain.errors import (
    AccountTrouble,
    ProviderError,
    Rejected,
    Throttled,
    Transient,
    UnknownOutcome,
)
from heliograph.domain.reasons import Reason
from heliograph.wire import aws
from heliograph.wire.refusals import Refusal


def client_error(code: str, status: int, message: str = "no") -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Send")


def raised(exc: Exception, **known: Refusal) -> ProviderError:
    with pytest.raises(ProviderError) as caught, aws.refusals("Acme", known, str.upper):
        raise exc
    assert caught.value.__cause__ is exc
    return caught.value


@pytest.mark.parametrize(
    ("exc", "kind"),
    [
        (EndpointConnectionError(endpoint_url="u"), Transient),
        (ConnectTimeoutError(endpoint_url="u"), Transient),
        (NoCredentialsError(), AccountTrouble),
        (ParamValidationError(report="r"), Rejected),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no"), Rejected),
        (ReadTimeoutError(endpoint_url="u"), UnknownOutcome),
        (BotoCoreError(), UnknownOutcome),
    ],
)
def test_what_goes_wrong_on_the_way_has_its_meaning(exc: Exception, kind: type[ProviderError]) -> None:
    assert type(raised(exc)) is kind


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("ExpiredToken", 403, Transient),
        ("Throttling", 400, Throttled),
        ("New", 400, Rejected),
        ("New", 403, AccountTrouble),
        ("New", 429, Throttled),
        ("New", 500, Transient),
    ],
)
def test_a_code_of_every_service_goes_before_the_status(code: str, status: int, kind: type[ProviderError]) -> None:
    assert type(raised(client_error(code, status))) is kind


def test_a_services_own_code_goes_before_those_of_all() -> None:
    error = raised(client_error("Throttling", 400), Throttling=Refusal(Rejected, Reason.QUOTA))

    assert (type(error), error.code, error.reason) == (Rejected, "Throttling", Reason.QUOTA)


def test_the_services_words_are_hidden_as_it_is_told() -> None:
    assert raised(client_error("New", 400, "to ada")).text == "TO ADA"


def test_an_error_without_anything_in_it_passes() -> None:
    error = raised(ClientError({}, "Send"))

    assert (type(error), error.code, error.text) == (Transient, "", "")


def test_other_exceptions_are_left_alone() -> None:
    with pytest.raises(ZeroDivisionError), aws.refusals("Acme", {}, str):
        raise ZeroDivisionError


def test_a_call_that_goes_well_is_left_alone() -> None:
    with aws.refusals("Acme", {}, str):
        answer = "well"

    assert answer == "well"
