"""What a wish for a time comes to: due, expiry, and what the message keeps of it."""

from datetime import datetime
from typing import Any

import pytest

from heliograph.domain.attempts import Progress
from heliograph.domain.errors import BadInput
from heliograph.domain.persistence import Persistence
from heliograph.domain.retry import MESSAGE_DEADLINE
from heliograph.domain.timing import LATE, MAX_AHEAD, Terms, Timing, Wish, moved, planned, waits
from tests.support.builders import DAY, HOUR, NOW

NOTHING = Wish()
NINE = datetime.fromisoformat("2027-01-16T09:00")
MIDNIGHT = NOW + 16 * HOUR
"""Saturday 16 January 2027, 00:00 UTC; NOW is the Friday before, 08:00 UTC."""
WORK = "Mo-Fr 08:00-16:30"


def plan(wish: Wish = NOTHING, due: int = NOW, *, event: Wish = NOTHING, zone: str = "") -> Timing:
    return planned(wish, due, event=event, contact_zone=zone, now=NOW)


def test_without_a_wish_it_is_due_and_expires_after_the_deadline() -> None:
    assert plan() == Timing(due=NOW, expires=NOW + MESSAGE_DEADLINE, terms=Terms())


@pytest.mark.parametrize(
    ("zone", "contact", "hour"),
    [
        ("contact", "Europe/Stockholm", 8),
        ("contact", "America/New_York", 14),
        ("contact", "Asia/Tokyo", 0),
        ("contact", "", 9),
        ("contact", "Mars/Base", 9),
        ("America/New_York", "Europe/Stockholm", 14),
    ],
)
def test_nine_oclock_where_they_are(zone: str, contact: str, hour: int) -> None:
    assert plan(Wish(local=NINE, zone=zone), zone=contact).due == MIDNIGHT + hour * HOUR


def test_nine_oclock_that_has_passed_there_is_refused_and_elsewhere_taken() -> None:
    nine = datetime.fromisoformat("2027-01-15T09:00")

    assert plan(Wish(local=nine, zone="contact"), zone="America/New_York").due == NOW + 6 * HOUR
    with pytest.raises(BadInput, match="in the past"):
        plan(Wish(local=nine, zone="contact"), zone="Asia/Tokyo")


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59:59.999999", "2028-01-17T00:00", "2026-01-01"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_local_time_out_of_reach_is_refused(text: str, zone: str) -> None:
    with pytest.raises(BadInput) as caught:
        plan(Wish(local=datetime.fromisoformat(text), zone=zone))

    assert caught.value.field == "send_at"


def test_a_local_time_may_be_a_year_ahead() -> None:
    last = datetime.fromisoformat("2028-01-16T08:00")

    assert plan(Wish(local=last, zone="UTC")).due == NOW + MAX_AHEAD


def test_a_local_time_that_has_just_passed_is_now() -> None:
    assert plan(Wish(local=datetime.fromisoformat("2027-01-15T07:56"), zone="UTC")).due == NOW
    assert LATE > 4 * 60_000


@pytest.mark.parametrize(
    ("wish", "event", "zone", "due"),
    [
        (Wish(window=WORK), NOTHING, "UTC", NOW),
        (Wish(window=WORK), NOTHING, "America/New_York", NOW + 5 * HOUR),
        (Wish(window=WORK), NOTHING, "Asia/Tokyo", MIDNIGHT + 47 * HOUR),
        (NOTHING, Wish(window=WORK), "America/New_York", NOW + 5 * HOUR),
        (Wish(window="24/7"), Wish(window=WORK), "America/New_York", NOW),
        (Wish(window="12:00-13:00"), Wish(window=WORK), "UTC", NOW + 4 * HOUR),
        (Wish(window=WORK, zone="America/New_York"), NOTHING, "", NOW + 5 * HOUR),
        (Wish(window=WORK, zone="America/New_York"), NOTHING, "UTC", NOW),
        (Wish(window=WORK, zone="contact"), NOTHING, "", NOW),
    ],
)
def test_a_window_is_the_sends_or_the_events_and_its_clock_hangs_where_the_contact_is(
    wish: Wish, event: Wish, zone: str, due: int
) -> None:
    assert plan(wish, event=event, zone=zone).due == due


def test_a_window_counts_from_the_local_time() -> None:
    found = plan(Wish(local=NINE, zone="contact", window=WORK), zone="Europe/Stockholm")

    assert found.due == MIDNIGHT + 2 * DAY + 7 * HOUR
    assert found.terms == Terms(window=WORK, zone="Europe/Stockholm")


@pytest.mark.parametrize(
    ("wish", "event", "expires"),
    [
        (Wish(expires_in=HOUR), NOTHING, NOW + 2 * HOUR),
        (NOTHING, Wish(expires_in=HOUR), NOW + 2 * HOUR),
        (Wish(expires_in=2 * HOUR), Wish(expires_in=HOUR), NOW + 3 * HOUR),
        (Wish(expires_at=NOW + 2 * HOUR), Wish(expires_in=HOUR), NOW + 2 * HOUR),
        (Wish(expires_in=7 * DAY), NOTHING, NOW + HOUR + 7 * DAY),
    ],
)
def test_an_expiry_counts_from_when_it_is_due_and_the_sends_goes_first(wish: Wish, event: Wish, expires: int) -> None:
    assert plan(wish, NOW + HOUR, event=event).expires == expires


