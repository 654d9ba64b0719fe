"""Once around for every provider of the sandbox's registry: sent by its API, its report believed, a forgery refused."""

from typing import Any, Final

import pytest
import requests

from heliograph.domain.model import Channel, EventKind
from heliograph.providers import load
from local.sandbox.fakes import FAKES
from tests.e2e.push_devices import TOKENS
from tests.e2e.service import SECONDS, Service
from tests.e2e.test_pushes import person, pushed

PROVIDERS: Final = sorted({*FAKES, "aws_sms"})
"""Those of the registry, and one whose events come by the bus."""
CHATS: Final = {
    Channel.SLACK: {"slack": "#sandbox-delivered"},
    Channel.TELEGRAM: {"telegram": "1000"},
    Channel.DISCORD: {"discord": "default"},
    Channel.TEAMS: {"teams": "default"},
    Channel.APPRISE: {"apprise": "ntfys://ntfy.sh/delivered"},
    Channel.WEBHOOK: {"webhook": "https://hooks.sandbox.heliograph.dev/delivered"},
}
"""Chats have no address that ends badly later: what they refuse they refuse at once."""
NUMBERED: Final = frozenset({Channel.SMS, Channel.WHATSAPP})
PAYLOAD: Final = {"order": {"number": "4711", "city": "Åre"}}
ADDRESSES: Final = {
    Channel.EMAIL: "{}+{}@sandbox.heliograph.dev",
    Channel.SMS: "{}",
    Channel.WHATSAPP: "{}",
    Channel.PUSH: "",
    **CHATS,
}
"""Recipients that choose their outcome, by channel."""
NUMBERS: Final = {"delivered": "+19075550100", "bounced": "+19075550101"}


def recipient(service: Service, channel: Channel, outcome: str, provider: str) -> Any:
    """An address of *channel* that ends as *outcome*."""
    if channel is Channel.PUSH:
        return person(service, f"{outcome}-{provider}", TOKENS[provider](outcome))
    pattern, name = ADDRESSES[channel], NUMBERS[outcome] if channel in NUMBERED else outcome
    return pattern.format(name, provider) if isinstance(pattern, str) else pattern


def sent_by(service: Service, provider: str, channel: Channel, to: Any) -> str:
    """Send it by *provider*, and give the notification's id."""
    if channel is Channel.PUSH:
        return pushed(service, to, overrides={"provider": provider})
    route = "welcome" if channel in {Channel.EMAIL, Channel.SMS} else f"order-sent/{channel.value}"
    body = {"to": to, "payload": PAYLOAD, "overrides": {"provider": provider}}
    answer = service.call("POST", f"/v1/send/{route}", json=body)
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["id"]
    return found


def channel_of(provider: str) -> Channel:
    return next(channel for channel in ADDRESSES if channel in load(provider).channels)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_goes_out_by_the_providers_api_and_its_own_report_ends_it(service: Service, provider: str) -> None:
    channel = channel_of(provider)
    capabilities = load(provider).capabilities
    wanted = "delivered" if EventKind.DELIVERED in capabilities.reports | capabilities.answers else "sent"

    sent = sent_by(service, provider, channel, recipient(service, channel, "delivered", provider))

    message = service.until(sent, wanted)
    assert message["provider"] == provider


@pytest.mark.parametrize(
    "provider", [name for name in PROVIDERS if EventKind.BOUNCED in load(name).capabilities.reports]
)
def test_what_is_refused_for_good_is_understood_as_such(service: Service, provider: str) -> None:
    channel = channel_of(provider)
    to = recipient(service, channel, "bounced", provider)
    # Suppressions know no provider: another's bounce may have taken the number already.
    service.lift(channel, to)

    sent = sent_by(service, provider, channel, to)

    assert service.until(sent, "bounced")["reason"] == "hard_bounce"


@pytest.mark.parametrize("provider", [name for name in sorted(FAKES) if load(name).capabilities.has_webhook])
def test_a_report_that_nobody_signed_is_refused(service: Service, provider: str) -> None:
    answer = requests.post(service.webhook_url(provider), json={"event": "delivered"}, timeout=SECONDS)

    assert answer.status_code in {401, 403}
