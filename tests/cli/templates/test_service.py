"""The service over HTTP: patience, and answers that are none."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from cli.templates.service import Refused, Service, Unreachable
from tests.cli.templates.loopback import Loopback

BUSY = (429, {"detail": "busy", "status": 429})


@pytest.fixture
def api() -> Iterator[Loopback]:
    with Loopback() as api:
        yield api


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def service(api: Loopback, slept: list[float]) -> Iterator[Service]:
    with closing(Service(api.url, "live_x", sleep=slept.append)) as service:
        yield service


def test_a_busy_service_is_asked_again_when_it_says(api: Loopback, service: Service, slept: list[float]) -> None:
    api.next_answers.extend([BUSY, (503, {"detail": "passing", "status": 503})])

    service.save("code", {"channels": ["sms"]})

    assert slept == [2.0, 2.0]
    assert list(api.events) == ["code"]


def test_patience_ends(api: Loopback, service: Service, slept: list[float]) -> None:
    api.next_answers.extend([BUSY] * 9)

    with pytest.raises(Refused, match="busy"):
        service.names()

    assert len(slept) == 3


def test_an_answer_that_is_no_json_is_told_as_such(api: Loopback, service: Service) -> None:
    api.next_answers.append((200, "<html>"))

    with pytest.raises(Unreachable, match="answered 200 and no JSON"):
        service.names()


def test_a_redirect_takes_the_key_nowhere(api: Loopback, service: Service) -> None:
    api.next_answers.append((302, ""))

    with pytest.raises(Unreachable, match="answered 302"):
        service.names()


def test_a_service_that_is_not_there_is_told_as_such() -> None:
    with Loopback() as api:
        gone = api.url

    with closing(Service(gone, "live_x")) as service, pytest.raises(Unreachable, match="was not reached"):
        service.names()


@pytest.mark.parametrize("url", ["http://example.com", "example.com", "ftp://127.0.0.1", "http://127.0.0.1.evil.com"])
def test_a_key_is_sent_to_no_address_without_tls(url: str) -> None:
    with pytest.raises(Unreachable, match="https"):
        Service(url, "live_x")


def test_names_that_could_leave_the_folder_are_not_taken(api: Loopback, service: Service) -> None:
    api.events |= {"../x": {}, "fine": {}}
    api.layouts |= {"/etc": {}, "fine": {}}

    assert (service.names(), service.shared_names()) == (["fine"], ["fine"])
