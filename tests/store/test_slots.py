"""The lines of provider accounts in the table."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from heliograph.domain.errors import Busy
from heliograph.store import keys
from heliograph.store.quotas import Quotas
from heliograph.store.slots import Slots
from heliograph.store.table import Refused, Table
from tests.support.one_by_one import OneByOne
from tests.support.table import NAME

NOW = 1_800_000_000_000_000
"""Microseconds."""
WORK = 20_000
HOUR = 3_600_000_000


@pytest.fixture
def slots(table: Table) -> Slots:
    return Slots(table)


def test_slots_follow_one_another_and_an_idle_line_begins_now(slots: Slots) -> None:
    found = [slots.take("ses", "acme", work=count * WORK, now=NOW) for count in (1, 10, 1)]
    later = slots.take("ses", "acme", work=WORK, now=NOW + HOUR)

    assert [one.line.comes(one.tag) - NOW for one in found] == [0, WORK, 11 * WORK]
    assert later.line.comes(later.tag) == NOW + HOUR


def test_who_comes_second_has_its_turn_between_those_of_the_first(slots: Slots) -> None:
    first = slots.take("ses", "acme", work=100_000 * WORK, now=NOW)
    second = slots.take("ses", "bolt", work=10 * WORK, now=NOW)

    line = slots.line("ses")
    assert line == second.line
    assert line is not None
    assert line.comes(second.tag + 9 * WORK) - NOW == 18 * WORK
    # Those of the first that came after it are later by exactly what the second was given.
    assert line.comes(first.tag + 99_999 * WORK) - NOW == (99_999 + 10) * WORK


def test_what_was_seen_before_others_came_is_no_reason_to_begin_anew(slots: Slots) -> None:
    seen = slots.take("ses", "acme", work=10 * WORK, now=NOW).line
    slots.take("ses", "bolt", work=10 * WORK, now=NOW)

    # For who has not seen the second project, the first is done after ten turns.
    more = slots.take("ses", "acme", work=WORK, now=NOW + 15 * WORK, known=seen)

    assert more.tag == seen.virtual + 10 * WORK


def test_a_project_that_is_done_is_forgotten_by_who_joins_next(slots: Slots, table: Table) -> None:
    slots.take("ses", "acme", work=WORK, now=NOW)
    slots.take("ses", "bolt", work=WORK, now=NOW + HOUR)

    item = table.get(keys.slots("ses")) or {}
    assert [name for name in item if name.startswith("f#")] == ["f#bolt"]
    assert item["ttl"] > (NOW + HOUR) // 1_000_000


def test_lines_are_apart(slots: Slots) -> None:
    slots.take("ses", "acme", work=HOUR, now=NOW)

    assert slots.take("other", "acme", work=WORK, now=NOW).tag == NOW
    assert slots.line("third") is None


def test_all_who_ask_at_once_get_slots_of_their_own(client: Any) -> None:
    slots = Slots(Table(OneByOne(client), NAME))
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(slots.take, "ses", f"project-{number % 4}", work=WORK, now=NOW + number * 5 * WORK)
            for number in range(40)
        ]
        found = [(number % 4, one.result(20).tag) for number, one in enumerate(asked)]

    assert len(set(found)) == 40


def test_a_line_that_others_change_all_the_time_is_busy(slots: Slots, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise Refused(None)

    monkeypatch.setattr(Table, "apply", refused)

    with pytest.raises(Busy):
        slots.take("ses", "acme", work=WORK, now=NOW)


def test_a_quota_is_kept_and_only_another_one_is_told(table: Table) -> None:
    quotas = Quotas(table)

    assert quotas.rate("ses") == 0
    assert [quotas.keep("ses", rate) for rate in (14.0, 14.0, 200.0)] == [True, False, True]
    assert quotas.rate("ses") == 200
    assert quotas.keep("ses", 0.0)
    assert quotas.rate("ses") == 0
