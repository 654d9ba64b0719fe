"""Canceling and moving what waits, on the real store; orders of writes are interleaved by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from heliograph.domain import attempts
from heliograph.domain.contact import Contact
from heliograph.domain.definition import Body
from heliograph.domain.errors import BadInput, Lost, NotFound, TooLate
from heliograph.domain.message import Content, Hint, Message
from heliograph.domain.model import JSON, Channel
from heliograph.domain.project import Caller, Mode, Project, Scope
from heliograph.domain.retry import MESSAGE_DEADLINE
from heliograph.domain.signing import Signer
from heliograph.domain.status import Rank, Status
from heliograph.domain.timing import Terms
from heliograph.store.definitions import Definitions
from heliograph.store.gathering import Gathering
from heliograph.store.keys import message as message_key
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from heliograph.usecases.define import Define
from heliograph.usecases.waiting import PAGE, Waiting
from heliograph.usecases.withdraw import Withdraw
from tests.support.builders import DAY, HOUR, NAME, NOW, message, message_id
from tests.support.moves import accepted, claimed, ended, put_off, reread, sent
from tests.support.table import NAME as TABLE
from tests.support.table import moto_client
from tests.usecases.fake_files import FakeFiles

ACME = Project(id="demo", name="Demo", salt="s", created=0)
CALLER = Caller(project=ACME, mode=Mode.LIVE, scopes=frozenset(Scope), key="k")


@dataclass
class FakePeople:
    known: dict[str, Contact] = field(default_factory=lambda: {"ada": Contact(id="ada", email="ada@example.com")})

    def find(self, project: str, who: JSON) -> Contact:
        found = self.known.get(who.get("id", "")) if project == "demo" else None
        if found is None:
            raise NotFound("there is no such contact in this project", field="contact")
        return found


@dataclass
class FakeWakeups:
    times: list[int] = field(default_factory=list)

    def wake(self, _hint: Hint, _lane: Any, *, at: int) -> None:
        self.times.append(at)


class Desk:
    """The use case on a table in memory. `meanwhile` does something just before the next write."""

    def __init__(self, store: Messages, table: Table) -> None:
        self.store, self.table, self.now = store, table, NOW
        self.wakeups = FakeWakeups()
        self.files = FakeFiles()
        self.meanwhile: Callable[[], object] | None = None
        self.waiting = Waiting(
            messages=self,
            people=FakePeople(),
            wakeups=self.wakeups,
            files=self.files,
            signer=Signer({"1": "s" * 32}),
            clock=lambda: self.now,
            withdraw=Withdraw(messages=self, store=Gathering(table, store, None), clock=lambda: self.now),
        )
        self.load, self.content, self.whole = store.load, store.content, store.whole
        self.of_contact = store.of_contact

    def move(self, message: Message, move: attempts.Move) -> Message:
        if (first := self.meanwhile) is not None:
            self.meanwhile = None
            first()
        return self.store.move(message, move)

    def put(self, **changes: Any) -> Message:
        return accepted(self.store, message(**changes))

    def scheduled(self, due: int = NOW + HOUR, **changes: Any) -> Message:
        state = attempts.Progress(due=due, check=due, expires=due + MESSAGE_DEADLINE)
        return self.put(progress=state, **changes)

    def now_stands(self, message: Message) -> attempts.Progress:
        return reread(self.store, message).progress

    def cancel(self, name: str = NAME, caller: Caller = CALLER) -> JSON:
        return self.waiting.cancel(caller, name)

    def reschedule(self, due: int, **told: Any) -> JSON:
        return self.waiting.reschedule(CALLER, NAME, due, **{"local": None, "zone": ""} | told)

    def cancel_event(self, **told: Any) -> JSON:
        return self.waiting.cancel_event(CALLER, "welcome", {"id": "ada"}, **told)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with moto_client() as client:
        table = Table(client, TABLE)
        yield Desk(Messages(table), table)


def test_what_waits_is_canceled_and_leaves_the_work_index(desk: Desk) -> None:
    one = desk.scheduled()

    shown = desk.cancel()

    assert (shown["status"], shown["reason"], shown["state"]) == ("canceled", "canceled", "completed")
    assert list(desk.store.overdue(before=NOW + 9 * DAY, limit=10)) == []
    with pytest.raises(Lost):
        claimed(desk.store, one)


def test_canceling_again_answers_the_same(desk: Desk) -> None:
    desk.scheduled()
    first = desk.cancel()

    assert desk.cancel() == first


def test_a_cancel_beats_a_worker_that_has_read_and_not_yet_claimed(desk: Desk) -> None:
    seen = desk.put()
    desk.cancel()

    with pytest.raises(Lost):
        claimed(desk.store, seen)

    assert desk.now_stands(seen).log[0].ending is Status.CANCELED


def test_a_worker_that_claims_just_before_the_cancel_writes_wins(desk: Desk) -> None:
    one = desk.put()
    desk.meanwhile = lambda: claimed(desk.store, one)

    with pytest.raises(TooLate, match="handed to its provider") as caught:
        desk.cancel()

    assert caught.value.notification["status"] == "queued"
    held = reread(desk.store, one)
    assert (held.progress.stop, held.progress.ranks) == (True, (0, Rank.SENDING))
    assert sent(desk.store, held).progress.rank == Rank.SENT


def test_after_a_lost_cancel_a_call_that_failed_is_not_tried_again(desk: Desk) -> None:
    held = claimed(desk.store, desk.put())
    with pytest.raises(TooLate):
        desk.cancel()

    after = put_off(desk.store, reread(desk.store, held)).progress

    assert (after.phase, after.log[1].ending) == (attempts.Phase.DONE, Status.CANCELED)
    assert desk.cancel()["status"] == "canceled"


def test_what_waits_for_its_next_try_is_canceled(desk: Desk) -> None:
    put_off(desk.store, claimed(desk.store, desk.put()))

    assert desk.cancel()["status"] == "canceled"


@pytest.mark.parametrize("ending", [Status.FAILED, Status.EXPIRED, Status.SUPPRESSED, Status.UNKNOWN])
def test_what_came_to_another_end_is_too_late(desk: Desk, ending: Status) -> None:
    ended(desk.store, desk.put(), ending)

    with pytest.raises(TooLate, match=ending.value) as caught:
        desk.cancel()

    assert (caught.value.http_status, caught.value.code) == (409, "TOO_LATE")


def test_what_was_sent_is_too_late_and_shown(desk: Desk) -> None:
    sent(desk.store, claimed(desk.store, desk.put()))

    with pytest.raises(TooLate) as caught:
        desk.cancel()

    assert caught.value.notification["status"] == "sent"


def test_every_message_of_a_notification_is_ended(desk: Desk) -> None:
    head = desk.put(plan=(Channel.EMAIL, Channel.SMS), progress=replace(message().progress, step=1))
    further = desk.put(id=message_id(number=1), channel=Channel.SMS, to="+46701234567")
    ended(desk.store, head)

    shown = desk.cancel()

    assert [one["status"] for one in shown["messages"]] == ["failed", "canceled"]
    assert desk.now_stands(head).stop
    assert desk.now_stands(further).phase is attempts.Phase.DONE


def test_when_one_message_was_sent_the_rest_is_ended_and_the_answer_says_too_late(desk: Desk) -> None:
    begun = replace(message().progress, step=1)
    sent(desk.store, claimed(desk.store, desk.put(plan=(Channel.EMAIL, Channel.SMS), progress=begun)))
    further = desk.put(id=message_id(number=1), channel=Channel.SMS, to="+46701234567")

    with pytest.raises(TooLate):
        desk.cancel()

    assert desk.now_stands(further).log[0].ending is Status.CANCELED


@pytest.mark.parametrize(
    ("name", "caller"),
    [
        ("b" * 26, CALLER),
        ("x", CALLER),
        ("x" * 3_000, CALLER),
        ("A#1", CALLER),
        (NAME, replace(CALLER, mode=Mode.TEST)),
        (NAME, replace(CALLER, project=replace(ACME, id="other"))),
    ],
)
def test_what_is_not_the_callers_is_not_found(desk: Desk, name: str, caller: Caller) -> None:
    one = desk.scheduled()

    with pytest.raises(NotFound):
        desk.cancel(name, caller)

    assert desk.now_stands(one) == one.progress


@pytest.mark.parametrize("due", [NOW + 60_000, NOW + 40 * DAY])
def test_it_goes_earlier_or_later_and_its_expiry_and_life_in_the_table_move_along(desk: Desk, due: int) -> None:
    before = desk.scheduled()

    shown = desk.reschedule(due)

    state = desk.now_stands(before)
    assert shown["messages"][0]["scheduled_at"] is not None
    assert (state.due, state.check, state.expires) == (due, due, due + MESSAGE_DEADLINE)
    assert reread(desk.store, before).expires_from_table - before.expires_from_table == (due - NOW - HOUR) // 1000
    assert desk.wakeups.times == [due]
    assert [entry.check for entry in desk.store.overdue(before=NOW + 99 * DAY, limit=10)] == [due]


def test_a_large_payload_lives_as_long_as_the_message_that_was_moved(desk: Desk) -> None:
    before = desk.scheduled(content=Content(payload={"text": "x" * 2_000}))
    desk.reschedule(NOW + 300 * DAY)

    after = reread(desk.store, before)

    content = desk.table.get((message_key(after.id)[0], after.content_ref), strong=True)
    assert content is not None
    assert content["ttl"] == after.expires_from_table


def test_a_time_that_has_just_passed_is_now(desk: Desk) -> None:
    one = desk.scheduled()

    desk.reschedule(NOW - 5_000)

    assert desk.now_stands(one).due == NOW


def test_it_moves_to_nine_oclock_where_they_are(desk: Desk) -> None:
    one = desk.scheduled(content=Content(contact={"timezone": "America/New_York"}))

    desk.reschedule(0, local=datetime.fromisoformat("2027-01-16T09:00"), zone="contact")

    assert desk.now_stands(one).due == NOW + 30 * HOUR


def test_it_moves_into_its_window(desk: Desk) -> None:
    one = desk.scheduled(terms=Terms(window="Mo-Fr 08:00-16:30", zone="UTC"))

    desk.reschedule(NOW + 24 * HOUR)

    assert desk.now_stands(one).due == NOW + 72 * HOUR
    assert reread(desk.store, one).terms == Terms(window="Mo-Fr 08:00-16:30", zone="UTC")


def test_a_worker_that_decided_on_the_old_time_loses(desk: Desk) -> None:
    seen = desk.put()
    desk.reschedule(NOW + HOUR)

    with pytest.raises(Lost):
        claimed(desk.store, seen)


def test_a_worker_that_claims_just_before_it_is_moved_wins(desk: Desk) -> None:
    one = desk.put()
    desk.meanwhile = lambda: claimed(desk.store, one)

    with pytest.raises(TooLate, match="rescheduled"):
        desk.reschedule(NOW + HOUR)

    assert desk.wakeups.times == []


def test_a_cancel_just_before_it_is_moved_stands(desk: Desk) -> None:
    one = desk.scheduled()
    desk.meanwhile = desk.cancel

    with pytest.raises(TooLate, match="canceled"):
        desk.reschedule(NOW + 2 * HOUR)

    assert desk.now_stands(one).log[0].ending is Status.CANCELED


def test_of_two_that_move_it_the_second_sees_the_first(desk: Desk) -> None:
    one = desk.scheduled()
    desk.meanwhile = lambda: desk.reschedule(NOW + 3 * HOUR)

    desk.reschedule(NOW + 2 * HOUR)

    assert desk.now_stands(one).due == NOW + 2 * HOUR


def test_what_was_tried_or_has_expired_is_not_moved(desk: Desk) -> None:
    put_off(desk.store, claimed(desk.store, desk.put()))
    other = replace(message(), id=message_id("b" * 26))
    accepted(desk.store, other)

    with pytest.raises(TooLate):
        desk.reschedule(NOW + HOUR)
    desk.now = NOW + 4 * DAY
    with pytest.raises(TooLate):
        desk.waiting.reschedule(CALLER, "b" * 26, NOW + 5 * DAY, local=None, zone="")


def test_all_of_an_event_that_waits_for_a_contact_is_canceled_and_nothing_else(desk: Desk) -> None:
    names = [letter * 26 for letter in "bcdefgh"]
    for name in names[:3]:
        desk.scheduled(id=message_id(name))
    under_way = claimed(desk.store, desk.put(id=message_id(names[3])))
    sent(desk.store, claimed(desk.store, desk.put(id=message_id(names[4]))))
    others = [
        desk.scheduled(id=message_id(names[5]), event="other"),
        desk.scheduled(id=message_id(names[6]), mode=Mode.TEST),
        desk.scheduled(id=message_id("i" * 26), contact="bob"),
    ]

    answer = desk.cancel_event()

    assert answer == {
        "event": "welcome", "contact": {"id": "ada"}, "canceled": 3, "too_late": 1, "next_cursor": None,
    }  # fmt: skip
    assert [desk.now_stands(one).phase for one in others] == [attempts.Phase.OPEN] * 3
    assert desk.now_stands(under_way).phase is attempts.Phase.CALL
    assert desk.cancel_event()["canceled"] == 0


def test_more_than_a_page_is_canceled_page_by_page(desk: Desk) -> None:
    for number in range(PAGE + 1):
        desk.scheduled(id=message_id(f"{number:026d}"), created=NOW + number)
    desk.now = NOW + HOUR // 2

    first = desk.cancel_event()
    second = desk.cancel_event(cursor=first["next_cursor"])

    assert (first["canceled"], second["canceled"], second["next_cursor"]) == (PAGE, 1, None)


@pytest.mark.parametrize("cursor", ["x", "a.b.c", "é" * 200])
def test_a_cursor_that_is_not_ours_is_refused(desk: Desk, cursor: str) -> None:
    with pytest.raises(BadInput) as caught:
        desk.cancel_event(cursor=cursor)

    assert caught.value.field == "cursor"


def test_an_events_window_and_expiry_are_those_of_its_published_version(desk: Desk) -> None:
    store = Definitions(desk.table)
    define = Define(store=store, check=lambda _path, source, _find: source, clock=lambda: NOW)
    text = {"email": {"subject": "Hi", "text": "Hi"}}
    body = Body(channels=(Channel.EMAIL,), templates=text, window="Mo-Fr 08:00-16:30", expires_in=HOUR)
    define.save("demo", "welcome", "", body)

    published = define.publish("demo", "welcome")

    version = store.version("demo", "welcome", 1)
    assert version is not None
    assert (version.window, version.expires_in) == ("Mo-Fr 08:00-16:30", HOUR)
    found = store.get("demo", "welcome")
    assert found is not None
    assert (found.window, found.expires_in) == (published.window, published.expires_in) == (body.window, HOUR)
    define.save("demo", "welcome", "", replace(body, window="", expires_in=0))
    define.publish("demo", "welcome")
    again = store.get("demo", "welcome")
    assert again is not None
    assert (again.window, again.expires_in) == ("", 0)
