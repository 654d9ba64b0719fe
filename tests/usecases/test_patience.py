"""What the store could not take is put back, later and later, and not for ever."""

import pytest

from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Lane
from heliograph.domain.model import JSON
from heliograph.domain.retry import MAX_HOPS
from heliograph.usecases.patience import LONGEST, OutOfPatience, ReportLater, WakeLater
from tests.usecases.fakes import Clock, FakeLater, FakeWakeups
from tests.usecases.world import AT, HOUR

SOON = 100_000
REPORT: JSON = {"v": 1, "project": "acme", "integration": "i1", "events": []}
RESULT: JSON = {"v": 1, "result": {}, "message": {}}


def delays(body: JSON, *, over: int) -> list[float]:
    """Seconds between the tries of a body that nobody takes for *over* milliseconds."""
    clock, later, found = Clock(), FakeLater(), []
    put_back, began = ReportLater(later=later, clock=clock, soon=SOON), clock()
    while clock() - began < over:
        put_back(body, "acme")
        _, [body], delay = later.puts[-1]
        found.append(delay)
        clock.pass_(int(delay * 1000))
    return found


def test_a_report_comes_again_after_about_as_long_as_it_has_waited_and_at_most_a_quarter_of_an_hour() -> None:
    assert delays(REPORT, over=HOUR) == [5, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_a_result_comes_again_sooner_than_its_call_is_repeated() -> None:
    assert max(delays(RESULT, over=HOUR)) == SOON / 1000


def test_two_hours_of_outage_are_no_reason_to_give_up_and_four_days_are() -> None:
    clock, later = Clock(), FakeLater()
    put_back = ReportLater(later=later, clock=clock, soon=SOON)

    put_back(REPORT | {"since": clock() - LONGEST}, "acme")
    with pytest.raises(OutOfPatience):
        put_back(REPORT | {"since": clock() - LONGEST - 1}, "acme")


def test_it_keeps_its_group_and_everything_else_that_it_says() -> None:
    later = FakeLater()

    ReportLater(later=later, clock=Clock(), soon=SOON)(REPORT, "acme")

    [(group, [body], _)] = later.puts
    assert (group, {name: value for name, value in body.items() if name != "since"}) == ("acme", REPORT)


def test_a_queue_that_does_not_answer_either_is_told() -> None:
    later = FakeLater()
    later.trouble.waiting = [Unavailable("the queue did not answer")]

    with pytest.raises(Unavailable):
        ReportLater(later=later, clock=Clock(), soon=SOON)(REPORT, "acme")


def test_a_wake_up_call_comes_again_on_its_lane_and_is_left_to_the_sweep_after_its_last_hop() -> None:
    clock, wakeups = Clock(), FakeWakeups()
    later = WakeLater(wakeups=wakeups, clock=clock)

    for hop in range(MAX_HOPS + 2):
        later(Hint(message=AT, hop=hop), Lane.CRITICAL)

    assert [hint.hop for hint, *_ in wakeups.calls] == list(range(1, MAX_HOPS + 1))
    assert [(at - clock()) // 1000 for at in wakeups.times] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]
    assert {lane for _, lane, _ in wakeups.calls} == {Lane.CRITICAL}
