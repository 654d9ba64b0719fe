"""What people see of a message and of a notification."""

from dataclasses import replace
from typing import Any

from heliograph.domain import attempts, holding, view
from heliograph.domain.attempts import Progress
from heliograph.domain.message import Message
from heliograph.domain.model import EventKind
from heliograph.domain.report import Notification, Report
from heliograph.domain.status import Status
from heliograph.domain.timing import Terms
from heliograph.domain.tries import Try
from tests.support.builders import DAY, HOUR, NOW, message, message_id
from tests.support.two_attempts import READ_AT, taken_in, told, two_attempts


def shown(one: Message, *reports: Report) -> Any:
    return taken_in(one, reports)[0]


def test_a_message_that_waits_shows_when_it_is_due() -> None:
    due = NOW + 2 * DAY
    waiting = message(progress=Progress(due=due, check=due, expires=due + DAY))

    found = view.message(waiting, [], now=NOW)

    assert (found["status"], found["scheduled_at"]) == ("scheduled", "2027-01-17T08:00:00.000Z")
    assert [entry["status"] for entry in found["timeline"]] == ["scheduled"]


def test_a_message_that_we_let_wait_is_queued_and_was_never_scheduled() -> None:
    fresh = Progress(due=NOW, check=NOW, expires=NOW + 3 * DAY)
    slot = holding.wait_for_slot(fresh, Terms(), NOW + HOUR, "first@1", NOW).after
    held = holding.hold(fresh, Terms(), "event/welcome", NOW).after
    free = holding.release(held, Terms(), NOW + HOUR).after

    found = [view.message(message(progress=one), [], now=NOW + 1) for one in (slot, held, free)]

    assert [(one["status"], one["scheduled_at"]) for one in found] == [("queued", None)] * 3
    assert [[entry["status"] for entry in one["timeline"]] for one in found] == [["queued"]] * 3


def test_one_that_was_scheduled_and_then_waited_for_its_slot_shows_both() -> None:
    due = NOW + HOUR
    planned = Progress(due=due, check=due, expires=due + 3 * DAY)
    slot = holding.wait_for_slot(planned, Terms(), due + HOUR, "first@1", due).after

    found = view.message(message(progress=slot), [], now=due + 1)

    assert found["status"] == "queued"
    assert [entry["status"] for entry in found["timeline"]] == ["scheduled"]


def test_a_delivered_message_shows_its_times_and_who_carried_it() -> None:
    found = shown(two_attempts(), told(2, "delivered", 0))

    assert (found["status"], found["reason"], found["error"], found["attempts"]) == ("delivered", None, None, 2)
    assert (found["provider"], found["provider_message_id"]) == ("sendgrid", "m-2")
    assert found["sent_at"] == "2027-01-15T08:00:05.100Z"
    assert found["delivered_at"] == "2027-01-15T08:00:10.000Z"
    assert [entry["status"] for entry in found["timeline"]] == ["queued", "retrying", "sent", "delivered"]


def test_what_evidence_implies_is_inferred_and_marked_so() -> None:
    found = shown(two_attempts(finished=False), told(2, "delivered", 0))

    assert found["sent_at"] is None
    [implied] = [entry for entry in found["timeline"] if entry.get("inferred")]
    assert (implied["status"], implied["attempt"]) == ("sent", 2)


def test_the_reason_and_words_come_from_the_report_that_won() -> None:
    found = shown(two_attempts(), told(2, "hard bounce", 4), told(2, "hard bounce", 3), told(2, "delivered", 0))

    assert (found["status"], found["bounce"], found["reason"]) == ("bounced", "hard", "hard_bounce")
    assert found["error"] == {"code": "c0", "message": "told 3"}
    assert "correct it" in found["advice"]


def test_a_deferral_is_shown_as_sent_with_the_providers_words() -> None:
    found = shown(two_attempts(), told(2, "deferred", 0))

    assert (found["status"], found["reason"]) == ("sent", None)
    assert found["error"] == {"code": "c0", "message": "told 0"}


def test_people_move_the_headline_and_machines_are_only_counted() -> None:
    person = told(2, "opened", 1)
    machine = told(2, "clicked", 2, machine=True)

    found = shown(two_attempts(), told(2, "delivered", 0), machine, person, told(2, "opened", 3))

    assert (found["status"], found["delivery"]) == ("opened", "delivered")
    assert found["engagement"] == {
        "clicked": {"count": 0, "machine": 1},
        "opened": {
            "first_at": "2027-01-15T08:00:11.000Z",
            "last_at": "2027-01-15T08:00:13.000Z",
            "count": 2,
            "machine": 0,
        },
    }


def test_somebody_in_copy_is_timeline_and_nothing_else() -> None:
    found = shown(two_attempts(), told(2, "hard bounce", 0, own=False), told(2, "complained", 1, own=False))

    assert (found["status"], found["reason"], found["engagement"]) == ("sent", None, {})
    assert [entry.get("own_recipient") for entry in found["timeline"]][-2:] == [False, False]


def test_our_own_ending_shows_our_reason_and_what_to_do() -> None:
    why = Try(reason="complaint", text="since n-1")
    ended = attempts.end(message().progress, now=NOW + HOUR, ending=Status.SUPPRESSED, why=why).after

    found = shown(message(progress=ended))

    assert (found["status"], found["reason"]) == ("suppressed", "complaint")
    assert found["error"] == {"code": "", "message": "since n-1"}
    assert found["timeline"][-1]["at"] == "2027-01-15T09:00:00.000Z"


def test_a_provider_fact_overrides_our_own_ending() -> None:
    claimed = attempts.claim(message().progress, now=NOW, token="a", lease=1, integration="int-1", provider="ses").after
    unknown = attempts.end(claimed, now=NOW, ending=Status.UNKNOWN, why=Try(reason="unknown_outcome")).after

    found = shown(message(progress=unknown), told(1, "delivered", 0))

    assert (found["status"], found["reason"]) == ("delivered", None)


def test_a_notification_is_open_while_one_of_its_messages_is_and_counts_what_they_show() -> None:
    done = replace(two_attempts(), id=message_id(number=1))
    whole = Notification(
        messages=(message(progress=replace(message().progress, step=1)), done),
        reports=(told(2, "hard bounce", 0, message=1),),
    )

    found = view.notification(whole, now=READ_AT)

    assert (found["state"], found["status"], found["counts"]) == ("accepted", "sent", {"queued": 1, "sent": 1})
    assert [one["id"][-2:] for one in found["messages"]] == ["yz", "-1"]


def test_a_notification_whose_messages_are_over_is_completed() -> None:
    whole = Notification(messages=(two_attempts(),), reports=())

    assert view.notification(whole, now=READ_AT)["state"] == "completed"


def test_the_line_of_a_list_takes_engagement_from_the_hint() -> None:
    line = view.summary(replace(two_attempts(), engaged=frozenset({EventKind.CLICKED})), now=READ_AT)

    assert (line["status"], line["state"], line["channel"]) == ("clicked", "completed", "email")
    assert "to" not in line
