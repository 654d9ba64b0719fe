"""What begins a further message, what keeps it from beginning, and what it costs."""

from dataclasses import replace

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.limits import Limits, sms_counters
from heliograph.domain.model import EventKind
from heliograph.domain.provider import Capabilities
from heliograph.domain.routing import RoutingMode
from heliograph.domain.status import Rank, Status
from tests.usecases.fakes import FakeProvider
from tests.usecases.several import Several, further_id
from tests.usecases.world import AT

MINUTE = 60_000


def test_all_begins_every_channel_before_the_first_is_sent() -> None:
    world = Several(RoutingMode.ALL)

    world.visit()
    world.visit(1)
    world.visit(2)

    assert sorted(world.handed) == [0, 1, 2]
    assert [hint.message.number for hint, _, _ in world.wakeups.calls] == [1, 2]


def test_a_refusal_brings_the_next_channel_and_says_why() -> None:
    world = Several(fails_over=True)

    world.visit(refuses=True)
    before, after = world.visit(), world.visit(1)

    assert (before, after) == ("went on", "sent")
    assert world.notification[1].why == "email failed: provider_error"
    assert world.state.check is None


def test_a_failure_that_is_reported_wakes_the_next_channel() -> None:
    world = Several(fails_over=True)
    world.visit()

    world.told(0, EventKind.BOUNCED, "hard")

    assert [hint.message for hint, _, _ in world.wakeups.calls] == [AT]
    assert world.visit() == "went on"


def test_silence_is_waited_out_from_the_hand_over() -> None:
    world = Several(patience=5 * MINUTE)
    world.visit()
    due = world.clock() + 5 * MINUTE

    early = world.visit()
    world.clock.pass_(5 * MINUTE)
    late = world.visit()

    assert (early, late) == ("put off", "went on")
    assert world.wakeups.times[:2] == [due, due]


def test_the_silence_of_a_provider_that_reports_no_receipts_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = Several(patience=5 * MINUTE, fails_over=True)
    world.visit()
    mute = Capabilities(echo=True, reports=frozenset({EventKind.BOUNCED}), api="https://mute.test")
    monkeypatch.setattr(FakeProvider, "capabilities", mute)
    world.clock.pass_(5 * MINUTE)

    silent = world.visit()
    left = world.state.check
    world.told(0, EventKind.BOUNCED, "hard")

    assert (silent, left) == ("nothing follows", None)
    assert world.visit() == "went on"


def test_a_receipt_before_the_next_channel_begins_keeps_it_from_beginning() -> None:
    world = Several(patience=5 * MINUTE)
    world.visit()

    world.told(0, EventKind.DELIVERED)
    world.clock.pass_(5 * MINUTE)

    assert (world.visit(), world.state.check) == ("done", None)


def test_a_late_receipt_speaks_for_the_notification() -> None:
    world = Several(patience=5 * MINUTE)
    world.visit()
    world.clock.pass_(5 * MINUTE)
    world.visit()
    world.visit(1, refuses=True)

    world.told(0, EventKind.DELIVERED)

    assert world.ranks == [Rank.DELIVERED, Rank.ENDED]


def test_a_message_that_the_limits_do_not_admit_ends_and_the_next_channel_follows() -> None:
    world = Several(fails_over=True)
    limits = Limits(sms_hourly=1)
    world.project(limits=limits)
    used = sms_counters(limits, number="+46701234567", prefix="+4670123", now=world.clock())
    world.counters.used = {one.name: one.limit for one in used}
    world.visit(refuses=True)

    world.sweep_all(3)

    ending = world.notification[1].progress.log[0]
    assert [one.channel.value for one in world.notification] == ["email", "sms", "whatsapp"]
    assert (ending.ending, ending.reason) == (Status.FAILED, "quota")
    assert sorted(world.handed) == [0, 2]


def test_a_step_that_is_taken_twice_counts_once() -> None:
    world = Several(fails_over=True)
    world.project(limits=Limits(daily=100))
    world.visit(refuses=True)

    world.visit(dies=(1, False))
    world.visit()

    assert sorted(world.counters.used.values()) == [1]


def test_nothing_begins_for_somebody_who_was_erased() -> None:
    world = Several(fails_over=True)
    world.visit(refuses=True)
    world.messages.add(replace(world.message, to=""))

    assert world.visit() == "ended its plan"
    assert (len(world.notification), world.state.check) == (1, None)


def test_a_further_message_counts_as_accepted_when_the_notification_was() -> None:
    world = Several(fails_over=True)
    accepted = world.clock()
    world.visit(refuses=True)
    world.clock.pass_(MINUTE)
    world.visit()
    world.contacts.people["acme", "grace"] = Contact(id="grace", erased=accepted + 1, created=accepted + 2)

    done = world.visit(1)

    assert done == "canceled"
    assert world.messages.items[further_id(1)].progress.log[0].reason == "erased"


def test_a_message_that_ended_before_it_began_is_followed_all_the_same() -> None:
    world = Several(fails_over=True)
    world.project(limits=Limits(sms_countries=("NO",)))
    world.visit(refuses=True)

    world.visit(dies=(1, False))
    world.visit(1)

    assert [one.channel.value for one in world.notification] == ["email", "sms", "whatsapp"]
