"""What one send does differently reaches the provider, and nobody who must not be written to gets a copy."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.model import Channel, EventKind, Outgoing
from heliograph.domain.project import Mode
from heliograph.domain.status import Status
from tests.usecases.world import AT, PROJECT, World, integration


def taken(world: World, **mail: Any) -> Outgoing:
    world.waiting(overrides={"email": mail})
    world.work()
    return world.first.sent[-1]


def test_a_mail_goes_out_as_the_send_asked(world: World) -> None:
    outgoing = taken(
        world,
        subject="Other",
        reply_to=["help@acme.test"],
        cc=["boss@example.com"],
        bcc=["log@example.com"],
        headers={"X-Priority": "1", "List-Unsubscribe": "mine"},
        **{"from": "News <news@acme.test>"},
    )

    assert (outgoing.sender, outgoing.subject, outgoing.to) == ("News <news@acme.test>", "Other", "grace@example.com")
    assert (outgoing.reply_to, outgoing.cc, outgoing.bcc) == (
        ("help@acme.test",),
        ("boss@example.com",),
        ("log@example.com",),
    )
    assert outgoing.headers["X-Priority"] == "1"
    assert outgoing.headers["List-Unsubscribe"].startswith("<https://links.test/")


def test_without_overrides_nothing_is_different(world: World) -> None:
    outgoing = taken(world)

    assert (outgoing.sender, outgoing.subject, outgoing.cc) == ("Ada <ada@acme.test>", "Hi Grace", ())


def test_who_complained_about_a_copy_gets_none_of_the_next(world: World) -> None:
    taken(world, cc=["boss@example.com", "cfo@example.com"], bcc=["log@example.com"])
    assert world.report(EventKind.COMPLAINED, recipient="Boss@example.com") == "somebody in copy"
    assert world.report(EventKind.BOUNCED, bounce="hard", recipient="log@example.com") == "somebody in copy"

    world.messages.items.pop(AT)
    outgoing = taken(world, cc=["boss@example.com", "cfo@example.com"], bcc=["log@example.com"])

    assert (outgoing.cc, outgoing.bcc) == (("cfo@example.com",), ())


@pytest.mark.parametrize("kind", [EventKind.DELIVERED, EventKind.OPENED, EventKind.UNSUBSCRIBED])
def test_what_happens_to_a_copy_is_never_the_message_s_status(world: World, kind: EventKind) -> None:
    taken(world, cc=["boss@example.com"])
    before = world.message

    assert world.report(kind, recipient="boss@example.com") == "somebody in copy"
    assert world.message == before


def test_only_integrations_of_the_sender_s_domain_are_used(world: World) -> None:
    other = replace(integration("first", "fake"), sender="hello@elsewhere.test")
    world.project(integrations=(other, *PROJECT.integrations[1:]))

    world.waiting(overrides={"email": {"from": "news@acme.test"}})
    world.work()

    assert (len(world.first.sent), len(world.second.sent)) == (0, 1)


def test_a_sender_that_no_integration_has_any_more_ends_the_message(world: World) -> None:
    world.waiting(overrides={"email": {"from": "news@gone.test"}})

    assert world.work() == Status.FAILED
    assert (world.state.log[-1].reason, world.first.sent) == ("not_allowed", [])


def test_a_text_message_has_the_sender_that_was_asked_for_and_nothing_of_a_mail(world: World) -> None:
    world.project(order={Channel.SMS: ("first",)})
    body = replace(world.versions.bodies["acme", "welcome", 1], templates={"sms": {"text": "Hi"}})
    world.versions.bodies["acme", "welcome", 1] = body
    overrides = {"sms": {"sender_id": "Acme"}, "email": {"subject": "Other", "from": "x@gone.test", "cc": ["a@b.test"]}}

    world.waiting(channel=Channel.SMS, to="+46701234567", overrides=overrides)
    world.work()

    [outgoing] = world.first.sent
    assert (outgoing.sender, outgoing.subject, outgoing.cc) == ("Acme", "", ())


def test_a_test_message_may_say_any_name_since_the_sandbox_has_no_domain_of_its_own(world: World) -> None:
    world.load.providers["sandbox"] = world.first
    world.vault.stored["acme", "sandbox"] = "right"

    world.waiting(mode=Mode.TEST, overrides={"email": {"from": "news@acme.test"}})
    world.work()

    assert world.first.sent[-1].sender == "news@acme.test"
