"""Rendered parts of chats: JSON where it must be, and no value can leave its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import TemplateError
from heliograph.domain.model import Channel
from heliograph.domain.parts import data
from heliograph.templates import render

BLOCKS = '[{"type": "section", "text": {"type": "mrkdwn", "text": "Hi {{ name }}"}}]'


@given(name=st.text())
def test_a_value_between_quotes_of_json_never_leaves_them(name: str) -> None:
    rendered = render({"json": '{"name": "{{ name }}", "rest": 1}'}, {"payload": {"name": name}}, channel="webhook")

    found = data(Channel.WEBHOOK, rendered)["json"]

    assert set(found) == {"name", "rest"}
    assert found["rest"] == 1


@given(name=st.text())
def test_no_value_calls_a_slack_channel(name: str) -> None:
    rendered = render({"text": "{{ name }}", "blocks": BLOCKS}, {"payload": {"name": name}}, channel="slack.sv")

    shown = data(Channel.SLACK, rendered)["blocks"][0]["text"]["text"]

    assert not {"<", ">"} & set(rendered["text"] + shown)


def test_what_the_author_wrote_stays_as_it_is() -> None:
    rendered = render(
        {"text": "<!here> {{ name }} & <https://a.example|more>"}, {"payload": {"name": "A&B"}}, channel="slack"
    )

    assert rendered["text"] == "<!here> A&amp;B & <https://a.example|more>"


@pytest.mark.parametrize(
    ("channel", "part", "text"),
    [
        (Channel.SLACK, "blocks", '{"type": "section"}'),
        (Channel.SLACK, "blocks", "[1, 2"),
        (Channel.TEAMS, "card", "[]"),
        (Channel.WEBHOOK, "json", '{"n": NaN}'),
        (Channel.WEBHOOK, "json", "[" * 100_000),
    ],
)
def test_what_did_not_become_the_json_that_it_must_be_is_named(channel: Channel, part: str, text: str) -> None:
    with pytest.raises(TemplateError, match=f"{channel}.{part}"):
        data(channel, {part: text})


def test_empty_parts_and_those_with_a_place_of_their_own_are_left_out() -> None:
    assert data(Channel.IN_APP, {"title": "T", "text": "x", "url": " "}) == {"title": "T"}
    assert data(Channel.EMAIL, {"subject": "S", "html": "<p>", "text": "x"}) == {}


def test_json_is_read_as_it_was_rendered() -> None:
    assert data(Channel.WHATSAPP, {"params": json.dumps(["Å", 1])}) == {"params": ["Å", 1]}
