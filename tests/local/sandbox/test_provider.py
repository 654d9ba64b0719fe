"""The sandbox provider, where messages of test keys end."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadSignature, Rejected, Throttled, Transient
from heliograph.domain.magic import OUTCOMES, Answer
from heliograph.domain.model import Accepted, Channel, EventKind, Outgoing, WebhookRequest
from heliograph.domain.reasons import Reason
from heliograph.names import SANDBOX_DOMAIN
from heliograph.providers import load

NO_TOOLS: Any = None
provider = load("sandbox")
credentials = provider.Credentials()


def send(to: str, send_key: str = "key-1", channel: Channel = Channel.EMAIL) -> Accepted:
    message = Outgoing(
        channel=channel, to=to, sender="us@example.com", text="Hi", echo="v1-echo", send_key=send_key, callback_url=""
    )
    return provider.send(message, credentials, NO_TOOLS)


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_is_delivered_with_our_token(channel: Channel) -> None:
    accepted = send("whoever", channel=channel)
    [(delay, event)] = accepted.later

    assert delay == 0.5
    assert (event.kind, event.echo, event.recipient) == (EventKind.DELIVERED, "v1-echo", "whoever")
    assert event.provider_message_id == accepted.provider_message_id


@pytest.mark.parametrize(
    "outcome", [one for one in OUTCOMES if one.answer is Answer.ACCEPT], ids=lambda outcome: outcome.name
)
def test_a_recipient_gets_the_events_of_the_table_in_the_order_of_their_arrival(outcome: Any) -> None:
    later = send(f"{outcome.name}@{SANDBOX_DOMAIN}").later

    assert sorted((delay, event.kind, event.bounce, event.machine) for delay, event in later) == sorted(
        (delay, report.kind, report.bounce, report.machine) for report in outcome.reports for delay in report.arrives
    )
    assert [delay for delay, _ in later] == sorted(delay for delay, _ in later)


def test_a_duplicate_is_the_same_event_and_different_events_are_not() -> None:
    first, second = send(f"duplicate@{SANDBOX_DOMAIN}").later
    opened = [event.event_id for _, event in send(f"clicked@{SANDBOX_DOMAIN}").later]

    assert first[1] == second[1]
    assert len(set(opened)) == 3


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_same_send_key_gets_the_same_answer_and_another_one_other_ids(one: str, other: str) -> None:
    assert send("ada@example.com", one) == send("ada@example.com", one)
    assert (send("ada@example.com", one) == send("ada@example.com", other)) is (one == other)


def test_what_fails_fails_for_ever_since_nothing_is_counted() -> None:
    for name in ("failing", "failing-2"):
        for key in ("a", "b", "c", "d"):
            with pytest.raises(Transient):
                send(f"{name}@{SANDBOX_DOMAIN}", key)


def test_a_throttled_recipient_is_taken_after_a_few_send_keys() -> None:
    answers = []
    for number in range(40):
        with suppress(Throttled):
            answers.append(send(f"throttled@{SANDBOX_DOMAIN}", f"key-{number}"))

    assert 5 < len(answers) < 35


@pytest.mark.parametrize(("name", "reason"), [("refused", Reason.PROVIDER_ERROR), ("opted-out", Reason.UNSUBSCRIBED)])
def test_a_refusal_is_definite_and_says_why(name: str, reason: Reason) -> None:
    with pytest.raises(Rejected) as refused:
        send(f"{name}@{SANDBOX_DOMAIN}")

    assert refused.value.reason is reason


def test_nobody_can_report_to_it_over_http() -> None:
    request = WebhookRequest(method="POST", url="http://127.0.0.1/", headers={}, body=b"{}")

    with pytest.raises(BadSignature):
        provider.receive(request, credentials)


def test_it_says_what_it_can_report() -> None:
    assert provider.capabilities.echo
    assert provider.capabilities.reports == {report.kind for outcome in OUTCOMES for report in outcome.reports}
