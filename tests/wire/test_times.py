from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.wire.times import epoch, iso

MOMENT = datetime(2026, 3, 1, 9, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize("value", [1772355610, "1772355610", 1772355610.0, " 1772355610 "])
def test_seconds_are_read_as_a_number_and_as_text(value: Any) -> None:
    assert epoch(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T09:00:10Z",
        "2026-03-01T09:00:10.000Z",
        "2026-03-01T09:00:10.0000004Z",
        "2026-03-01T10:00:10+01:00",
        "2026-03-01T10:00:10.000+0100",
        "2026-03-01 09:00:10",
    ],
)
def test_iso_is_read_with_any_fraction_and_any_offset_and_is_utc_without_one(value: str) -> None:
    assert iso(value) == MOMENT


@pytest.mark.parametrize("value", [None, "", "soon", [], {}, "nan", float("inf"), 10**400, "9" * 5000, "2026-13-01"])
def test_what_is_no_time_is_none(value: Any) -> None:
    assert epoch(value) is None
    assert iso(value) is None


def test_a_time_that_utc_cannot_hold_is_none() -> None:
    assert iso("0001-01-01T00:00:00+01:00") is None


@given(value=st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)))
def test_whatever_is_read_is_aware_or_none(value: Any) -> None:
    for moment in (epoch(value), iso(value)):
        assert moment is None or moment.tzinfo is UTC
