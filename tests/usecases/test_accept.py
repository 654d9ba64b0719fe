"""Accepting: one conditional put, then a wake-up; a repeat answers the same."""

from dataclasses import replace

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.definition import Definition
from heliograph.domain.errors import BadInput, Busy, Conflict, KeyReused, NotFound, Unavailable
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from heliograph.domain.retry import MESSAGE_DEADLINE
from heliograph.usecases.accept import DAY
from tests.usecases.door import WELCOME, Door
from tests.usecases.world import CALLER, HOUR, World


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def test_a_message_is_stored_whole_and_woken(door: Door) -> None:
    taken = door()

    message = door.stored()
    assert (taken.id, taken.event, taken.replay) == (message.id.notification, "welcome", False)
    assert (message.channel, message.to, message.version) == (Channel.EMAIL, "grace@example.com", 3)
    assert message.content.payload == {"plan": "gold"}
    assert message.content.contact["email"] == "grace@example.com"
    now = door.world.clock()
    assert message.progress.expires == now + MESSAGE_DEADLINE
    assert message.expires_from_table * 1000 == now + MESSAGE_DEADLINE + CALLER.project.retention_days * DAY
    assert [(hint.message, lane, at) for hint, lane, at in door.world.wakeups.calls] == [
        (message.id, Lane.NORMAL, now),
    ]


def test_the_same_request_again_answers_the_same_and_wakes_again(door: Door) -> None:
    first = door()
    door.world.clock.pass_(1000)

    again = door()

    assert again == replace(first, replay=True)
    assert len(door.world.messages.items) == 1
    assert len(door.world.wakeups.calls) == 2


def test_a_repeat_after_its_own_time_has_passed_answers_the_same(door: Door) -> None:
    due = door.world.clock() + HOUR
    first = door(due=due)
    door.world.clock.pass_(2 * HOUR)

    again = door(due=due)

    assert again == replace(first, replay=True)


def test_a_repeat_after_the_event_was_removed_answers_the_same(door: Door) -> None:
    first = door()
    door.definitions.clear()

    again = door()

    assert again == replace(first, replay=True)


def test_a_new_request_for_a_time_that_has_passed_is_refused_and_nothing_is_stored(door: Door) -> None:
    with pytest.raises(BadInput, match="in the past"):
        door(due=door.world.clock() - HOUR)

    assert not door.world.messages.items


def test_a_repeat_of_what_is_done_wakes_nobody(door: Door) -> None:
    door()
    message = door.stored()
    done = replace(message.progress, phase="done")
    door.world.messages.add(replace(message, progress=done))

    again = door()

    assert again.replay
    assert len(door.world.wakeups.calls) == 1


def test_another_request_with_the_same_key_is_refused_and_changes_nothing(door: Door) -> None:
    door()
    before = door.stored()

    with pytest.raises(KeyReused) as caught:
        door(body_hash=b"two", payload={"plan": "silver"})

    assert (caught.value.http_status, caught.value.field) == (422, "Idempotency-Key")
    assert door.stored() == before
    assert len(door.world.wakeups.calls) == 1


def test_a_key_may_be_used_again_when_its_message_is_beyond_its_time(door: Door) -> None:
    first = door()
    door.world.clock.pass_(MESSAGE_DEADLINE + 31 * DAY)

    later = door(body_hash=b"two")

    assert (later.id, later.replay) == (first.id, False)


def test_the_same_key_means_another_message_in_another_mode_or_project(door: Door) -> None:
    test_mode = replace(CALLER, mode=Mode.TEST)
    other = replace(CALLER, project=replace(CALLER.project, id="other"))
    door.definitions["other", "welcome"] = WELCOME

    ids = {door(caller).id for caller in (CALLER, test_mode, other)}

    assert len(ids) == 3


def test_an_unknown_event_is_a_404_that_names_it(door: Door) -> None:
    with pytest.raises(NotFound) as caught:
        door(event="goodbye")

    assert (caught.value.code, caught.value.field) == ("EVENT_NOT_FOUND", "event")
    assert door.world.messages.items == {}


def test_an_event_of_another_project_is_unknown(door: Door) -> None:
    door.definitions["other", "secret"] = WELCOME

    with pytest.raises(NotFound):
        door(event="secret")


def test_an_unpublished_event_is_accepted_and_ends_as_unpublished(door: Door) -> None:
    door.definitions["acme", "welcome"] = Definition(name="welcome")

    door()

    assert (door.stored().version, door.stored().channel) == (0, Channel.EMAIL)


def test_a_channel_that_the_event_has_not_is_refused(door: Door) -> None:
    with pytest.raises(BadInput, match="email, sms") as caught:
        door(channel=Channel.PUSH)

    assert (caught.value.code, caught.value.field) == ("CHANNEL_NOT_IN_EVENT", "channel")


