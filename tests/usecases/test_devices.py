"""A person's devices: each has a message, the newest decides what follows, a dead one leaves its contact."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.domain.contact import Contact
from heliograph.domain.definition import Body
from heliograph.domain.errors import Rejected
from heliograph.domain.event_json import event_from_json
from heliograph.domain.message import Content
from heliograph.domain.model import Channel
from heliograph.domain.project import Integration
from heliograph.domain.push_tokens import PushToken
from heliograph.domain.status import Rank
from tests.usecases.several import PERSON, Several
from tests.usecases.world import AT, FROM_FIRST

CHANNELS = (Channel.PUSH, Channel.PUSH, Channel.EMAIL)
DEVICES = [f"ExponentPushToken[device-{number}]" for number in range(2)]
BODY = Body(
    channels=(Channel.PUSH, Channel.EMAIL),
    templates={"push": {"title": "Hi", "text": "By push"}, "email": {"subject": "Hi", "text": "By mail"}},
)


def world(plan: tuple[Channel, ...] = CHANNELS, **moving: Any) -> Several:
    """Grace has two phones; her event goes to both, and then by mail if the newest fails."""
    found = Several()
    found.versions.bodies["acme", "welcome", 1] = BODY
    both = frozenset({Channel.PUSH, Channel.EMAIL})
    one = Integration(id="first", provider="fake", channels=both, sender="Ada <ada@acme.test>")
    found.project(integrations=(one,), order=dict.fromkeys(both, ("first",)))
    person = {**PERSON, "push": DEVICES}
    to = PERSON["email"] if plan[0] is Channel.EMAIL else DEVICES[0]
    found.waiting(plan=plan, channel=plan[0], to=to, contact="grace", content=Content(contact=person), **moving)
    return found


def test_every_device_is_begun_before_the_first_is_tried() -> None:
    grace = world(beside=True, fails_over=True)

    grace.visit()
    grace.visit(1)

    assert [one.to for one in grace.notification] == DEVICES
    assert sorted(grace.handed) == [0, 1]


def test_a_failure_of_an_old_device_brings_no_other_channel() -> None:
    grace = world(beside=True, fails_over=True)

    grace.visit(refuses=True)
    grace.visit(1)
    grace.sweep_all()

    assert sorted(grace.handed) == [0, 1]


def test_a_failure_of_the_newest_device_brings_the_next_channel() -> None:
    grace = world(beside=True, fails_over=True)

    grace.visit()
    grace.visit(1, refuses=True)
    grace.sweep_all()

    assert [one.channel for one in grace.notification] == list(CHANNELS)
    assert sorted(grace.handed) == [0, 1, 2]


def test_devices_that_follow_another_channel_begin_together_too() -> None:
    grace = world((Channel.EMAIL, Channel.PUSH, Channel.PUSH), fails_over=True)

    grace.visit(refuses=True)
    grace.sweep_all()

    assert [one.to for one in grace.notification] == [PERSON["email"], *DEVICES]
    assert sorted(grace.handed) == [0, 1, 2]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.booleans()), max_size=8))
def test_every_device_is_reached_wherever_workers_die(deaths: list[tuple[int, int, bool]]) -> None:
    grace = world(beside=True, fails_over=True)
    for number, writes, made in deaths:
        grace.visit(number, dies=(writes, made))

    grace.sweep_all()

    assert {0, 1} <= grace.handed.keys()
    assert [one.progress.check for one in grace.store.items.values()] == [None] * len(grace.store.items)


def test_a_dead_token_ends_its_message_as_a_bounce_and_leaves_the_contact() -> None:
    grace = world((Channel.PUSH,))
    tokens = tuple(PushToken(token, "expo") for token in DEVICES)
    grace.contacts.people["acme", "grace"] = Contact(id="grace", push_tokens=tokens)
    grace.first.answers = [Rejected("it is gone", code="DeviceNotRegistered", dead=True)]

    grace.work()
    (told,) = grace.later.bodies
    done = grace.apply.event(event_from_json(told["events"][0]), FROM_FIRST)
    again = grace.apply.event(event_from_json(told["events"][0]), FROM_FIRST)

    assert (done, again) == ("moved", "no change")
    assert grace.store.items[AT].progress.rank == Rank.HARD_BOUNCE
    assert [one.token for one in grace.contacts.people["acme", "grace"].push_tokens] == DEVICES[1:]
    assert grace.contacts.listed == {}
