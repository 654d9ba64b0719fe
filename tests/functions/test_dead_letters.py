"""What is given up, what is put back, and what looks after it: through the functions as AWS calls them."""

import json

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.scheduler.handler import handler as scheduler
from functions.webhooks.apply import handler as apply
from heliograph.bootstrap import dispatching
from heliograph.domain.errors import Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.names import PUT_BACK
from heliograph.templates import render
from tests.functions.conftest import Call
from tests.functions.queues import batch, returned
from tests.functions.stage import Context, Stage

REPORT = {"v": 1, "project": "acme", "integration": "i1", "events": []}
GARBAGE = ["", "{", "[]", "null", '{"v": 2}', '{"v": 1, "p": "acme"}', "[" * 10_000]


@pytest.fixture
def hint(acme: Stage, send: Call) -> JSON:
    send({"to": "ada@example.com", "payload": {"name": "Ada"}})
    [found] = acme.queued("normal")
    return found


def looked_through(acme: Stage) -> list[str]:
    """One minute's run, and what lies there then."""
    scheduler({}, Context())
    return acme.dead_letters()


def head(acme: Stage) -> JSON:
    [found] = [item for item in acme.items() if "#N#" in item["pk"]["S"] and item["sk"]["S"] == "A"]
    return found


def test_a_wake_up_call_goes_back_to_its_lane_and_its_letter_is_gone(acme: Stage, hint: JSON) -> None:
    acme.dead(hint | {"hop": 9})

    assert looked_through(acme) == []
    assert acme.queued("normal") == [hint | {"hop": 0, "lap": 1}]


def test_one_whose_message_is_done_is_dropped(acme: Stage, hint: JSON) -> None:
    dispatch(batch(hint), Context())
    acme.dead(hint, {"v": 1, "p": "acme", "n": "z" * 26, "k": 0, "hop": 0})

    assert looked_through(acme) == []
    assert acme.queued("normal") == []


def test_a_report_goes_back_to_the_events(acme: Stage) -> None:
    acme.dead(REPORT)

    assert looked_through(acme) == []
    assert acme.queued("events") == [REPORT | {"lap": 1}]


@pytest.mark.parametrize("body", [body for body in GARBAGE if body])
def test_what_cannot_be_read_stays_as_it_is_and_is_seen_by_the_alarm_at_once(acme: Stage, body: str) -> None:
    acme.dead(body)

    assert looked_through(acme) == [body]
    assert [acme.depth(name) for name in acme.urls] == [0, 0, 0]


def test_a_run_that_put_something_back_tells_a_metric_and_a_line(
    acme: Stage, hint: JSON, capsys: pytest.CaptureFixture[str]
) -> None:
    acme.dead(hint, REPORT, "{")

    scheduler({}, Context())

    [line] = [line for line in acme.lines() if line["message"] == "dead letters were put back"]
    assert line["letters"] == {"wake-ups": 1, "reports": 1, "stay": 1}
    [metric] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if PUT_BACK in line]
    assert metric[PUT_BACK] == [2.0]


def test_without_dead_letters_nothing_is_told(acme: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    scheduler({}, Context())

    assert PUT_BACK not in capsys.readouterr().out
    assert [line for line in acme.lines() if line["message"] == "dead letters were put back"] == []


@pytest.mark.parametrize("lane", ["critical", "normal"])
def test_while_the_table_answers_nobody_wake_up_calls_are_put_back_on_their_lane(
    acme: Stage, hint: JSON, lane: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.refuse(monkeypatch)

    answer = dispatch(batch(hint, hint | {"hop": 12}, queue=lane), Context())

    assert returned(answer) == []
    # What had its last hop is left to the sweep.
    assert {name: acme.depth(name) for name in acme.urls} == {"critical": 0, "normal": 0, "events": 0} | {lane: 1}


def test_while_the_table_answers_nobody_reports_are_put_back(
    acme: Stage, hint: JSON, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.refuse(monkeypatch)
    told = Outcome(token="t", verdict=Verdict.SENT).as_json()
    result = {"v": 1, "message": {"project": "acme", "notification": hint["n"], "number": 0}, "result": told}

    answer = apply(batch(result, queue="events"), Context())

    assert returned(answer) == []
    assert acme.depth("events") == 1


def test_a_suspect_is_marked_before_it_is_rendered_and_delivered_all_the_same(
    acme: Stage, hint: JSON, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks: list[str] = []

    def seen(*args: object, **more: object) -> object:
        acme.looking = True
        marks.append(head(acme).get("mk", {"N": "0"})["N"])
        acme.looking = False
        return render(*args, **more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(dispatching, "render", seen)

    assert returned(dispatch(batch(hint, received=3), Context())) == []
    assert marks == ["1"]
    assert "mk" not in head(acme)


def test_the_third_marked_visit_ends_it_and_people_see_why(
    hint: JSON, manage: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def kill(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(dispatching, "render", kill)
    for received in (3, 4):
        with pytest.raises(Killed):
            dispatch(batch(hint, received=received), Context())

    assert returned(dispatch(batch(hint, received=5), Context())) == []

    [message] = manage("GET", f"/v1/notifications/{hint['n']}").json()["messages"]
    assert (message["status"], message["reason"]) == ("failed", "internal")
    assert "template" in message["error"]["message"]


def test_a_queue_that_does_not_answer_fails_the_run(acme: Stage) -> None:
    acme.client("sqs").delete_queue(QueueUrl=acme.parts.settings.dead_letters_url)

    with pytest.raises(Exception, match=Unavailable.__name__):
        scheduler({}, Context())
