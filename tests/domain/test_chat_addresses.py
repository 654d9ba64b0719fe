"""Addresses of chats and webhooks: what is one, and what only looks like one."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain import chat_addresses
from heliograph.domain.errors import BadInput

TEAMS = "https://prod-01.westeurope.logic.azure.com/workflows/ab/triggers/manual/paths/invoke?sig=x"
DISCORD = "https://discord.com/api/webhooks/1234567890123456789/abcdefghijklmnopqrstuvwxyz"
CHECKS = {name: getattr(chat_addresses, name) for name in ("slack", "teams", "discord", "telegram", "webhook")}


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("slack", "U024BE7LH"),
        ("slack", "C024BE91L"),
        ("slack", "#general"),
        ("slack", "#größe"),
        ("slack", "default"),
        ("teams", TEAMS),
        ("teams", "https://acme.webhook.office.com/webhookb2/x"),
        ("teams", "default"),
        ("discord", "1234567890123456789"),
        ("discord", DISCORD),
        ("discord", "default"),
        ("telegram", "987654321"),
        ("telegram", "-1001234567890"),
        ("telegram", "@acme_news"),
        ("webhook", "https://example.com/in?x=1"),
        ("webhook", "https://example.com:8443/in"),
    ],
)
def test_what_a_channel_calls_an_address_is_taken_as_it_is(channel: str, address: str) -> None:
    assert CHECKS[channel](address, "to") == address


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("slack", "general"),
        ("slack", "#a b"),
        ("slack", "<!channel>"),
        ("teams", "https://logic.azure.com.evil.example/x"),
        ("teams", "https://evil.example/x?.logic.azure.com"),
        ("teams", "https://user@x.logic.azure.com/"),
        ("teams", "http://x.logic.azure.com/"),
        ("discord", "https://discord.com.evil.example/api/webhooks/1234567890123456789/abcdefghijklmnopqrstuvwxyz"),
        ("discord", f"{DISCORD}/../../users"),
        ("discord", "12"),
        ("telegram", "default"),
        ("telegram", "@a"),
        ("telegram", "٣٣٣٣"),
        ("webhook", "default"),
        ("webhook", "http://example.com/"),
        ("webhook", "https://127.0.0.1/"),
        ("webhook", "https://[::1]/"),
        ("webhook", "https://2130706433/"),
        ("webhook", "https://localhost/"),
        ("webhook", "https://db.internal/"),
        ("webhook", "https://ada:secret@example.com/"),
        ("webhook", "https://example.com\\@evil.example/"),
        ("webhook", "https://example.com/#x"),
        ("webhook", "https://example.com:0/"),
        ("webhook", f"https://example.com/{'x' * 2048}"),
    ],
)
def test_what_only_looks_like_one_is_refused_by_the_name_of_its_field(channel: str, address: str) -> None:
    with pytest.raises(BadInput) as refused:
        CHECKS[channel](address, "to.x")

    assert (refused.value.field, refused.value.code) == ("to.x", "INVALID_ADDRESS")


@given(channel=st.sampled_from(sorted(CHECKS)), text=st.text(st.characters(codec=None), max_size=80))
def test_any_text_is_taken_as_it_is_or_refused(channel: str, text: str) -> None:
    with suppress(BadInput):
        assert CHECKS[channel](text, "to") == text
