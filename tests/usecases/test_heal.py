"""Dead letters go back by themselves, gently and not for ever; nothing is ever ended."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from heliograph.domain.dead_letter import LAPS, DeadLetter
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint
from heliograph.domain.model import JSON
from heliograph.usecases.heal import DONE_WITH, HEALED_A_RUN, PACE, REPORT, REPORTS_A_RUN, STAYS, WAKE_UP, Heal
from tests.usecases.world import AT, World

TOLD: JSON = {"v": 1, "project": "acme", "integration": "i1", "events": []}
RESULT: JSON = {"v": 1, "result": {}, "message": {"project": "acme"}}
BY_SNS: JSON = {"TopicArn": "arn", "Message": "{}"}


@dataclass
class Letters:
    """A queue that shows each of its letters once, ten at a time."""

    waiting: list[DeadLetter] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)

    def take(self) -> list[DeadLetter]:
        some, self.waiting = self.waiting[:10], self.waiting[10:]
        return some

    def drop(self, letter: DeadLetter) -> None:
        self.dropped.append(letter.handle)

    def release(self, letter: DeadLetter) -> None:
        assert not self.waiting or self.dropped, "released while others are still to be taken"
        self.released.append(letter.handle)


def letter(body: Any, number: int = 0, *, hint: Hint | None = None, group: str = "acme") -> DeadLetter:
    return DeadLetter(handle=f"h-{number}", hint=hint, body=body, group=group)


def woken(lap: int = 0, number: int = 0) -> DeadLetter:
    return letter({"v": 1}, number, hint=Hint(message=AT, hop=7, lap=lap))


@dataclass
class Ward:
    """Whatever is looked through, and what came of it."""

    world: World

    def healed(self, *letters: DeadLetter) -> JSON:
        self.letters = Letters(list(letters))
        world = self.world
        heal = Heal(
            letters=self.letters,
            messages=world.messages,
            wakeups=world.wakeups,
            later=world.later,
            clock=world.clock,
            remaining=lambda: world.left,
        )
        return dict(heal.run().counts)


@pytest.fixture
def ward(world: World) -> Ward:
    return Ward(world)


def test_a_wake_up_call_goes_back_to_its_message_s_lane_as_a_new_one(ward: Ward, world: World) -> None:
    message = world.waiting()

    assert ward.healed(woken()) == {WAKE_UP: 1}
    assert world.wakeups.calls == [(Hint(message=AT, hop=0, lap=1), message.lane, world.clock())]
    assert ward.letters.dropped == ["h-0"]
    assert world.message == message


def test_one_whose_message_is_gone_or_done_is_dropped(ward: Ward, world: World) -> None:
    assert ward.healed(woken()) == {DONE_WITH: 1}
    world.sent()

    assert ward.healed(woken()) == {DONE_WITH: 1}
    assert ward.letters.dropped == ["h-0"]


def test_one_that_went_round_too_often_stays_until_its_message_is_done(ward: Ward, world: World) -> None:
    world.waiting()

    assert ward.healed(woken(LAPS)) == {STAYS: 1}
    assert (ward.letters.dropped, ward.letters.released) == ([], ["h-0"])
    world.work()

    assert ward.healed(woken(LAPS)) == {DONE_WITH: 1}


@pytest.mark.parametrize("body", [TOLD, RESULT, BY_SNS, {"poll": {}}, {"correction": {}}])
def test_what_exists_nowhere_else_goes_back_with_a_count_of_its_laps(ward: Ward, world: World, body: JSON) -> None:
    assert ward.healed(letter(body | {"since": 5, "lap": 1})) == {REPORT: 1}
    assert world.later.puts == [("acme", [body | {"lap": 2}], 0)]
    assert ward.letters.dropped == ["h-0"]


def test_after_its_last_lap_it_stays(ward: Ward, world: World) -> None:
    assert ward.healed(letter(TOLD | {"lap": LAPS}), letter(TOLD | {"lap": "x"}, 1)) == {STAYS: 2}
    assert world.later.puts == []
    assert ward.letters.released == ["h-0", "h-1"]


def test_reports_go_back_slowly_and_few_at_a_time(ward: Ward, world: World) -> None:
    told = ward.healed(*(letter(TOLD, number) for number in range(30)))

    assert told == {REPORT: REPORTS_A_RUN, STAYS: 30 - REPORTS_A_RUN}
    assert [delay for _, _, delay in world.later.puts] == [PACE * number for number in range(REPORTS_A_RUN)]


@pytest.mark.parametrize("body", [None, {}, {"v": 2}, {"what": "ever"}])
def test_what_nobody_understands_stays_for_people(ward: Ward, body: Any) -> None:
    assert ward.healed(letter(body)) == {STAYS: 1}
    assert ward.letters.released == ["h-0"]


def test_what_a_schedule_would_have_told_is_dropped_since_the_sweep_finds_what_was_due(ward: Ward) -> None:
    assert ward.healed(letter({"minute": "2027-01-15T09:00"})) == {DONE_WITH: 1}


def test_a_run_has_an_end(ward: Ward) -> None:
    told = ward.healed(*(letter({"minute": ""}, number) for number in range(HEALED_A_RUN + 50)))

    assert told == {DONE_WITH: HEALED_A_RUN}


def test_without_time_it_takes_none(ward: Ward, world: World) -> None:
    world.left = 4

    assert ward.healed(woken()) == {}
    assert len(ward.letters.waiting) == 1


def test_what_cannot_be_put_back_is_not_dropped_and_what_stays_is_released_all_the_same(
    ward: Ward, world: World
) -> None:
    world.later.trouble.waiting = [Unavailable("the queue did not answer")]

    with pytest.raises(Unavailable):
        ward.healed(letter({}, 0), letter(TOLD, 1))

    assert (ward.letters.dropped, ward.letters.released) == ([], ["h-0"])


def test_a_body_that_is_no_text_of_a_report_stays_whatever_its_lap_says() -> None:
    odd = letter(json.loads('{"events": [], "lap": [1]}'))

    assert (odd.report, odd.lap) == (True, LAPS)
    assert replace(odd, body=None).report is False
