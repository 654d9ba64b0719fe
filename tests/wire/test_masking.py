import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.wire.masking import hide_mail, hide_number, name_only, without

NUMBER = "+46701234567"
TEXTS = st.sampled_from(["smtp; 550 <ada@example.com>\r\n no", "?u=ada%40example.com", "250 ok", ""])
VALUES = st.recursive(
    TEXTS | st.none() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["to", "note", "cc"]), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("550 5.1.1 <ada@example.com>: no such user", "550 5.1.1 (address) no such user"),
        ("see https://x.example/?u=ada%40example.com now", "see (address) now"),
        ("two\r\nlines\tand  spaces", "two lines and spaces"),
        ("", ""),
    ],
)
def test_words_with_an_address_are_hidden_and_one_line_is_left(text: str, kept: str) -> None:
    assert hide_mail(text) == kept


@pytest.mark.parametrize("text", ["to +46701234567.", "to 46701234567."])
def test_a_number_is_hidden_with_its_plus_and_without(text: str) -> None:
    assert hide_number(text, NUMBER) == "to (number)."


@pytest.mark.parametrize("number", ["", "+", "+123456"])
def test_a_number_that_could_be_part_of_anything_hides_nothing(number: str) -> None:
    assert hide_number("error 123456 of 46701234567", number) == "error 123456 of 46701234567"


def test_a_number_is_taken_literally() -> None:
    assert hide_number("no (((((((", "(((((((") == "no (number)"


@given(value=VALUES)
def test_no_address_and_no_left_out_member_is_kept_at_any_depth(value: Any) -> None:
    kept = json.dumps(without({"to", "cc"}, value, hide_mail))

    assert "ada" not in kept
    assert '"to"' not in kept
    assert '"cc"' not in kept


def test_what_holds_no_address_is_kept_as_it_is() -> None:
    value = {"status": "5.1.1", "count": [1, None, True, 2.5], "inner": {"text": "250 ok"}}

    assert without({"to"}, value, hide_mail) == value


@pytest.mark.parametrize(
    "name", ["message.delivered", "Rendering Failure", "TEXT_SENT", "set-up message", "no.event:type"]
)
def test_a_name_of_an_event_is_kept(name: str) -> None:
    assert name_only(name) == name


@pytest.mark.parametrize(
    "name", ["ada@example.com", "+46701234567", "46701234567", "", "a" * 3 + " b" * 20, "Ada\nLovelace"]
)
def test_what_is_no_name_of_an_event_is_not(name: str) -> None:
    assert name_only(name) == "(odd name)"
