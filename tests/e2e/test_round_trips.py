"""Once around for every provider: sent by its API, its report believed, its failure understood, a forgery refused."""

import pytest

from tests.e2e import round_trips
from tests.e2e.round_trips import PROVIDERS
from tests.e2e.service import Service


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_goes_out_by_the_providers_api_and_its_own_report_ends_it(service: Service, provider: str) -> None:
    seen = round_trips.delivered(service, provider)

    assert seen[0] == "sent"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_refuses_or_cannot_deliver_is_understood_as_such(service: Service, provider: str) -> None:
    assert round_trips.failed(service, provider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_report_that_nobody_signed_is_refused(service: Service, provider: str) -> None:
    assert round_trips.forged(service, provider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_report_that_comes_twice_or_late_changes_nothing(service: Service, provider: str) -> None:
    assert round_trips.repeated(service, provider)
