"""Who a message can be from is known when an integration is set up, not when the vendor refuses the first message."""

import pytest

from heliograph.domain.errors import BadInput
from heliograph.domain.model import Channel
from heliograph.domain.sender_forms import checked
from heliograph.providers import load


def taken(provider: str, sender: str) -> bool:
    adapter = load(provider)
    try:
        return checked(sender, adapter.channels, adapter.capabilities) == sender
    except BadInput:
        return False


@pytest.mark.parametrize("sender", ["ada@example.com", "Ada <ada@example.com>", '"Ada, Inc." <ada@mail.example.com>'])
def test_mail_is_from_an_address(sender: str) -> None:
    assert taken("mailgun", sender)


@pytest.mark.parametrize("sender", ["", "Ada", "+46701234567", "Ada <ada>", "a@b.example, c@d.example"])
def test_mail_is_from_nothing_else(sender: str) -> None:
    assert not taken("mailgun", sender)


@pytest.mark.parametrize("sender", ["+15005550006", "15005550006", "72404", "Example", "Acme & Co", "A1"])
def test_a_text_message_is_from_a_number_or_a_short_name(sender: str) -> None:
    assert taken("vonage", sender)


@pytest.mark.parametrize("sender", ["", "ada@example.com", "MyCompanyNameIsLong", "12", "+1 500 555", "Åsa", "+" * 5])
def test_a_text_message_is_from_nothing_else(sender: str) -> None:
    assert not taken("vonage", sender)


@pytest.mark.parametrize(
    ("provider", "sender"),
    [
        ("twilio", "MG" + "0f" * 16),
        ("plivo", "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"),
        ("telnyx", "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"),
        ("aws_sms", "pool-0123abcd"),
    ],
)
def test_a_pool_or_service_is_a_sender_where_the_provider_has_such(provider: str, sender: str) -> None:
    assert taken(provider, sender)
    assert not taken("sns_sms", sender)


def test_the_refusal_names_the_field_and_what_would_be_right() -> None:
    with pytest.raises(BadInput, match="a name of up to 11 letters") as caught:
        checked("MyCompanyNameIsLong", {Channel.SMS}, load("vonage").capabilities)

    assert caught.value.field == "sender"


@pytest.mark.parametrize("sender", ["", "anything at all"])
def test_channels_that_name_no_sender_take_any_and_none(sender: str) -> None:
    assert checked(sender, {Channel.PUSH}, load("sandbox").capabilities) == sender
