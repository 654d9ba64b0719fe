"""`heliograph redrive` against a stage in moto."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from cli.dead_letters import DeadLetters
from cli.main import main
from cli.redrive import Moved, by_hand, by_task
from tests.cli.doctor.conftest import Patient, patient

__all__ = ["patient"]
"""The stage of the doctor's tests serves here too."""

HINT = {"v": 1, "p": "acme", "n": "abc", "k": 0, "hop": 0}
REPORT = {"TopicArn": "arn:aws:sns:eu-west-1:1:reports", "Message": "{}"}


def dead(patient: Patient, *bodies: Any) -> DeadLetters:
    letters = DeadLetters(patient.deployment)
    for body in bodies:
        patient.aws("sqs").send_message(QueueUrl=letters.url, MessageBody=json.dumps(body))
    return letters


def waiting(patient: Patient) -> Mapping[str, list[Any]]:
    """Queue -> bodies; takes them."""
    sqs, found = patient.aws("sqs"), {}
    for name, url in patient.urls.items():
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        found[name] = [json.loads(message["Body"]) for message in got]
    return found


def redriven(letters: DeadLetters, queue: str | None = None) -> Moved:
    moved = Moved()
    by_hand(letters, queue, moved, rate=1000, most=letters.count(), pause=lambda _seconds: None)
    return moved


def test_each_goes_back_where_it_belongs_unchanged(patient: Patient) -> None:
    letters = dead(patient, HINT, REPORT)

    moved = redriven(letters)

    assert moved.counts == Counter(normal=1, events=1)
    assert waiting(patient) == {"critical": [], "normal": [HINT], "events": [REPORT]}
    assert letters.count() == 0


def test_a_schedule_s_call_is_dropped_since_the_sweep_finds_what_was_due(patient: Patient) -> None:
    letters = dead(patient, {"minute": "2027-01-15T09:00"})

    moved = redriven(letters)

    assert (moved.counts, letters.count()) == (Counter({"": 1}), 0)
    assert waiting(patient) == {"critical": [], "normal": [], "events": []}


def test_of_one_queue_only_its_own_are_moved(patient: Patient) -> None:
    letters = dead(patient, HINT, REPORT)

    moved = redriven(letters, "events")

    assert (moved.counts, moved.left) == (Counter(events=1), 1)
    assert waiting(patient) == {"critical": [], "normal": [], "events": [REPORT]}
    assert letters.count() == 1


def test_the_queue_that_sqs_names_wins_over_what_the_body_looks_like(patient: Patient) -> None:
    letters = dead(patient)
    arn = patient.deployment.attributes(patient.urls["critical"])["QueueArn"]
    received = {"Body": json.dumps(HINT), "Attributes": {"DeadLetterQueueSourceArn": arn}}

    assert letters._read(received).queue == "critical"


def test_it_is_no_faster_than_asked_for(patient: Patient) -> None:
    letters = dead(patient, HINT, HINT, HINT)
    pauses: list[float] = []

    by_hand(letters, None, Moved(), rate=4, most=3, pause=pauses.append)

    assert pauses == [0.25] * 3


def test_what_comes_back_meanwhile_is_not_moved_again(patient: Patient) -> None:
    letters, moved = dead(patient, HINT), Moved()

    def comes_back(_seconds: float) -> None:
        dead(patient, HINT)

    by_hand(letters, None, moved, rate=1, most=1, pause=comes_back)

    assert (moved.counts.total(), letters.count()) == (1, 1)


def test_a_dry_run_says_what_lies_there_and_leaves_it(patient: Patient) -> None:
    letters = dead(patient, HINT, REPORT)

    result = CliRunner().invoke(main, ["redrive", "--dry-run"])

    assert result.output.splitlines() == [
        "2 dead letters.",
        "     1  would go to the queue events",
        "     1  would go to the queue normal",
    ]
    assert len(letters.take()) == 2


def test_nothing_to_do_is_said(patient: Patient) -> None:
    dead(patient)

    assert CliRunner().invoke(main, ["redrive"]).output == "There are no dead letters.\n"


@pytest.mark.usefixtures("patient")
def test_a_queue_that_is_not_there_is_refused_with_those_that_are() -> None:
    result = CliRunner().invoke(main, ["redrive", "urgent"])

    assert (result.exit_code, "must be one of critical, events, normal" in result.output) == (2, True)


class Tasks:
    """SQS's tasks that move messages: each look shows the next status."""

    def __init__(self, *statuses: str, code: str = "") -> None:
        self._statuses = list(statuses)
        self._code = code
        self.started: dict[str, Any] = {}

    def start_message_move_task(self, **request: Any) -> None:
        if self._code:
            raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, "StartMessageMoveTask")
        self.started = request

    def list_message_move_tasks(self, **_: Any) -> dict[str, Any]:
        return {"Results": [{"Status": self._statuses.pop(0), "ApproximateNumberOfMessagesMoved": 7}]}


def test_on_aws_its_own_task_moves_them_at_that_rate_and_is_waited_for(patient: Patient) -> None:
    letters, tasks = dead(patient), Tasks("RUNNING", "RUNNING", "COMPLETED")
    pauses: list[float] = []
    patient.deployment._clients["sqs"] = tasks

    moved = by_task(patient.deployment, letters, 10, pause=pauses.append)

    assert (moved.by_aws, len(pauses)) == (7, 2)
    assert tasks.started == {"SourceArn": letters.arn, "MaxNumberOfMessagesPerSecond": 10}


def test_a_task_that_may_not_be_started_is_an_error_and_no_reason_to_go_on(patient: Patient) -> None:
    letters = dead(patient)
    patient.deployment._clients["sqs"] = Tasks(code="AccessDenied")

    with pytest.raises(ClientError):
        by_task(patient.deployment, letters, 10)


@pytest.mark.parametrize("code", ["AWS.SimpleQueueService.UnsupportedOperation", "InvalidAction"])
def test_where_there_is_no_such_task_they_are_moved_by_hand(patient: Patient, code: str) -> None:
    letters = dead(patient)
    patient.deployment._clients["sqs"] = Tasks(code=code)

    assert by_task(patient.deployment, letters, 10) == Moved()
