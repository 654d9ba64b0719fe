"""What the AWS providers make of a network that fails, with real clients and real sockets."""

from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from botocore.exceptions import NoRegionError

from heliograph.domain import errors
from heliograph.domain.model import Channel, Outgoing
from heliograph.domain.tools import Http, Inbox, Smtp
from heliograph.mail_transport import MailTransport
from heliograph.providers import load
from heliograph.transport import Transport
from tests.providers.loopback import Loopback, closed_port, reset
from tests.providers.sending import Tools, client

AWS = {
    "ses": ("sesv2", Channel.EMAIL, "ada@example.com"),
    "sns_sms": ("sns", Channel.SMS, "+46701234567"),
    "aws_sms": ("pinpoint-sms-voice-v2", Channel.SMS, "+46701234567"),
}


def send(name: str, endpoint: str, **changes: Any) -> None:
    service, channel, to = AWS[name]
    aws = client(service, endpoint, connect_timeout=1, read_timeout=0.3)
    values = {"channel": channel, "to": to, "sender": "shop@sender.example", "text": "Hello", "echo": "e"}
    message = Outgoing(**{**values, "send_key": "k", "callback_url": "", **changes})
    load(name).send(message, load(name).Credentials(), Tools(Transport(), aws))


@pytest.mark.parametrize("name", AWS)
def test_a_service_that_cannot_be_reached_may_be_tried_again(name: str) -> None:
    with pytest.raises(errors.Transient):
        send(name, f"http://127.0.0.1:{closed_port()}")


@pytest.mark.parametrize("name", AWS)
def test_an_answer_that_does_not_come_has_an_unknown_outcome(name: str) -> None:
    def hang(_: BaseHTTPRequestHandler) -> None:
        there.released.wait(30)

    with Loopback.serving(hang) as there, pytest.raises(errors.UnknownOutcome):
        send(name, there.url)


@pytest.mark.parametrize("name", AWS)
def test_a_reset_in_the_middle_of_an_answer_has_an_unknown_outcome(name: str) -> None:
    with Loopback.serving(reset) as there, pytest.raises(errors.UnknownOutcome):
        send(name, there.url)


def test_a_sender_outside_ascii_is_rejected() -> None:
    with pytest.raises(errors.Rejected, match="ASCII"):
        send("ses", "http://127.0.0.1:1", sender="Shop <büro@sender.example>")


def test_half_a_surrogate_pair_in_a_text_is_rejected() -> None:
    with pytest.raises(errors.Rejected):
        send("sns_sms", "http://127.0.0.1:1", text="\ud800")


class NoClient:
    """Tools in a place where AWS is not set up."""

    http: Http = Transport()
    http2: Http = http
    outside: Http = http
    smtp: Smtp = MailTransport()
    tokens: Any = None

    def now(self) -> int:
        raise AssertionError("nobody asks for the time")

    def random(self, size: int) -> bytes:
        raise AssertionError(f"nobody asks for {size} random bytes")

    @property
    def inbox(self) -> Inbox:
        raise AssertionError("nobody delivers to an inbox")

    def aws(self, service: str) -> Any:
        raise NoRegionError(service=service)


@pytest.mark.parametrize("name", AWS)
def test_a_place_without_a_region_is_trouble_of_the_account(name: str) -> None:
    _, channel, to = AWS[name]
    message = Outgoing(channel=channel, to=to, sender="a@b.example", echo="e", send_key="k", callback_url="")

    with pytest.raises(errors.AccountTrouble):
        load(name).send(message, load(name).Credentials(), NoClient())
