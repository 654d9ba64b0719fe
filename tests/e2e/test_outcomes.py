"""What magic recipients choose. All are sent at the start, so that slow ones wait together."""

from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from local.host import Host
from tests.e2e.service import Service, story
from tests.local.waiting import eventually

DOMAIN: Final = "sandbox.heliograph.dev"
MAGIC: Final = (
    *("bounced", "soft-bounced", "dropped", "deferred", "spam", "opened", "machine-opened", "clicked", "unsubscribed"),
    *("slow", "silent", "duplicate", "reordered", "refused", "failing-1", "throttled-2"),
)
PROVIDERS: Final = ("ses", "sendgrid")

type Ids = Mapping[tuple[str, str], str]
"""(magic name, provider) -> notification; the empty provider is the project's own order."""


def address(name: str, provider: str) -> str:
    return f"{name}+{provider or 'any'}@{DOMAIN}"


@pytest.fixture(scope="module")
def ids(service: Service) -> Iterator[Ids]:
    wanted = [(name, provider) for name in MAGIC for provider in PROVIDERS if name != "refused"]
    found = {
        (name, provider): service.sent(address(name, provider), overrides={"provider": provider})
        for name, provider in wanted
    }
    found["refused", ""] = service.sent(address("refused", ""))
    yield found
    # Those that wait for a second try would use up the faults of other tests.
    for (name, _), notification in found.items():
        if name.startswith(("failing", "throttled")):
            service.until(notification, "delivered", within=30)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("name", "status", "delivery", "reason"),
    [
        ("bounced", "bounced", "bounced", "hard_bounce"),
        ("soft-bounced", "bounced", "bounced", "provider_error"),
        ("spam", "spam", "delivered", None),
        ("opened", "opened", "delivered", None),
        ("clicked", "clicked", "delivered", None),
        ("unsubscribed", "unsubscribed", "delivered", None),
        ("slow", "delivered", "delivered", None),
        ("deferred", "delivered", "delivered", None),
    ],
)
def test_the_recipient_chooses_the_status(  # noqa: PLR0917  # a table's columns
    service: Service, ids: Ids, name: str, status: str, delivery: str, reason: str | None, provider: str
) -> None:
    found = service.until(ids[name, provider], status, within=15)

    assert (found["delivery"], found["reason"]) == (delivery, reason)
    assert found["attempts"] == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_hard_bounce_suppresses_the_next_mail(service: Service, ids: Ids, provider: str) -> None:
    bounced = service.until(ids["bounced", provider], "bounced")

    found = service.until(service.sent(address("bounced", provider)), "suppressed")

    assert bounced["bounce"] == "hard"
    assert (found["reason"], found["attempts"]) == ("hard_bounce", 0)
    assert len(service.journal(address("bounced", provider))) == 1


@pytest.mark.parametrize(("name", "reason"), [("spam", "complaint"), ("unsubscribed", "unsubscribed")])
def test_a_complaint_and_an_unsubscribe_suppress_the_next_mail(
    service: Service, ids: Ids, name: str, reason: str
) -> None:
    service.until(ids[name, "sendgrid"], name)

    found = service.until(service.sent(address(name, "sendgrid")), "suppressed")

    assert found["reason"] == reason


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_soft_bounce_does_not_suppress(service: Service, ids: Ids, provider: str) -> None:
    service.until(ids["soft-bounced", provider], "bounced")

    name = service.sent(address("soft-bounced", provider))

    assert service.until(name, "bounced", "suppressed")["status"] == "bounced"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_proxy_that_opens_is_counted_apart_and_moves_nothing(service: Service, ids: Ids, provider: str) -> None:
    found = service.when(ids["machine-opened", provider], lambda found: "opened" in found["engagement"])

    assert found["status"] == "delivered"
    assert (found["engagement"]["opened"]["count"], found["engagement"]["opened"]["machine"]) == (0, 1)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_repeated_report_is_one_entry_and_the_same_status(
    host: Host, service: Service, ids: Ids, provider: str
) -> None:
    to = address("duplicate", provider)
    service.until(ids["duplicate", provider], "delivered")

    eventually(lambda: len(service.inbox(to)[0]["events"]) == 2)
    eventually(lambda: host.depth("Events") == 0)
    reported = service.message(ids["duplicate", provider])

    assert reported["status"] == "delivered"
    assert [entry["status"] for entry in reported["timeline"]].count("delivered") == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_reports_in_the_wrong_order_end_in_the_same_status(service: Service, ids: Ids, provider: str) -> None:
    found = service.when(
        ids["reordered", provider], lambda found: "deferred" in {entry["status"] for entry in found["timeline"]}
    )

    assert (found["status"], found["reason"]) == ("delivered", None)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_is_never_reported_stays_sent(service: Service, ids: Ids, provider: str) -> None:
    service.until(ids["slow", provider], "delivered", within=15)

    found = service.message(ids["silent", provider])

    assert (found["status"], found["delivered_at"]) == ("sent", None)


def test_a_refusal_goes_from_provider_to_provider_in_their_order_and_then_fails(service: Service, ids: Ids) -> None:
    told = service.call("GET", "/v1/integrations").json()
    providers = {one["id"]: one["provider"] for one in told["integrations"]}
    in_order = [providers[one] for one in told["order"]["email"]]

    found = service.until(ids["refused", ""], "failed", within=20)

    assert [call["provider"] for call in service.journal(address("refused", ""))] == in_order
    assert len(in_order) > 2
    assert (found["attempts"], found["reason"]) == (len(in_order), "provider_error")
    assert found["error"]["message"]
    assert found["advice"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_that_fails_once_gets_a_second_try(service: Service, ids: Ids, provider: str) -> None:
    found = service.until(ids["failing-1", provider], "delivered", within=20)

    assert [call["accepted"] for call in service.journal(address("failing-1", provider))] == [False, True]
    assert (found["attempts"], found["provider"]) == (2, provider)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_throttled_mail_waits_and_is_delivered(service: Service, ids: Ids, provider: str) -> None:
    found = service.until(ids["throttled-2", provider], "delivered", within=25)

    calls = service.journal(address("throttled-2", provider))
    assert [call["accepted"] for call in calls] == [False, False, True]
    assert found["attempts"] == 3
    assert {entry.get("reason") for entry in found["timeline"] if entry["status"] == "retrying"} == {"throttled"}


@pytest.mark.parametrize(
    ("number", "status"),
    [("+19075550101", "bounced"), ("+19075550102", "bounced"), ("+19075550110", "delivered"), ("+19075550112", "sent")],
)
def test_a_number_chooses_too(service: Service, number: str, status: str) -> None:
    assert service.until(service.sent(number, retries=0), status)["provider"] == "twilio"


def test_a_text_message_that_bounced_softly_waits_for_its_new_attempt(service: Service) -> None:
    # That it is then made is judged under a clock of our own, in tests/faults: here it takes a minute.
    found = service.when(service.sent("+19075550114"), lambda one: "retrying" in story(one))

    assert (found["status"], found["attempts"]) == ("queued", 1)
    assert "bounced" in story(found)
