"""What a push carries besides title and text."""

import pytest

from heliograph.domain.errors import TemplateError
from heliograph.domain.push_parts import data


def test_parts_become_what_a_provider_gets_and_empty_ones_are_left_out() -> None:
    parts = {
        "title": "Hi",
        "text": "There",
        "url": " app://x ",
        "badge": "3",
        "sound": "",
        "data": '{"a": "b", "n": [1]}',
    }

    assert data(parts) == {"url": "app://x", "badge": 3, "data": {"a": "b", "n": "[1]"}}


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("badge", "-1"),
        ("badge", "many"),
        ("badge", "1" * 12),
        ("badge", "٣"),
        ("image", "http://example.com/x.png"),
        ("data", "[1]"),
        ("data", "{"),
        ("collapse", "x" * 65),
    ],
)
def test_a_part_that_comes_out_wrong_is_named(part: str, value: str) -> None:
    with pytest.raises(TemplateError) as wrong:
        data({part: value})

    assert wrong.value.part == f"push.{part}"
