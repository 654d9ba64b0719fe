"""Conditions on payload and contact: what they compare, and that they never fail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.conditions import Condition, Op, all_hold

FACTS: dict[str, Any] = {
    "payload": {"amount": 100, "price": 9.5, "plan": "pro", "new": True, "tags": ["a", 1], "_code": "x", "none": None},
    "contact": {"id": "ada", "country": "SE", "meta": {"plan": "team"}},
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def holds(field: str, op: str, value: Any) -> bool:
    return Condition(field=field, op=Op(op), value=value).holds(FACTS)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("payload.amount", "=", 100.0),
        ("payload.amount", ">=", 100),
        ("payload.price", "<", 10),
        ("payload.plan", "!=", "free"),
        ("payload.plan", ">", "free"),
        ("payload.plan", "in", ["pro", "team"]),
        ("payload.plan", "contains", "r"),
        ("payload.tags", "contains", 1),
        ("payload._code", "=", "x"),
        ("payload.new", "=", True),
        ("payload.missing", "exists", False),
        ("payload.none", "exists", False),
        ("contact.meta.plan", "=", "team"),
        ("contact.country", "in", ["SE", "NO"]),
    ],
)
def test_a_condition_that_is_true(field: str, op: str, value: Any) -> None:
    assert holds(field, op, value)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("payload.amount", ">", 100),
        ("payload.amount", "=", "100"),
        ("payload.amount", ">", "1"),
        ("payload.new", "=", 1),
        ("payload.new", ">=", 0),
        ("payload.tags", "contains", True),
        ("payload.missing", "!=", "free"),
        ("payload.plan.deeper", "=", "pro"),
        ("payload.amount", "in", 100),
        ("contact.phone", "exists", True),
    ],
)
def test_a_field_that_is_missing_or_of_another_kind_makes_it_false(field: str, op: str, value: Any) -> None:
    assert not holds(field, op, value)


def test_all_of_a_channels_conditions_must_be_true_and_none_are() -> None:
    rich = Condition(field="payload.amount", op=Op.AT_LEAST, value=100)
    swedish = Condition(field="contact.country", op=Op.EQUAL, value="NO")

    assert all_hold([], FACTS)
    assert all_hold([rich], FACTS)
    assert not all_hold([rich, swedish], FACTS)


@given(st.sampled_from(list(Op)), VALUES, VALUES)
def test_no_values_make_it_fail(op: Op, found: Any, value: Any) -> None:
    result = Condition(field="payload.x", op=op, value=value).holds({"payload": {"x": found}})

    assert isinstance(result, bool)
