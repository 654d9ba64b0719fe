import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadPayload, UnknownOutcome
from heliograph.domain.tools import Response
from heliograph.wire import reading

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=10,
)
STEPS = st.lists(st.sampled_from(["a", "b"]) | st.integers(0, 3), max_size=4)


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_a_value_of_another_kind_reads_as_an_empty_one() -> None:
    assert reading.typed(str, "text") == "text"
    assert reading.typed(str, 7) == ""
    assert reading.typed(list, {"a": 1}) == []


def test_a_path_goes_through_objects_by_name_and_through_lists_by_number() -> None:
    value = {"errors": [{"message": "no"}]}

    assert reading.member(value, "errors", 0, "message") == "no"
    assert reading.member(value, "errors", 1, "message") is None
    assert reading.member({"errors": "no"}, "errors", 0) is None


@given(value=VALUES, path=STEPS)
def test_any_path_through_anything_ends_in_a_text(value: Any, path: list[str | int]) -> None:
    assert isinstance(reading.text(value, *path), str)


def test_a_body_of_the_wanted_kind_is_read() -> None:
    assert reading.parsed(list, b"[1]\r\n", "Acme's events") == [1]
    assert reading.parsed(dict, b'{"a": 1}', "Acme's event") == {"a": 1}


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff", b"[" * 100_000, b"[" + b"9" * 5000 + b"]"])
def test_any_other_body_is_refused_by_what_it_should_be(body: bytes) -> None:
    with pytest.raises(BadPayload, match="Acme's events must be a JSON array"):
        reading.parsed(list, body, "Acme's events")


def test_a_refusal_without_json_reads_as_nothing() -> None:
    assert reading.answered(Response(503, {}, b"<html>")) is None
    assert reading.answered(Response(400, {}, b'{"code": 7}')) == {"code": 7}


def test_a_success_without_json_has_an_unknown_outcome() -> None:
    with pytest.raises(UnknownOutcome):
        reading.answered(Response(201, {}, b"<html>"))


def test_a_form_is_read_in_its_order_with_its_empty_fields() -> None:
    assert reading.form("b=1&a=&b=%2B") == [("b", "1"), ("a", ""), ("b", "+")]


def test_a_form_of_too_many_fields_is_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        reading.form("&".join(["a=1"] * (reading.MOST_FIELDS + 1)))


@given(value=VALUES)
def test_what_is_called_storable_can_be_written_as_strict_json(value: Any) -> None:
    def written() -> bool:
        try:
            return bool(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
        except ValueError:
            return False

    assert reading.is_storable(value) == written()


@pytest.mark.parametrize(("levels", "storable"), [(64, True), (65, False), (100_000, False)])
def test_a_nest_that_is_too_deep_is_not_storable(levels: int, storable: bool) -> None:  # noqa: FBT001 - a column of a table
    assert reading.is_storable(nested(levels)) is storable
