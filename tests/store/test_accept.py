"""Accept: one conditional put of the head, and what stands there otherwise."""

from dataclasses import replace

import pytest

from heliograph.domain.attempts import Progress
from heliograph.domain.message import Lane
from heliograph.domain.model import EventKind
from heliograph.domain.project import Mode
from heliograph.names import BY_CONTACT, BY_TIME, WORK
from heliograph.store import keys
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import DAY, NOW, message, message_id, report
from tests.support.moves import accepted, claimed, sent
from tests.support.table import entries


def test_a_new_message_is_stored_whole_and_open(messages: Messages) -> None:
    wanted = message(language="sv", overrides={"provider": "ses"})

    outcome = messages.accept(wanted, now=NOW)

    assert outcome.new
    assert outcome.message == wanted
    assert messages.load(wanted.id, now=NOW) == wanted


def test_a_new_message_is_in_the_lists_by_time_by_contact_and_of_work(messages: Messages, table: Table) -> None:
    wanted = message(lane=Lane.CRITICAL)

    messages.accept(wanted, now=NOW)

    for index, (partition, sort) in (
        (BY_TIME, keys.by_time(wanted.id, Mode.LIVE, NOW)),
        (BY_CONTACT, keys.by_contact(wanted.id, "ada", NOW)),
        (WORK, keys.work(wanted.id, Lane.CRITICAL, NOW)),
    ):
        [entry] = entries(table, index, partition)
        assert sort in entry.values()
        assert (entry["pk"], entry["sk"]) == keys.message(wanted.id)


def test_a_second_accept_changes_nothing_and_gets_what_stands(messages: Messages) -> None:
    first = sent(messages, claimed(messages, accepted(messages, message())))

    outcome = messages.accept(message(to="eve@example.com", body_hash=b"\x02" * 32), now=NOW + 1)

    assert not outcome.new
    assert outcome.message == first
    assert messages.load(first.id, now=NOW) == first


def test_an_expired_message_counts_as_absent(messages: Messages) -> None:
    old = sent(messages, claimed(messages, accepted(messages, message())))
    later = (old.expires_from_table + 1) * 1000
    fresh = message(created=later, to="eve@example.com")

    gone = messages.load(old.id, now=later)
    outcome = messages.accept(fresh, now=later)

    assert gone is None
    assert outcome.new
    assert messages.load(fresh.id, now=later) == fresh


def test_at_the_last_moment_of_its_time_a_message_still_stands(messages: Messages) -> None:
    old = accepted(messages, message())

    outcome = messages.accept(message(body_hash=b"\x02" * 32), now=old.expires_from_table * 1000)

    assert outcome == (old, False)


def test_reports_about_an_expired_message_are_not_shown_with_its_successor(messages: Messages) -> None:
    old = accepted(messages, message())
    messages.record(old.id, report(EventKind.BOUNCED, "hard"), ttl=old.expires_from_table)
    later = (old.expires_from_table + 1) * 1000
    messages.accept(message(created=later), now=later)

    whole = messages.whole("demo", old.id.notification, now=later)

    assert whole is not None
    assert whole.reports == ()


@pytest.mark.parametrize("project", ["other", "demo2"])
def test_the_same_name_in_another_project_is_another_message(messages: Messages, project: str) -> None:
    mine = accepted(messages, message())

    outcome = messages.accept(message(id=message_id(project=project), to="eve@example.com"), now=NOW)

    assert outcome.new
    assert messages.load(mine.id, now=NOW) == mine


def test_a_message_due_later_is_in_the_work_list_at_its_due_time(messages: Messages, table: Table) -> None:
    due = NOW + DAY
    wanted = message(progress=Progress(due=due, check=due, expires=due + DAY))

    messages.accept(wanted, now=NOW)

    partition, sort = keys.work(wanted.id, Lane.NORMAL, due)
    assert [entry["g3s"] for entry in entries(table, WORK, partition)] == [sort]


def test_a_message_without_a_contact_is_in_no_contacts_list(messages: Messages, table: Table) -> None:
    wanted = replace(message(), contact="")

    messages.accept(wanted, now=NOW)

    assert entries(table, BY_CONTACT, keys.by_contact(wanted.id, "ada", NOW)[0]) == []
    assert messages.load(wanted.id, now=NOW) == wanted
