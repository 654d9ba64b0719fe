"""One status, one reason, one set of times and counts, in whatever order and however often the reports came."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.two_attempts import KINDS, taken_in, told, two_attempts

SETS = {
    "everything about one attempt": [
        (2, "deferred"),
        (2, "soft bounce"),
        (2, "delivered"),
        (2, "hard bounce"),
        (2, "opened"),
        (2, "complained"),
    ],
    "good and bad news over two": [
        (1, "delivered"),
        (1, "hard bounce"),
        (2, "delivered"),
        (2, "failed"),
        (2, "dropped"),
        (1, "opened"),
    ],
    "three of one kind": [
        (2, "hard bounce"),
        (2, "hard bounce"),
        (2, "hard bounce"),
        (1, "failed"),
        (2, "clicked"),
        (2, "unsubscribed"),
    ],
    "a late success": [
        (1, "deferred"),
        (1, "delivered"),
        (2, "soft bounce"),
        (2, "failed"),
        (1, "sent"),
        (2, "queued"),
    ],
}
"""(attempt, kind)."""


@pytest.mark.parametrize("name", SETS)
def test_every_order_of_six_doubled_events_shows_the_same(name: str) -> None:
    events = [told(attempt, kind, number) for number, (attempt, kind) in enumerate(SETS[name])]
    start = two_attempts()
    expected = taken_in(start, events)

    for order in permutations(events):
        repeats = [*order[3:], *order[:3]]
        doubled = [event for pair in zip(order, repeats, strict=True) for event in pair]
        assert taken_in(start, doubled) == expected


drawn = st.lists(
    st.builds(
        lambda attempt, kind, own, machine: (attempt, kind, {"own": own, "machine": machine}),
        st.sampled_from([1, 2]),
        st.sampled_from(sorted(KINDS)),
        st.sampled_from([True, True, True, False]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@given(parts=drawn, data=st.data())
@settings(max_examples=400, deadline=None)
def test_any_events_in_any_order_any_number_of_times_show_the_same(parts: Sequence[Any], data: st.DataObject) -> None:
    events = [told(attempt, kind, number, **more) for number, (attempt, kind, more) in enumerate(parts)]
    shuffled = data.draw(st.permutations([*events, *events]))
    at = data.draw(st.integers(0, len(shuffled)))

    expected = taken_in(two_attempts(), events)
    late = taken_in(two_attempts(), shuffled)
    around_our_own_record = taken_in(two_attempts(finished=False), [*shuffled[:at], None, *shuffled[at:]])

    assert late == expected
    assert around_our_own_record == expected


def test_the_order_of_reports_without_a_time_decides_no_status() -> None:
    names = ("soft bounce", "delivered", "hard bounce", "opened")
    events = [told(2, name, number, occurred_at=None) for number, name in enumerate(names)]

    found = [taken_in(two_attempts(), order)[0] for order in permutations(events)]

    assert {(one["status"], one["reason"], str(one["error"])) for one in found} == {
        ("opened", "hard_bounce", "{'code': 'c2', 'message': 'told 2'}")
    }
