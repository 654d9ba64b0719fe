import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from local.host import Host
from local.sandbox import sendgrid, twilio
from local.sandbox.accounts import TWILIO_TOKEN
from tests.e2e.service import Service
from tests.local.waiting import eventually

type Waiting = Callable[[str], tuple[str, str]]


def sent_in_silence(service: Service, to: str) -> tuple[str, str]:
    """A mail of which nothing is reported: its id, and the echo that would name it."""
    address = f"silent+{to}@sandbox.heliograph.dev"
    name = service.sent(address, overrides={"provider": "sendgrid"})
    service.until(name, "sent")
    return name, service.inbox(address)[0]["echo"]


def delivered(echo: str) -> bytes:
    """SendGrid's report that the mail with this echo was delivered."""
    event = {"event": "delivered", "timestamp": int(time.time()), "sg_event_id": echo[-20:], "heliograph": echo}
    return json.dumps([event | {"sg_message_id": "x.y", "email": ""}]).encode()


def signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        "X-Twilio-Email-Event-Webhook-Signature": sendgrid.sign(stamp, body),
    }


def quiet(host: Host) -> None:
    """Wait until every event has been looked at."""
    eventually(lambda: host.depth("Events") == 0)


def post(url: str, body: bytes | str, headers: dict[str, str]) -> int:
    return requests.post(url, data=body, headers=headers, timeout=20).status_code


def without_signature(headers: dict[str, str]) -> dict[str, str]:
    return {"Content-Type": headers["Content-Type"]}


def of_another_body(headers: dict[str, str]) -> dict[str, str]:
    return headers | signed(b"[]")


def of_another_time(headers: dict[str, str]) -> dict[str, str]:
    return headers | {"X-Twilio-Email-Event-Webhook-Timestamp": "1700000000"}


def of_rubbish(headers: dict[str, str]) -> dict[str, str]:
    return headers | {"X-Twilio-Email-Event-Webhook-Signature": "é%%%".encode().decode("latin-1")}


@pytest.mark.parametrize("forged", [without_signature, of_another_body, of_another_time, of_rubbish])
def test_a_forged_webhook_is_refused_and_changes_nothing(
    host: Host, service: Service, forged: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    name, echo = sent_in_silence(service, forged.__name__)
    body = delivered(echo)

    status = post(service.webhook_url("sendgrid"), body, forged(signed(body)))

    quiet(host)
    assert status == 401
    assert service.message(name)["status"] == "sent"


def test_the_same_webhook_with_its_signature_counts(service: Service) -> None:
    name, echo = sent_in_silence(service, "signed")
    body = delivered(echo)

    status = post(service.webhook_url("sendgrid"), body, signed(body))

    assert 200 <= status < 300
    service.until(name, "delivered")


def test_a_hook_that_no_integration_has_is_not_found(service: Service) -> None:
    body = delivered("x")
    url = service.webhook_url("sendgrid")
    root, _, token = url.rpartition("/")
    changed = f"{root}/{token[:-2]}{'AA' if token[-2:] != 'AA' else 'BB'}"

    found = [post(each, body, signed(body)) for each in (changed, f"{root}/x", root, f"{url}/more")]

    assert found == [404, 404, 404, 404]


def test_a_genuine_event_of_one_integration_cannot_move_anothers_message(host: Host, service: Service) -> None:
    name, echo = sent_in_silence(service, "foreign")
    url = f"{service.webhook_url('twilio')}?echo={echo}"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+15005550040", "AccountSid": "AC1"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": twilio.sign(TWILIO_TOKEN, url, form),
    }

    status = post(url, urlencode(form), headers)

    quiet(host)
    assert 200 <= status < 300
    assert service.message(name)["status"] == "sent"


def test_a_webhook_of_one_provider_at_anothers_address_is_refused(service: Service) -> None:
    body = delivered("x")
    url: Any = service.webhook_url("twilio")

    assert post(url, body, signed(body)) == 401