def test_a_deadline_of_its_own_counts_from_the_opening_too() -> None:
    short = Wish(window=WORK, persistence=Persistence(message=HOUR))

    assert plan(short, zone="America/New_York").expires == NOW + 6 * HOUR


def test_an_expiry_that_was_asked_for_takes_the_place_of_the_deadline() -> None:
    assert plan(Wish(persistence=Persistence(message=HOUR), expires_in=2 * HOUR)).expires == NOW + 2 * HOUR


def test_what_a_send_leaves_open_the_event_says() -> None:
    event = Wish(persistence=Persistence(channel=HOUR, provider=HOUR, retries=1))

    terms = plan(Wish(persistence=Persistence(provider=DAY, retries=0)), event=event).terms

    assert (terms.message_deadline, terms.channel_deadline, terms.provider_deadline) == (MESSAGE_DEADLINE, HOUR, DAY)
    assert terms.persistence.retries == 0


def test_the_deadline_counts_from_the_opening() -> None:
    assert plan(Wish(window=WORK), zone="America/New_York").expires == NOW + 5 * HOUR + MESSAGE_DEADLINE


def test_one_that_expires_before_its_window_opens_waits_for_its_end() -> None:
    found = plan(Wish(window=WORK, expires_in=HOUR), zone="America/New_York")

    assert (found.due, found.expires) == (NOW + HOUR, NOW + HOUR)


@pytest.mark.parametrize("expires_at", [1, NOW, NOW + HOUR, NOW + HOUR + MAX_AHEAD + 1, 253_402_300_799_000])
def test_an_expiry_before_it_is_due_or_out_of_reach_is_refused(expires_at: int) -> None:
    with pytest.raises(BadInput) as caught:
        plan(Wish(expires_at=expires_at), NOW + HOUR)

    assert caught.value.field == "expires_at"


def waiting(**changes: Any) -> Progress:
    return Progress(**{"due": NOW, "check": NOW, "expires": NOW + 72 * HOUR} | changes)


def test_an_open_window_holds_nothing_up() -> None:
    assert waits(waiting(), Terms(), NOW) is None
    assert waits(waiting(), Terms(window=WORK, zone="UTC"), NOW) is None
    assert waits(waiting(), Terms(window=WORK, zone="UTC"), NOW + 8 * HOUR + 30 * 60_000 - 1) is None


def test_a_closed_window_moves_due_and_deadline_and_burns_no_try() -> None:
    state, now = waiting(attempt=1, ranks=(0, 15), tries=1), NOW + 9 * HOUR

    move = waits(state, Terms(window=WORK, zone="UTC"), now)

    assert move is not None
    opening = MIDNIGHT + 2 * DAY + 8 * HOUR
    assert (move.after.due, move.after.check) == (opening, opening)
    assert move.after.expires == state.expires + opening - now
    assert (move.after.attempt, move.after.tries, move.after.ranks) == (1, 1, (0, 15))


@pytest.mark.parametrize("terms", [Terms(window=WORK, lifetime=10 * HOUR), Terms(window=WORK, fixed=True)])
def test_an_expiry_that_was_asked_for_does_not_wait_for_the_window(terms: Terms) -> None:
    move = waits(waiting(expires=NOW + 10 * HOUR), terms, NOW + 9 * HOUR)

    assert move is not None
    assert (move.after.due, move.after.expires) == (NOW + 10 * HOUR, NOW + 10 * HOUR)


@pytest.mark.parametrize(
    ("terms", "expires"),
    [
        (Terms(), NOW + 50 * HOUR + MESSAGE_DEADLINE),
        (Terms(lifetime=HOUR), NOW + 51 * HOUR),
        (Terms(fixed=True), NOW + 72 * HOUR),
    ],
)
def test_an_expiry_moves_along_unless_its_moment_was_named(terms: Terms, expires: int) -> None:
    after = moved(waiting(), terms, NOW + 50 * HOUR).after

    assert (after.due, after.check, after.expires) == (NOW + 50 * HOUR, NOW + 50 * HOUR, expires)


def test_it_is_not_moved_behind_the_expiry_that_was_named() -> None:
    with pytest.raises(BadInput) as caught:
        moved(waiting(), Terms(fixed=True), NOW + 72 * HOUR)

    assert caught.value.field == "expires_at"


def test_moved_into_a_closed_window_it_waits_for_the_opening() -> None:
    after = moved(waiting(), Terms(window=WORK, zone="Europe/Stockholm"), NOW + 9 * HOUR).after

    assert after.due == MIDNIGHT + 2 * DAY + 7 * HOUR
