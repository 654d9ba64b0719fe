import pytest

from local.host import Host
from tests.e2e.service import Service


@pytest.fixture
def testing(host: Host, service: Service) -> Service:
    return service.with_key(host.access.test_key)


@pytest.mark.parametrize("to", ["trial@example.com", "+15005550050"])
def test_a_test_key_goes_the_whole_way_and_reaches_nobody(service: Service, testing: Service, to: str) -> None:
    found = testing.until(testing.sent(to), "delivered")

    assert found["provider"] == "sandbox"
    assert (service.inbox(to), service.journal(to)) == ([], [])


@pytest.mark.parametrize(("name", "status"), [("bounced", "bounced"), ("opened", "opened"), ("refused", "failed")])
def test_the_same_recipients_choose_with_a_test_key(testing: Service, name: str, status: str) -> None:
    assert testing.until(testing.sent(f"{name}+test@sandbox.heliograph.dev"), status)["provider"] == "sandbox"


def test_a_live_key_sees_nothing_of_a_test_key_and_the_other_way_round(service: Service, testing: Service) -> None:
    tested, live = testing.sent("mode@example.com"), service.sent("mode@example.com")

    by_live = service.call("GET", f"/v1/notifications/{tested}")
    by_test = testing.call("GET", f"/v1/notifications/{live}")

    assert (by_live.status_code, by_test.status_code) == (404, 404)
    assert tested not in {one["id"] for one in service.latest()}
    assert live not in {one["id"] for one in testing.latest()}


def test_a_test_bounce_does_not_suppress_the_live_address(service: Service, testing: Service) -> None:
    to = "bounced+mode@sandbox.heliograph.dev"
    testing.until(testing.sent(to), "bounced")

    assert service.until(service.sent(to), "bounced", "suppressed")["status"] == "bounced"


def test_one_key_of_the_caller_names_two_messages_in_two_modes(service: Service, testing: Service) -> None:
    headers = {"Idempotency-Key": "both modes"}

    first = service.send("twice@example.com", headers=headers)
    second = testing.send("twice@example.com", headers=headers)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] != second.json()["id"]
