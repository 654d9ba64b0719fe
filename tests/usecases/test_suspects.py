"""A wake-up call that came back again and again: its message is marked before it is rendered."""

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint
from heliograph.domain.poison import VISITS
from heliograph.domain.status import Rank, Status
from heliograph.usecases.suspects import Suspects
from tests.usecases.world import AT, World


class Killed(BaseException):
    """The process is gone; nothing in it may notice."""


def visited(world: World) -> str:
    return Suspects(dispatch=world.dispatch)(Hint(message=AT), lambda: world.left)


def deadly(world: World, with_: BaseException) -> None:
    def version(*_: object) -> None:
        raise with_

    # Prepare asks for the version right before it renders.
    world.versions.version = version  # type: ignore[method-assign, assignment]  # as if its template did it


def killed(world: World, times: int) -> None:
    deadly(world, Killed())
    for _ in range(times):
        with pytest.raises(Killed):
            visited(world)


def nothing() -> None:
    """The write goes well."""


def busy() -> None:
    raise Unavailable("the table is busy")


def test_a_worker_that_dies_leaves_a_mark(world: World) -> None:
    world.waiting()

    killed(world, 1)

    assert (world.state.marks, world.state.phase) == (1, Phase.OPEN)


def test_only_the_third_marked_visit_ends_it_and_renders_no_more(world: World) -> None:
    world.waiting()
    killed(world, VISITS - 1)

    assert visited(world) == "failed"
    assert (world.state.phase, world.state.rank) == (Phase.DONE, Rank.ENDED)
    assert (world.state.log[0].ending, world.state.log[0].reason) == (Status.FAILED, "internal")
    assert "template or its data" in world.state.log[0].text


def test_an_unmarked_visit_ends_nothing_however_many_marks_there_are(world: World) -> None:
    world.waiting(marks=VISITS)

    assert world.work() == "sent"


def test_who_comes_through_takes_the_mark_away(world: World) -> None:
    world.waiting(marks=VISITS - 2)

    assert visited(world) == "sent"
    assert world.state.marks == 0


@pytest.mark.parametrize("trouble", [Unavailable("the table is busy"), RuntimeError("a bug")])
def test_trouble_that_the_process_outlives_counts_for_nothing(world: World, trouble: Exception) -> None:
    world.waiting()
    deadly(world, trouble)

    for _ in range(VISITS + 1):
        with pytest.raises(type(trouble)):
            visited(world)

    assert (world.state.marks, world.state.phase) == (0, Phase.OPEN)


def test_memory_that_ran_out_counts(world: World) -> None:
    world.waiting()
    deadly(world, MemoryError())

    with pytest.raises(MemoryError):
        visited(world)

    assert world.state.marks == 1


def test_a_mark_that_cannot_be_taken_away_fails_nothing(world: World) -> None:
    world.waiting()
    # Mark, claim and record; the fourth write is the one that takes the mark away.
    world.messages.before_move = [nothing, nothing, nothing, busy]

    assert visited(world) == "sent"
    assert world.state.marks == 1
    assert "a mark stays" in [what for what, *_ in world.notes.lines]


def test_of_two_visits_at_once_one_goes_on(world: World) -> None:
    world.waiting()
    world.messages.before_move = [lambda: visited(world)]

    assert visited(world) == "moved on"
    assert len(world.first.sent) == 1


def test_what_is_done_or_in_a_call_is_not_marked(world: World) -> None:
    world.sent()
    before = world.message

    assert visited(world) == "done"
    assert world.message == before


def test_a_message_that_is_gone_is_done_with(world: World) -> None:
    assert visited(world) == "gone"
