"""Links in our messages: what people do with them is true when it is answered."""

import pytest

from heliograph.domain.errors import Unavailable
from heliograph.domain.model import Channel, EventKind
from heliograph.domain.project import Mode
from heliograph.domain.tokens import Link, LinkPurpose
from heliograph.usecases.engage import Engage
from tests.usecases.world import AT, World


def link(purpose: LinkPurpose) -> Link:
    target = "https://example.com/" if purpose == "click" else ""
    return Link(purpose=purpose, project="acme", notification=AT.notification, message=0, target=target)


@pytest.fixture
def engage(world: World) -> Engage:
    world.sent()
    return Engage(messages=world.messages, apply=world.apply, clock=world.clock)


@pytest.mark.parametrize(
    ("purpose", "kind"),
    [("open", EventKind.OPENED), ("click", EventKind.CLICKED), ("unsubscribe", EventKind.UNSUBSCRIBED)],
)
def test_a_person_s_hit_is_noted(world: World, engage: Engage, purpose: LinkPurpose, kind: EventKind) -> None:
    assert engage(link(purpose), machine=False)

    assert world.message.engaged == {kind}


def test_a_machine_s_hit_is_kept_and_moves_nothing(world: World, engage: Engage) -> None:
    assert engage(link("open"), machine=True)

    assert world.message.engaged == frozenset()
    assert [report.event.machine for report in world.messages.reports.values()] == [True]


def test_an_unsubscribe_suppresses_the_address_and_is_one_event_however_often(world: World, engage: Engage) -> None:
    engage(link("unsubscribe"), machine=False)
    world.clock.pass_(1000)
    engage(link("unsubscribe"), machine=False)

    found = world.contacts.suppressed("acme", Mode.LIVE, Channel.EMAIL, "grace@example.com")
    assert found
    assert found.reason == "unsubscribed"
    assert len(world.messages.reports) == 1


def test_every_open_is_its_own(world: World, engage: Engage) -> None:
    engage(link("open"), machine=False)
    world.clock.pass_(1000)
    engage(link("open"), machine=False)

    assert len(world.messages.reports) == 2


def test_an_unsubscribe_that_could_not_be_written_is_not_answered_as_done(world: World, engage: Engage) -> None:
    world.contacts.trouble.waiting.append(Unavailable("busy"))

    with pytest.raises(Unavailable):
        engage(link("unsubscribe"), machine=False)


def test_a_link_of_a_message_that_is_gone_says_so(world: World, engage: Engage) -> None:
    world.messages.items.clear()

    assert not engage(link("open"), machine=False)
