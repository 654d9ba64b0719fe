"""What comes next: the channel for a contact, the integration for an attempt, the template for a language."""

import pytest

from heliograph.domain.attempts import Progress
from heliograph.domain.model import JSON, Channel
from heliograph.domain.plan import address, first_usable, language_chain, next_integration
from heliograph.domain.project import Integration
from heliograph.domain.retry import PROVIDER_DEADLINE
from heliograph.domain.tries import Try
from tests.support.builders import NOW


def integration(name: str) -> Integration:
    return Integration(id=name, provider=name, channels=frozenset({Channel.EMAIL}), sender="hi@example.com")


FIRST, SECOND, THIRD = CHOICES = tuple(map(integration, ("first", "second", "third")))


def after(*tries: tuple[str, str, int]) -> Progress:
    """Attempts as (integration, reason, milliseconds before NOW)."""
    log = tuple(Try(integration=name, reason=reason, at=NOW - ago) for name, reason, ago in tries)
    return Progress(attempt=len(log), ranks=(0, *(15 for _ in log)), log=(Try(), *log))


@pytest.mark.parametrize(
    ("channel", "contact", "expected"),
    [
        (Channel.EMAIL, {"email": "a@example.com", "phone": "+46"}, "a@example.com"),
        (Channel.SMS, {"phone": "+46701234567"}, "+46701234567"),
        (Channel.WHATSAPP, {"phone": "+46701234567"}, "+46701234567"),
        (Channel.SLACK, {"slack": "U123", "phone": "+46"}, "U123"),
        (Channel.EMAIL, {}, ""),
        (Channel.EMAIL, {"email": None}, ""),
        (Channel.PUSH, {"push": ["token", "another"]}, "token"),
        (Channel.PUSH, {"push": []}, ""),
    ],
)
def test_a_contacts_address_depends_on_the_channel(channel: Channel, contact: JSON, expected: str) -> None:
    assert address(channel, contact) == expected


def test_the_first_channel_with_an_address_is_used() -> None:
    wanted = (Channel.SMS, Channel.EMAIL)

    assert first_usable(wanted, {"email": "a@example.com"}) == (Channel.EMAIL, "a@example.com")
    assert first_usable(wanted, {"email": "a@example.com", "phone": "+46"}) == (Channel.SMS, "+46")
    assert first_usable(wanted, {"id": "ada"}) is None


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ([], FIRST),
        ([("first", "provider_unavailable", 1000)], FIRST),
        ([("first", "provider_error", 1000)], SECOND),
        ([("first", "invalid_recipient", 1000), ("second", "provider_error", 10)], THIRD),
        ([("first", "not_allowed", 1000)], SECOND),
        ([("first", "provider_unavailable", PROVIDER_DEADLINE)], SECOND),
        ([("first", "throttled", PROVIDER_DEADLINE), ("second", "throttled", 10)], SECOND),
        ([(name, "provider_unavailable", PROVIDER_DEADLINE) for name in ("first", "second", "third")], FIRST),
        ([("first", "provider_error", 10), ("second", "not_allowed", 10), ("third", "not_allowed", 10)], SECOND),
        ([(name, "provider_error", 10) for name in ("first", "second", "third")], None),
    ],
    ids=[
        "the first choice",
        "what passes is tried again there",
        "a refusal goes to the next",
        "two refusals to the third",
        "account trouble goes to the next",
        "its time is over",
        "the time of each is its own",
        "all times are over: from the start",
        "troubles pass, refusals do not",
        "all have refused",
    ],
)
def test_the_next_attempt_goes_to(tries: list[tuple[str, str, int]], expected: Integration | None) -> None:
    assert next_integration(CHOICES, after(*tries), NOW) == expected


def test_without_integrations_there_is_none() -> None:
    assert next_integration((), Progress(), NOW) is None


def test_a_language_falls_back_to_wider_ones_and_then_to_none() -> None:
    assert language_chain("zh-Hant-TW") == ("zh-Hant-TW", "zh-Hant", "zh", "")
    assert language_chain("sv") == ("sv", "")
    assert language_chain("") == ("",)
