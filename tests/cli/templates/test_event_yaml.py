"""YAML that guesses nothing."""

from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML carries no types
from hypothesis import given
from hypothesis import strategies as st

from cli.templates.event_yaml import dump, load
from tests.cli.templates.bodies import JSON, TEXT


@given(st.dictionaries(TEXT, JSON, max_size=5))
def test_what_is_written_is_what_is_read(body: dict[str, Any]) -> None:
    found = load(dump(body), "event.yaml")

    assert found == body
    assert repr(found) == repr(body)


@given(st.dictionaries(TEXT, JSON, max_size=5))
def test_other_readers_of_yaml_read_the_same(body: dict[str, Any]) -> None:
    assert yaml.safe_load(dump(body)) == body


@pytest.mark.parametrize(
    "text", ["no", "yes", "on", "10:30", "2027-01-31", "0123", "0x1f", "1_000", ".inf", "1e3", "<<"]
)
def test_words_that_yaml_once_took_for_something_else_are_texts(text: str) -> None:
    assert load(f"a: {text}", "event.yaml") == {"a": text}


def test_values_of_json_are_what_they_look_like() -> None:
    text = "a: 1\nb: -1.5\nc: true\nd: null\ne:\nf: []\ng: ~\nh: 0"

    assert load(text, "event.yaml") == {
        "a": 1, "b": -1.5, "c": True, "d": None, "e": None, "f": [], "g": None, "h": 0,
    }  # fmt: skip
