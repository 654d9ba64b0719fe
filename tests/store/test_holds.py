"""Circuits, pauses, slots and the holding index in the table."""

from dataclasses import replace

import pytest

from heliograph.domain import attempts, holding
from heliograph.domain.attempts import Phase
from heliograph.domain.circuit import OPENS_AT, RUN, Circuit, next_probe
from heliograph.domain.errors import Lost
from heliograph.domain.holding import Holding, HoldKind, Pause
from heliograph.domain.project import Mode, Project
from heliograph.store.circuits import Circuits
from heliograph.store.holds import Holds
from heliograph.store.messages import Messages
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from tests.support.builders import HOUR, NOW, message

WHY = Circuit(integration="first", reason="provider_unavailable", code="503", text="down")
CIRCUIT = Holding(project="demo", mode=Mode.LIVE, kind=HoldKind.CIRCUIT, name="first")
PAUSE = Pause(kind=HoldKind.EVENT, name="welcome", since=NOW)


@pytest.fixture
def circuits(table: Table, projects: Projects) -> Circuits:
    projects.create(Project(id="demo", name="Demo", salt="salt", created=NOW))
    return Circuits(table)


@pytest.fixture
def holds(table: Table) -> Holds:
    return Holds(table)


def fail(circuits: Circuits, times: int, *, weight: int = 1, now: int = NOW) -> list[bool]:
    return [circuits.failed("demo", "first", weight=weight, why=WHY, now=now) for _ in range(times)]


def seen(projects: Projects) -> Circuit:
    project = projects.get("demo")
    assert project is not None
    return project.circuit("first")


def test_the_twentieth_failure_in_a_row_opens_it_once_and_says_why(
    circuits: Circuits, projects: Projects, holds: Holds
) -> None:
    opened = fail(circuits, OPENS_AT + 3)

    assert opened == [False] * (OPENS_AT - 1) + [True] + [False] * 3
    found = seen(projects)
    assert (found.opened, found.probe, found.code, found.text) == (NOW, next_probe(0, NOW), "503", "down")
    assert list(holds.listed()) == [CIRCUIT]


def test_three_refusals_of_the_account_open_it(circuits: Circuits) -> None:
    assert fail(circuits, 3, weight=7) == [False, False, True]


def test_failures_that_lie_far_apart_are_no_run(circuits: Circuits) -> None:
    opened = [circuits.failed("demo", "first", weight=7, why=WHY, now=NOW + number * RUN) for number in range(9)]

    assert not any(opened)


def test_a_success_ends_the_run_unless_others_failed_meanwhile(circuits: Circuits, projects: Projects) -> None:
    fail(circuits, 5)
    before = seen(projects)
    fail(circuits, 1)

    circuits.succeeded("demo", before, now=NOW)
    kept = seen(projects).failures
    circuits.succeeded("demo", seen(projects), now=NOW)

    assert (kept, seen(projects).failures) == (6, 0)


def test_only_one_takes_a_probe(circuits: Circuits, projects: Projects) -> None:
    fail(circuits, 3, weight=7)
    found = seen(projects)

    taken = [circuits.probe("demo", found, now=found.probe) for _ in range(3)]

    assert taken == [True, False, False]
    assert seen(projects).probe == next_probe(0, found.probe)


def test_it_closes_once_and_stays_listed_until_it_is_settled(
    circuits: Circuits, projects: Projects, holds: Holds
) -> None:
    fail(circuits, 3, weight=7)
    found = seen(projects)

    closed = [circuits.succeeded("demo", found, now=NOW + 1) for _ in range(2)]

    assert closed == [True, False]
    assert (seen(projects).open, seen(projects).closed) == (False, NOW + 1)
    assert list(holds.listed()) == [CIRCUIT]
    holds.settle(CIRCUIT, ended=NOW + 1)
    assert list(holds.listed()) == []


def test_one_that_has_opened_again_is_not_settled(circuits: Circuits, projects: Projects, holds: Holds) -> None:
    fail(circuits, 3, weight=7)
    circuits.succeeded("demo", seen(projects), now=NOW + 1)
    fail(circuits, 3, weight=7, now=NOW + 2)

    holds.settle(CIRCUIT, ended=NOW + 1)

    assert list(holds.listed()) == [CIRCUIT]


@pytest.mark.usefixtures("circuits")
def test_a_pause_begins_ends_and_begins_anew(projects: Projects, holds: Holds) -> None:
    holds.pause("demo", Mode.TEST, PAUSE)
    found = projects.get("demo")
    first = holds.resume("demo", Mode.TEST, PAUSE, now=NOW + 5)
    again = holds.resume("demo", Mode.TEST, PAUSE, now=NOW + 6)

    assert found is not None
    assert (found.paused(Mode.TEST), found.paused(Mode.LIVE)) == ((PAUSE,), ())
    assert (first, again) == (True, False)
    holds.pause("demo", Mode.TEST, replace(PAUSE, since=NOW + 7))
    [listed] = holds.listed()
    holds.settle(listed, ended=NOW + 5)
    assert list(holds.listed()) == [listed]


def test_a_held_message_lies_under_its_hold_and_nowhere_else(messages: Messages, holds: Holds) -> None:
    put = messages.accept(message(), now=NOW).message

    stored = messages.move(put, holding.hold(put.progress, put.terms, "circuit/first", NOW))

    assert messages.load(put.id, now=NOW) == replace(stored, content=stored.content)
    assert list(messages.overdue(before=NOW + HOUR, limit=10)) == []
    [entry] = holds.held(CIRCUIT, limit=10)
    assert (entry.message, entry.check) == (put.id, stored.progress.expires)
    assert list(holds.held(CIRCUIT, limit=10, before=NOW)) == []
    assert list(holds.held(replace(CIRCUIT, mode=Mode.TEST), limit=10)) == []


def test_given_back_it_lies_in_the_work_index_again(messages: Messages, holds: Holds) -> None:
    put = messages.accept(message(), now=NOW).message
    held = messages.move(put, holding.hold(put.progress, put.terms, "circuit/first", NOW))

    messages.move(held, holding.release(held.progress, held.terms, NOW + HOUR))

    [entry] = messages.overdue(before=NOW + 2 * HOUR, limit=10)
    found = messages.load(put.id, now=NOW)
    assert (entry.message, entry.check) == (put.id, NOW + HOUR)
    assert found is not None
    assert found.expires_from_table == put.expires_from_table + HOUR // 1000
    assert list(holds.held(CIRCUIT, limit=10)) == []


def test_a_claim_that_did_not_see_the_hold_is_refused(messages: Messages) -> None:
    put = messages.accept(message(), now=NOW).message
    messages.move(put, holding.hold(put.progress, put.terms, "circuit/first", NOW))
    move = attempts.claim(put.progress, now=NOW, token="t", lease=NOW, integration="first", provider="fake")

    with pytest.raises(Lost):
        messages.move(put, move)


def test_a_held_message_that_is_canceled_leaves_the_hold(messages: Messages, holds: Holds) -> None:
    put = messages.accept(message(), now=NOW).message
    held = messages.move(put, holding.hold(put.progress, put.terms, "circuit/first", NOW))
    move, won = attempts.cancel(held.progress, now=NOW)

    stored = messages.move(held, move)

    assert (won, stored.progress.phase, stored.progress.held) == (True, Phase.DONE, "")
    assert list(holds.held(CIRCUIT, limit=10)) == []
