"""Further messages in the table: put once, living as long as they need, each with hidden keys of its own."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain import attempts, steps
from heliograph.domain.contact import Suppression
from heliograph.domain.errors import Lost
from heliograph.domain.message import Content, Message
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from heliograph.domain.routing import RoutingMode
from heliograph.domain.status import Status
from heliograph.domain.tries import Try
from heliograph.sealing import Sealer
from heliograph.store.contacts import Contacts
from heliograph.store.furthers import Furthers
from heliograph.store.messages import Messages
from heliograph.store.scrub import Scrub
from heliograph.store.table import Table
from tests.support.builders import DAY, NOW, message, message_id
from tests.support.moves import accepted, reread

PLAN = (Channel.EMAIL, Channel.SMS)
LARGE = {"_code": "canary-1234", "story": "x" * 5_000}


@pytest.fixture
def furthers(table: Table) -> Furthers:
    return Furthers(table)


def head(store: Messages, **changes: Any) -> Message:
    return accepted(store, message(plan=PLAN, routing=RoutingMode.ALL, **changes))


def second(first: Message, **changes: Any) -> Message:
    known: dict[str, Any] = {
        "id": message_id(number=1),
        "channel": Channel.SMS,
        "to": "+46701234567",
        "plan": (Channel.SMS,),
    }
    return replace(
        first,
        **known | {"begun": NOW, "why": "email failed", "routing": RoutingMode.SINGLE, "body_hash": b""} | changes,
    )


def ended(store: Messages, one: Message) -> None:
    store.move(one, attempts.end(one.progress, now=NOW, ending=Status.EXPIRED, why=Try(reason="expired")))


def test_it_is_put_once_and_comes_back_as_it_was(messages: Messages, furthers: Furthers) -> None:
    first = head(messages)
    wanted = second(first)

    new = furthers.put(wanted, first, now=NOW)
    again = furthers.put(replace(wanted, why="another"), first, now=NOW)

    assert (new.new, again.new, again.message.why) == (True, False, "email failed")
    assert reread(messages, wanted) == replace(wanted, metadata={})


def test_one_left_over_from_an_expired_notification_counts_as_absent(messages: Messages, furthers: Furthers) -> None:
    first = head(messages)
    furthers.put(second(first), first, now=NOW)

    later = first.expires_from_table * 1000 + 5_000
    assert furthers.put(second(first, why="anew"), first, now=later).new


def test_its_head_and_content_live_as_long_as_it_does(messages: Messages, furthers: Furthers, table: Table) -> None:
    first = head(messages, content=Content(payload={"story": "x" * 5_000}))
    ttl = first.expires_from_table + DAY // 1000

    furthers.put(second(first, expires_from_table=ttl), first, now=NOW)
    moved = attempts.put_off(first.progress, due=NOW, expires=first.progress.expires + 3 * DAY)
    messages.move(reread(messages, second(first)), moved)

    assert reread(messages, first).expires_from_table == ttl + 3 * DAY // 1000
    content = table.get((f"demo#N#{first.id.notification}", first.content_ref))
    assert content
    assert content["ttl"] == ttl + 3 * DAY // 1000


def test_the_next_step_begins_once_and_never_after_a_cancel(messages: Messages) -> None:
    first = head(messages)

    messages.move(first, steps.begin(first.progress, 1))
    with pytest.raises(Lost):
        messages.move(first, steps.begin(first.progress, 1))
    begun = reread(messages, first)
    messages.move(begun, attempts.cancel(begun.progress, now=NOW)[0])
    with pytest.raises(Lost):
        messages.move(begun, steps.begin(begun.progress, 2))

    assert reread(messages, first).progress.step == 1


@pytest.mark.parametrize("payload", [{"_code": "canary-1234"}, LARGE])
def test_each_message_forgets_its_own_hidden_keys(table: Table, payload: dict[str, Any]) -> None:
    store, furthers = Messages(table, Sealer(lambda: '{"1": "key"}')), Furthers(table)
    first = head(store, content=Content(payload=payload))
    furthers.put(second(first), first, now=NOW)
    other = reread(store, second(first))

    ended(store, first)
    furthers.put(second(first), first, now=NOW)
    left = store.content(other).payload["_code"]
    ended(store, other)
    furthers.put(second(first), first, now=NOW)

    assert left == "canary-1234"
    assert "_code" not in store.content(reread(store, other)).payload
    assert "_code" not in store.content(reread(store, first)).payload


def test_lists_find_those_that_began_in_one_call(messages: Messages, furthers: Furthers) -> None:
    first = head(messages)
    furthers.put(second(first), first, now=NOW)
    before = furthers.of([first])
    messages.move(first, steps.begin(first.progress, 1))

    found = furthers.of([reread(messages, first)])

    assert before == {}
    assert [one.channel for one in found[first.id.notification]] == [Channel.SMS]


def test_erasing_takes_the_person_from_every_message_and_leaves_the_plan(
    messages: Messages, furthers: Furthers, table: Table
) -> None:
    first = head(messages)
    furthers.put(second(first), first, now=NOW)
    messages.move(first, steps.begin(first.progress, 1))

    Scrub(table)("demo", first.id.notification, last=False)

    one, other = reread(messages, first), reread(messages, second(first))
    assert (one.erased, other.erased, one.progress.step, one.plan, other.why) == (True, True, 1, PLAN, "email failed")


def test_a_stronger_reason_takes_the_place_of_an_unsubscribe_and_no_other(contacts: Contacts) -> None:
    def told(reason: str) -> str:
        why = Suppression(reason=reason, source=reason, at=NOW)
        contacts.suppress("demo", Mode.LIVE, Channel.EMAIL, "ada@example.com", why)
        found = contacts.suppressed("demo", Mode.LIVE, Channel.EMAIL, "ada@example.com")
        return found.reason if found else ""

    assert [told(reason) for reason in ("unsubscribed", "complaint", "unsubscribed", "hard_bounce")] == [
        "unsubscribed",
        "complaint",
        "complaint",
        "complaint",
    ]
