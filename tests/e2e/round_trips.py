"""Once around one provider: sent by its API, its report believed, its failure understood, a forgery refused.

Each function gives what was seen, in a few words, and raises AssertionError where it is not what the provider promises.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import requests

from heliograph.domain.magic import OUTCOMES
from heliograph.domain.model import Channel, EventKind
from heliograph.names import SANDBOX_DOMAIN
from heliograph.providers import REGISTRY, load
from tests.e2e.push_devices import TOKENS
from tests.e2e.service import SECONDS, Service
from tests.e2e.test_pushes import person, pushed
from tests.local.waiting import eventually

PROVIDERS: Final = sorted(REGISTRY.keys() - {"sandbox"})
"""All; the sandbox is where test keys end, and no vendor."""
PAYLOAD: Final = {"order": {"number": "4711", "city": "Åre"}}
WITHIN: Final = 30
"""Seconds; the machine may be busy."""
NUMBERS: Final = {outcome.name: outcome.number for outcome in OUTCOMES}
ADDRESSES: Final[Mapping[Channel, Callable[[str, str], Any]]] = {
    Channel.EMAIL: lambda outcome, provider: f"{outcome}+{provider}@{SANDBOX_DOMAIN}",
    Channel.SMS: lambda outcome, _: NUMBERS[outcome],
    Channel.WHATSAPP: lambda outcome, _: NUMBERS[outcome],
    Channel.SLACK: lambda outcome, _: {"slack": f"#sandbox-{outcome}"},
    Channel.TELEGRAM: lambda _outcome, _: {"telegram": "1000"},
    Channel.DISCORD: lambda _outcome, _: {"discord": "default"},
    Channel.TEAMS: lambda _outcome, _: {"teams": "default"},
    Channel.APPRISE: lambda outcome, _: {"apprise": f"ntfys://ntfy.sh/{outcome}"},
    Channel.WEBHOOK: lambda outcome, _: {"webhook": f"https://hooks.{SANDBOX_DOMAIN}/{outcome}"},
}
"""Channel -> the recipient that ends as an outcome."""
CHOOSE_NOTHING: Final = frozenset({Channel.TELEGRAM, Channel.DISCORD, Channel.TEAMS})
"""Chats whose addresses have no room for an outcome: what they refuse is asked of the fake."""
NO: Final = "-"
"""The provider has nothing of the kind."""


def channel_of(provider: str) -> Channel:
    """The one channel of the provider."""
    (channel,) = load(provider).channels
    return channel


def reports(provider: str, kind: EventKind) -> bool:
    """Whether the provider can say so, by itself or when it is asked."""
    capabilities = load(provider).capabilities
    return kind in capabilities.reports | capabilities.answers


def recipient(service: Service, provider: str, outcome: str) -> Any:
    """Somebody whom this provider reaches and who ends as *outcome*."""
    channel = channel_of(provider)
    if channel is Channel.PUSH:
        return person(service, f"{outcome}-{provider}", TOKENS[provider](outcome))
    if channel is Channel.IN_APP:
        return {"id": person(service, f"{outcome}-{provider}")}
    to = ADDRESSES[channel](outcome, provider)
    if isinstance(to, str):
        # Suppressions know no provider: another's bounce may have taken the number already.
        service.lift(channel, to)
    return to


def send(service: Service, provider: str, outcome: str) -> str:
    """Send it by *provider*, and give the notification's id."""
    channel, to = channel_of(provider), recipient(service, provider, outcome)
    if channel is Channel.PUSH:
        return pushed(service, to, overrides={"provider": provider})
    route = f"welcome/{channel}" if channel in {Channel.EMAIL, Channel.SMS} else f"order-sent/{channel}"
    body = {"to": to, "payload": PAYLOAD, "overrides": {"provider": provider}}
    answer = service.call("POST", f"/v1/send/{route}", json=body)
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["id"]
    return found


def delivered(service: Service, provider: str) -> tuple[str, str]:
    """How it was seen to be sent, and the last that became of it."""
    last = "delivered" if reports(provider, EventKind.DELIVERED) else "sent"

    message = service.until(send(service, provider, "delivered"), last, within=WITHIN)

    assert message["provider"] == provider, message
    assert message["sent_at"], message
    return "sent", last if last == "delivered" else f"{NO} (sent is the last)"


def failed(service: Service, provider: str) -> str:
    """What became of a message that its provider could not deliver: the status and the reason."""
    if channel_of(provider) is Channel.IN_APP:
        return f"{NO} (nothing can refuse it)"
    bounces = EventKind.BOUNCED in load(provider).capabilities.reports or channel_of(provider) is Channel.PUSH
    if channel_of(provider) in CHOOSE_NOTHING:
        service.fault(provider, status=400)

    sent = send(service, provider, "bounced" if bounces else "refused")

    # Of a dead device its service says so in its answer, and what follows makes a bounce of it. OneSignal's are users.
    message = service.until(sent, "bounced" if bounces and provider != "onesignal" else "failed", within=WITHIN)
    assert message["reason"], message
    by = "reported" if EventKind.BOUNCED in load(provider).capabilities.reports else "refused"
    return f"{message['status']}, {message['reason']} ({by})"


def forged(service: Service, provider: str) -> str:
    """How a report was answered that nobody signed."""
    known = load(provider).capabilities.has_webhook
    url = service.webhook_url(provider) if known else f"{service.host.access.webhooks}/webhooks/{provider}/nobody"

    answer = requests.post(url, json={"event": "delivered"}, timeout=SECONDS)

    assert answer.status_code in ({401, 403} if known else {404}), answer.status_code
    return str(answer.status_code) if known else f"{answer.status_code}, no webhook"


def repeated(service: Service, provider: str) -> str:
    """What became of reports that came twice, and of such that came late: each once, and the last word stays."""
    capabilities = load(provider).capabilities
    if EventKind.DELIVERED not in capabilities.reports or not (capabilities.has_webhook or capabilities.bus):
        return NO
    for outcome in ("duplicate", "reordered"):
        sent = send(service, provider, outcome)
        service.until(sent, "delivered", within=WITHIN)
        posted = eventually(partial(_all_posted, service, provider, outcome), within=WITHIN)
        message = service.until(sent, "delivered", within=WITHIN)
        found = [entry["status"] for entry in message["timeline"]].count("delivered")
        assert found == 1, (outcome, posted, message["timeline"])
    return "once, delivered"


def _all_posted(service: Service, provider: str, outcome: str) -> list[str]:
    """The kinds of what was posted, once it is all that *outcome* announces; and each post was taken."""
    newest = next(one for one in service.everything() if (one["provider"], one["outcome"]) == (provider, outcome))
    kinds = [event["kind"] for event in newest["events"]]
    assert all(event["status"] < requests.codes.bad_request for event in newest["events"]), newest["events"]
    assert kinds.count("delivered") == (2 if outcome == "duplicate" else 1), kinds
    assert outcome == "duplicate" or kinds[-1] != "delivered" or len(kinds) == 1, kinds
    return kinds
