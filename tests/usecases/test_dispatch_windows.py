"""A message goes when its window is open; what waits for one burns no try. The clock is moved by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.definition import Definition
from heliograph.domain.errors import Transient
from heliograph.domain.message import Message
from heliograph.domain.model import Channel
from heliograph.domain.request import SendRequest
from heliograph.domain.status import Status
from heliograph.domain.timing import Terms, Wish
from heliograph.usecases.accept import Accept
from tests.usecases.fakes import FakeReads
from tests.usecases.world import CALLER, HOUR, World

WORK = Terms(window="Mo-Fr 08:00-16:30", zone="Europe/Stockholm")
EVENT = Definition(name="welcome", published=1, channels=(Channel.EMAIL,))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def hour(world: World) -> str:
    return datetime.fromtimestamp(world.clock() / 1000, UTC).isoformat(timespec="minutes")


def accepted(world: World, zone: str, wish: Wish, event: Definition = EVENT) -> Message:
    """A send to somebody in *zone*."""
    world.contacts.people["acme", zone] = Contact(id=zone, email="grace@example.com", timezone=zone)
    accept = Accept(
        reads=FakeReads({("acme", "welcome"): event}, world.contacts),
        messages=world.messages,
        contacts=world.contacts,
        wakeups=world.wakeups,
        clock=world.clock,
        contact_id=lambda _project, identifier: identifier,
        on_trouble=lambda _what, exc: pytest.fail(str(exc)),
    )
    request = SendRequest(
        event="welcome",
        channel=None,
        to={"id": zone},
        payload={"name": "Grace"},
        due=world.clock(),
        wish=wish,
        key=zone,
        body_hash=b"1",
    )
    accept(request, CALLER)
    return next(one for one in world.messages.items.values() if one.contact == zone)


def woken(world: World) -> None:
    """Whoever is to be woken by now is worked on."""
    now = world.clock()
    due = [hint for hint, _, when in world.wakeups.calls if when <= now]
    world.wakeups.calls = [call for call in world.wakeups.calls if call[2] > now]
    for hint in due:
        world.dispatch(hint, lambda: world.left)


def test_nine_oclock_where_they_are_comes_three_times(world: World) -> None:
    world.clock.now = at("2027-01-15T20:00Z")
    nine = Wish(local=datetime.fromisoformat("2027-01-16T09:00"), zone="contact")
    for zone in ("Asia/Tokyo", "Europe/Stockholm", "America/New_York"):
        accepted(world, zone, nine)

    sent_at = []
    for _ in range(24 * 4):
        before = len(world.first.sent)
        woken(world)
        sent_at += [hour(world)] * (len(world.first.sent) - before)
        world.clock.pass_(HOUR // 4)

    assert sent_at == ["2027-01-16T00:00+00:00", "2027-01-16T08:00+00:00", "2027-01-16T14:00+00:00"]


@pytest.mark.parametrize(
    ("local", "due"), [("2027-03-28T02:30", "2027-03-28T01:00Z"), ("2026-10-25T02:30", "2026-10-25T00:30Z")]
)
def test_a_time_that_is_skipped_or_comes_twice_goes_once_and_at_the_first_moment(
    world: World, local: str, due: str
) -> None:
    world.clock.now = at(due) - HOUR

    accepted(world, "Europe/Stockholm", Wish(local=datetime.fromisoformat(local), zone="contact"))

    assert world.wakeups.times == [at(due)]


def test_a_message_outside_its_window_waits_for_the_next_opening(world: World) -> None:
    world.clock.now = at("2027-01-15T18:00+01:00")

    message = accepted(world, "Europe/Stockholm", Wish(), replace(EVENT, window=WORK.window))

    assert message.progress.due == at("2027-01-18T08:00+01:00")
    assert message.terms == WORK


def test_a_wake_up_that_comes_late_finds_the_window_closed_and_waits_for_the_next(world: World) -> None:
    world.clock.now = at("2027-01-15T16:30+01:00")
    world.waiting(terms=WORK, due=world.clock() - 1)

    assert world.work() == "waits for its window"

    assert world.first.sent == []
    assert (world.state.due, world.state.tries, world.open_) == (at("2027-01-18T08:00+01:00"), 0, True)
    assert world.wakeups.times == [world.state.due]
    world.clock.now = world.state.due
    assert world.work() == "sent"


def test_a_retry_that_falls_outside_waits_and_its_deadline_with_it(world: World) -> None:
    world.clock.now = at("2027-01-15T16:29:58+01:00")
    world.waiting(terms=replace(WORK, window="Fr 08:00-16:30"))
    world.first.answers.append(Transient("not now"))
    assert world.work() == "retry"
    expires = world.state.expires

    world.clock.now = at("2027-01-15T16:30:01+01:00")
    assert world.work() == "waits for its window"

    week = at("2027-01-22T08:00+01:00")
    assert (world.state.due, world.state.tries) == (week, 1)
    assert world.state.expires == expires + week - world.clock()
    world.clock.now = week
    assert world.work() == "sent"


def test_an_expiry_that_was_asked_for_ends_it_while_it_waits(world: World) -> None:
    world.clock.now = at("2027-01-15T18:00+01:00")
    accepted(world, "Europe/Stockholm", Wish(window=WORK.window, expires_in=HOUR))

    world.clock.pass_(HOUR)
    woken(world)

    [message] = world.messages.items.values()
    assert message.progress.log[0].ending is Status.EXPIRED
    assert world.first.sent == []


def test_a_stale_wake_up_of_a_message_that_was_moved_does_nothing(world: World) -> None:
    message = world.waiting()
    world.messages.add(replace(message, progress=replace(message.progress, due=world.clock() + HOUR)))

    assert world.work() == "put off"
    assert world.first.sent == []


def test_a_cancel_between_reading_and_waiting_for_the_window_stands(world: World) -> None:
    world.clock.now = at("2027-01-15T18:00+01:00")
    world.waiting(terms=WORK)
    world.waiting_is_stopped()

    assert world.work() == "canceled"