@pytest.mark.parametrize(
    ("to", "channel"), [({"id": "u1"}, None), ({"phone": "+46701234567"}, Channel.EMAIL), ({"id": "u1"}, Channel.SMS)]
)
def test_a_recipient_without_an_address_for_it_is_refused(
    door: Door, to: dict[str, str], channel: Channel | None
) -> None:
    with pytest.raises(BadInput) as caught:
        door(to=to, channel=channel)

    assert (caught.value.code, caught.value.field) == ("MISSING_IDENTIFIER", "to")
    assert (door.world.messages.items, door.world.contacts.people) == ({}, {})


def test_the_first_channel_with_an_address_is_used(door: Door) -> None:
    door(to={"phone": "+46701234567"})

    assert (door.stored().channel, door.stored().to) == (Channel.SMS, "+46701234567")


def test_a_known_contact_lends_its_address_and_language(door: Door) -> None:
    known = Contact(id="u1", email="ada@example.com", language="sv")
    door.world.contacts.people["acme", "u1"] = known

    door(to={"id": "u1"})

    assert (door.stored().to, door.stored().language) == ("ada@example.com", "sv")


def test_a_contact_of_another_project_lends_nothing(door: Door) -> None:
    door.world.contacts.people["other", "u1"] = Contact(id="u1", email="ada@example.com")

    with pytest.raises(BadInput):
        door(to={"id": "u1"})


def test_what_a_send_says_of_a_contact_is_merged_into_it(door: Door) -> None:
    known = Contact(id="u1", email="ada@example.com", meta={"tier": 1, "city": "Lund"})
    door.world.contacts.people["acme", "u1"] = known

    door(to={"id": "u1", "first_name": "Ada", "meta": {"tier": 2}})

    now = door.world.contacts.people["acme", "u1"]
    assert (now.email, now.first_name, now.meta) == ("ada@example.com", "Ada", {"tier": 2, "city": "Lund"})


def test_an_unchanged_contact_is_not_written(door: Door) -> None:
    known = Contact(id="u1", email="ada@example.com")
    door.world.contacts.people["acme", "u1"] = known
    door.world.contacts.trouble.waiting.append(AssertionError("it was written"))

    door(to={"id": "u1", "email": "ada@example.com"})

    assert len(door.world.messages.items) == 1


def test_a_recipient_without_an_id_becomes_a_contact_that_does_not_tell_the_address(door: Door) -> None:
    door()

    assert door.stored().contact == "c_acme_grace@example.com"
    assert ("acme", "c_acme_grace@example.com") in door.world.contacts.people


@pytest.mark.parametrize("trouble", [Busy("busy"), Unavailable("gone"), Conflict("taken", field="email")])
def test_a_contact_that_cannot_be_written_never_fails_the_accept(door: Door, trouble: Exception) -> None:
    door.world.contacts.trouble.waiting.append(trouble)

    taken = door()

    assert not taken.replay
    assert door.stored().to == "grace@example.com"
    assert len(door.world.wakeups.calls) == 1
    assert door.troubles == ["the contact was not updated"]


def test_when_the_table_is_busy_nothing_is_stored_or_woken(door: Door) -> None:
    door.world.messages.trouble.waiting.append(Busy("busy"))

    with pytest.raises(Busy):
        door()

    assert (door.world.messages.items, door.world.contacts.people, door.world.wakeups.calls) == ({}, {}, [])


@pytest.mark.parametrize(
    ("asked", "lane"), [(None, Lane.NORMAL), (Lane.CRITICAL, Lane.CRITICAL), (Lane.NORMAL, Lane.NORMAL)]
)
def test_a_send_may_choose_its_lane(door: Door, asked: Lane | None, lane: Lane) -> None:
    door(lane=asked)

    assert door.stored().lane is lane
    assert door.world.wakeups.calls[0][1] is lane


def test_a_later_time_is_when_it_is_due_and_woken(door: Door) -> None:
    due = door.world.clock() + HOUR

    door(due=due)

    state = door.stored().progress
    assert (state.due, state.check, state.expires) == (due, due, due + MESSAGE_DEADLINE)
    assert door.world.wakeups.times == [due]


def test_a_time_that_has_passed_is_now(door: Door) -> None:
    door(due=door.world.clock() - 5000)

    assert door.stored().progress.due == door.world.clock()


def test_a_provider_that_the_project_has_not_is_refused_at_once(door: Door) -> None:
    with pytest.raises(BadInput) as caught:
        door(overrides={"provider": "sendgrid"})

    assert caught.value.field == "overrides.provider"
    assert door.world.messages.items == {}
