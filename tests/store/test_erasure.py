"""Erasing a contact over a table in memory: what is left of a person, and what somebody at work meanwhile can do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from heliograph.domain import attempts
from heliograph.domain.contact import Suppression
from heliograph.domain.errors import Conflict, Unavailable
from heliograph.domain.message import Message, MessageId
from heliograph.domain.model import Channel, EventKind, ProviderEvent
from heliograph.domain.project import Mode
from heliograph.domain.status import Status
from heliograph.domain.tries import Try
from heliograph.store.erasures import Erasures
from heliograph.store.scrub import Scrub
from heliograph.store.table import Table, Write
from heliograph.usecases.apply import Source
from heliograph.usecases.erase import Erase
from tests.support.builders import NOW
from tests.support.delivering import Service, request
from tests.support.ses_events import DELIVERY, ses_event
from tests.support.table import NAME, scan

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
SECRETS = ("ada.lovelace", "lovelace", "A-1001", "analytical", "203.0.113.9")


@dataclass
class Clock:
    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class World:
    """A service with its erasures; its clock is moved by hand."""

    client: Any
    service: Service
    clock: Clock = field(default_factory=Clock)

    def erase(self, contacts: Any = None) -> Erase:
        table = Table(self.client, NAME)
        people = contacts or self.service.contacts
        return Erase(
            contacts=people,
            messages=self.service.messages,
            files=self.service.files,
            ledger=Erasures(table, people),
            scrub=Scrub(table),
            clock=self.clock,
        )

    def pass_(self, milliseconds: int) -> None:
        self.clock.now += milliseconds
        self.service.now = self.clock.now

    def accept(self, key: str, **changes: Any) -> MessageId:
        self.service.accept()(request(key, **changes), self.service.caller())
        return self.service.woken.hints[-1][0].message

    def work(self, at: MessageId) -> str:
        hint = next(hint for hint, _, _ in self.service.woken.hints if hint.message == at)
        return self.service.dispatch()(hint, lambda: 30.0)

    def message(self, at: MessageId) -> Message:
        found = self.service.messages.load(at, now=self.clock())
        assert found is not None
        return found

    def erase_ada(self) -> None:
        contact = self.service.contacts.get("demo", self.ada)
        assert contact is not None
        self.erase().begin("demo", contact)

    @property
    def ada(self) -> str:
        return self.service.reads.contact_id("demo", "ada.lovelace@example.com")

    def left(self) -> str:
        """Everything in the table, in lower case."""
        return repr(scan(self.client)).lower()


@pytest.fixture
def world(client: Any) -> World:
    return World(client, Service(client, NAME))


def story(at: MessageId, world: World) -> tuple[Status | None, str]:
    entry = world.message(at).progress.log[-1]
    return entry.ending, entry.reason


def test_nothing_that_tells_of_the_person_is_left(world: World) -> None:
    sent = world.accept("sent", payload={"name": "Ada", "engine": "analytical", "story": "x" * 500})
    world.work(sent)
    event = ses_event("Delivery", world.service.provider.taken[-1], DELIVERY | {"remoteMtaIp": "203.0.113.9"})
    world.service.apply().event(event, Source())
    waiting = world.accept("waiting", due=NOW + DAY, overrides={"provider": "ses"})
    world.pass_(MINUTE)

    world.erase_ada()

    assert not [secret for secret in (*SECRETS, "raw") if secret.lower() in world.left()]
    assert world.message(sent).progress.rank == 40
    assert story(waiting, world) == (Status.CANCELED, "erased")


def test_what_waits_is_never_sent_even_before_the_rest_is_done(world: World) -> None:
    waiting = world.accept("waiting")
    contact = world.service.contacts.get("demo", world.ada)
    assert contact is not None
    world.pass_(1)
    Erasures(Table(world.client, NAME), world.service.contacts).begin("demo", contact, at=world.clock(), check=NOW)

    done = world.work(waiting)

    assert done == "canceled"
    assert story(waiting, world) == (Status.CANCELED, "erased")
    assert world.service.provider.taken == []


def test_only_a_new_request_creates_the_contact_again_and_only_that_is_sent(world: World) -> None:
    old = world.accept("old")
    world.pass_(MINUTE)
    world.erase_ada()
    world.pass_(1)

    new = world.accept("new")

    assert world.work(old) == "done"
    assert world.work(new) == "sent"
    again = world.service.contacts.get("demo", world.ada)
    assert again is not None
    assert (again.email, again.first_name, again.gone) == ("ada.lovelace@example.com", "", False)


def test_an_old_message_is_not_sent_to_who_came_back_before_it_was_found(world: World) -> None:
    old = world.accept("old")
    contact = world.service.contacts.get("demo", world.ada)
    assert contact is not None
    world.pass_(1)
    Erasures(Table(world.client, NAME), world.service.contacts).begin("demo", contact, at=world.clock(), check=NOW)
    world.pass_(1)
    world.accept("new")

    assert world.work(old) == "canceled"


def test_a_request_that_was_accepted_while_the_contact_was_erased_does_not_bring_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = world.service.messages.accept

    def erased_meanwhile(message: Message, *, now: int) -> Any:
        world.erase_ada()
        return accepted(message, now=now)

    monkeypatch.setattr(world.service.messages, "accept", erased_meanwhile)

    late = world.accept("late", to={"email": "ada.lovelace@example.com", "first_name": "Countess"})

    contact = world.service.contacts.get("demo", world.ada)
    assert contact is not None
    assert contact.gone
    assert world.work(late) == "canceled"


def test_what_came_late_is_erased_when_it_is_repeated(world: World) -> None:
    world.erase_ada()
    world.service.now = NOW - 1
    late = world.accept("late", payload={"name": "Ada", "engine": "analytical"})
    assert "analytical" in world.left()

    world.pass_(5 * MINUTE + 1)
    done = world.erase().run(lambda: 30.0)

    assert done == 1
    assert "analytical" not in world.left()
    assert story(late, world) == (Status.CANCELED, "erased")


def test_the_line_is_closed_after_a_day_and_the_history_with_it(world: World) -> None:
    world.accept("first")
    world.pass_(MINUTE)
    world.erase_ada()
    counts = []

    for wait in (MINUTE, 5 * MINUTE, 5 * MINUTE, DAY, DAY):
        world.pass_(wait)
        counts.append(world.erase().run(lambda: 30.0))

    [line] = [item for item in scan(world.client) if "#GD#" in item["pk"]["S"]]
    assert counts == [0, 1, 0, 1, 0]
    assert (line["n"]["N"], "g3" in line, "ttl" in line) == ("3", False, True)
    assert not [item for item in scan(world.client) if item.get("g2")]


def test_a_sweep_that_runs_out_of_time_goes_on_where_it_stopped(world: World) -> None:
    for number in range(4):
        world.accept(f"m-{number}")
        world.pass_(1)
    world.erase_ada()
    world.pass_(6 * MINUTE)
    left = iter([30.0, 30.0, 30.0, 1.0, 30.0, 30.0, 30.0, 30.0])
    erase = world.erase()
    seen: list[str] = []
    scrub = erase.scrub

    class Watched(Scrub):
        def __call__(self, project: str, notification: str, *, last: bool) -> None:
            seen.append(notification)
            scrub(project, notification, last=last)

    object.__setattr__(erase, "scrub", Watched(Table(world.client, NAME)))

    first, second = erase.run(lambda: next(left)), erase.run(lambda: next(left, 30.0))

    assert (first, second) == (0, 1)
    assert len(seen) == len(set(seen)) == 4


def test_a_repeat_of_the_request_from_before_brings_no_data_back(world: World) -> None:
    large = {"name": "Ada", "engine": "analytical", "story": "x" * 500}
    world.accept("same", payload=large)
    world.pass_(MINUTE)
    world.erase_ada()
    world.pass_(MINUTE)

    world.service.accept()(request("same", payload=large), world.service.caller())

    assert "analytical" not in world.left()
    contact = world.service.contacts.get("demo", world.ada)
    assert contact is not None
    assert contact.gone


def test_an_event_that_comes_after_it_moves_the_status_and_is_kept_without_what_it_tells(world: World) -> None:
    sent = world.accept("sent")
    world.work(sent)
    world.pass_(MINUTE)
    world.erase_ada()
    event = ses_event("Delivery", world.service.provider.taken[-1], DELIVERY | {"remoteMtaIp": "203.0.113.9"})

    world.service.apply().event(event, Source())

    assert world.message(sent).progress.rank == 40
    assert not [secret for secret in SECRETS if secret.lower() in world.left()]


def test_a_complaint_after_it_still_suppresses_the_address(world: World) -> None:
    sent = world.accept("sent")
    world.work(sent)
    world.pass_(MINUTE)
    world.erase_ada()
    echo = world.service.provider.taken[-1].echo
    event = ProviderEvent(kind=EventKind.COMPLAINED, echo=echo, recipient="ada.lovelace@example.com")

    world.service.apply().event(event, Source())

    why = world.service.contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, "ada.lovelace@example.com")
    assert why == Suppression(reason="complaint", source=sent.notification, at=world.clock())


def test_a_suppression_outlives_the_contact(world: World) -> None:
    why = Suppression(reason="unsubscribed", source="n-1", at=NOW)
    world.service.contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, "ada.lovelace@example.com", why)

    world.erase_ada()

    assert world.service.contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, "ada.lovelace@example.com") == why


def test_a_call_that_is_under_way_is_recorded_and_what_it_would_try_again_is_ended(world: World) -> None:
    at = world.accept("called")
    message = world.message(at)
    claim = attempts.claim(
        message.progress, now=NOW, token="t", lease=NOW + 1, integration="int7f3a9c21d", provider="ses"
    )
    claimed = world.service.messages.move(message, claim)
    world.pass_(MINUTE)
    world.erase_ada()

    retry = attempts.retry(claimed.progress, now=NOW, due=NOW, free=False, why=Try(reason="provider_unavailable"))
    world.service.messages.move(claimed, retry)

    assert world.work(at) == "canceled"
    assert story(at, world) == (Status.CANCELED, "erased")
    assert world.service.provider.taken == []


class Racing(Table):
    """Somebody acts right before the first transaction."""

    def __init__(self, client: Any, other: Callable[[], object]) -> None:
        super().__init__(client, NAME)
        self._other: Callable[[], object] | None = other

    def transact(self, writes: Any) -> None:
        if self._other:
            other, self._other = self._other, None
            other()
        super().transact(writes)


def test_a_change_at_the_same_moment_does_not_survive_it(world: World) -> None:
    contacts = world.service.contacts
    known = contacts.get("demo", world.ada)
    assert known is not None

    def change() -> None:
        world.accept("meanwhile", to={"email": "ada.lovelace@example.com", "phone": "+46701234567"})

    racing = type(contacts)(Racing(world.client, change), "a pepper for tests only")
    world.pass_(1)
    world.erase(racing).begin("demo", known)

    assert contacts.owner("demo", "phone", "+46701234567") == ""
    assert "+46701234567" not in world.left()


class Down(Scrub):
    """A table that does not answer any more."""

    def messages(self, project: str, notification: str) -> list[MessageId]:
        raise Unavailable(f"{project} {notification}")


def test_what_the_request_cannot_finish_the_sweep_does(world: World) -> None:
    world.accept("first")
    world.pass_(MINUTE)
    erase = world.erase()
    down = Erase(
        contacts=erase.contacts,
        messages=erase.messages,
        files=erase.files,
        ledger=erase.ledger,
        scrub=Down(Table(world.client, NAME)),
        clock=world.clock,
    )
    contact = world.service.contacts.get("demo", world.ada)
    assert contact is not None

    told = down.begin("demo", contact)
    world.pass_(2 * MINUTE)

    assert told["complete"] is False
    assert erase.run(lambda: 30.0) == 1
    assert not [secret for secret in SECRETS if secret.lower() in world.left()]


def test_erasing_who_is_erased_only_says_when(world: World) -> None:
    world.erase_ada()
    stone = world.service.contacts.get("demo", world.ada)
    assert stone is not None
    world.pass_(MINUTE)

    again = world.erase().begin("demo", stone)

    assert again["erased_at"] == "2027-01-15T08:00:00.000Z"
    assert again["complete"] is True


def test_a_contact_that_others_change_all_the_time_is_a_conflict(world: World) -> None:
    known = world.service.contacts.get("demo", world.ada)
    assert known is not None

    class Changing(type(world.service.contacts)):  # type: ignore[misc]  # the class of an instance
        def _write(self, writes: list[Write]) -> None:
            held = world.service.contacts.get("demo", world.ada)
            assert held is not None
            world.service.contacts.save("demo", held, known=held)
            super()._write(writes)

    with pytest.raises(Conflict, match="being changed by others"):
        world.erase(Changing(Table(world.client, NAME), "a pepper for tests only")).begin("demo", known)
