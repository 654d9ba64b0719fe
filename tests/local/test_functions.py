import json
import os
import signal
import threading
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

from local.fleet import ROOT, Fleet
from local.functions import Function
from local.invocation import Invocation, Outcome
from tests.local.waiting import alive, eventually

type MakeFleet = Callable[..., Fleet]
type MakeFunction = Callable[..., Function]


def call(fleet: Fleet, **order: Any) -> Outcome:
    return fleet.pools["echo"].invoke(json.dumps({"body": json.dumps(order)}).encode())


def body(outcome: Outcome) -> Any:
    return json.loads(outcome.value()["body"])


def test_a_function_gets_its_event_and_answers(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())

    outcome = fleet.pools["echo"].invoke(b'{"hello": "w\\u00f6rld"}')

    assert body(outcome) == {"hello": "wörld"}
    assert not outcome.error


def test_a_function_knows_its_invocation_as_on_lambda(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function(timeout=7))

    seen = body(call(fleet, do="context"))

    assert len(seen["request_id"]) == 36
    assert seen["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:heliograph-echo-ABC"
    assert seen["memory"] == "512"
    assert 5000 < seen["remaining"] <= 7000
    assert seen["trace"].startswith("Root=1-")
    assert seen["cwd"] == str(ROOT)


def test_a_function_sees_its_own_environment_and_nothing_of_the_callers(
    make_fleet: MakeFleet, function: MakeFunction, monkeypatch: Any
) -> None:
    monkeypatch.setenv("CALLERS_SECRET", "x")
    fleet = make_fleet(function(HELIOGRAPH_STAGE="dev"), AWS_ENDPOINT_URL="http://127.0.0.1:1")

    seen = body(call(fleet, do="environment"))

    assert "CALLERS_SECRET" not in seen
    assert seen["HELIOGRAPH_STAGE"] == "dev"
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "heliograph-echo-ABC"
    assert seen["AWS_LAMBDA_LOG_FORMAT"] == "JSON"


def test_one_process_serves_one_invocation_after_the_other(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())

    pids = {body(call(fleet, do="context"))["pid"] for _ in range(5)}

    assert len(pids) == 1
    assert fleet.pools["echo"].pids() == list(pids)


def test_invocations_at_the_same_time_run_in_processes_of_their_own_up_to_a_maximum(
    make_fleet: MakeFleet, function: MakeFunction
) -> None:
    fleet = make_fleet(function())
    payload = json.dumps({"body": json.dumps({"do": "sleep", "seconds": 0.5})}).encode()

    running = [fleet.pools["echo"].submit(Invocation(payload)) for _ in range(6)]
    at_once = eventually(lambda: len(fleet.pools["echo"].pids(busy=True)) == 3)
    outcomes = [each.outcome.result(20) for each in running]

    assert at_once
    assert not any(outcome.error for outcome in outcomes)
    assert len(fleet.pools["echo"].pids()) == 3


def test_what_a_function_raises_is_an_error_and_the_process_lives_on(
    make_fleet: MakeFleet, function: MakeFunction, log: StringIO
) -> None:
    fleet = make_fleet(function())
    before = body(call(fleet, do="context"))["pid"]

    outcome = call(fleet, do="raise")

    assert outcome.error == "ValueError"
    assert outcome.value()["errorMessage"] == "as asked"
    assert body(call(fleet, do="context"))["pid"] == before
    assert "ValueError" in eventually(log.getvalue)


def test_a_function_that_outlives_its_timeout_is_killed_and_replaced(
    make_fleet: MakeFleet, function: MakeFunction, log: StringIO
) -> None:
    fleet = make_fleet(function(timeout=1))
    before = body(call(fleet, do="context"))["pid"]

    outcome = call(fleet, do="sleep", seconds=30)

    assert outcome.timed_out
    assert outcome.value()["errorMessage"] == "Task timed out after 1.00 seconds"
    eventually(lambda: not alive(before))
    assert body(call(fleet, do="context"))["pid"] != before
    assert "Task timed out after 1.00 seconds" in log.getvalue()


def test_a_process_that_dies_is_an_error_for_its_invocation_and_is_replaced(
    make_fleet: MakeFleet, function: MakeFunction
) -> None:
    fleet = make_fleet(function())

    outcome = call(fleet, do="exit")

    assert outcome.error == "Runtime.ExitError"
    assert outcome.value()["errorMessage"] == "Runtime exited with exit status 3"
    assert not call(fleet, do="context").error


def test_a_process_that_is_killed_while_it_works_is_an_error(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())
    pool = fleet.pools["echo"]
    payload = json.dumps({"body": json.dumps({"do": "sleep", "seconds": 30})}).encode()
    invocation = pool.submit(Invocation(payload))
    [pid] = eventually(lambda: pool.pids(busy=True))

    os.kill(pid, signal.SIGKILL)

    assert invocation.outcome.result(10).value()["errorMessage"] == "Runtime exited with signal 9"


def test_an_idle_process_that_is_killed_is_replaced(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())
    fleet.warm()
    [pid] = fleet.pools["echo"].pids()

    os.kill(pid, signal.SIGKILL)

    assert eventually(lambda: [other for other in fleet.pools["echo"].pids() if other != pid])


def test_a_function_that_cannot_be_imported_fails_each_invocation_with_the_reason(
    make_fleet: MakeFleet, function: MakeFunction, log: StringIO
) -> None:
    fleet = make_fleet(function(module="broken"))

    outcomes = [call(fleet, do="context") for _ in range(2)]

    assert [outcome.error for outcome in outcomes] == ["Runtime.ImportModuleError"] * 2
    assert "no_such_module" in outcomes[0].value()["errorMessage"]
    assert "no_such_module" in eventually(log.getvalue)


def test_warming_a_function_that_cannot_be_imported_ends_without_trying_again(
    make_fleet: MakeFleet, function: MakeFunction
) -> None:
    fleet = make_fleet(function(module="broken"))

    fleet.warm()

    eventually(lambda: not fleet.pools["echo"].pids())


def test_stopping_kills_every_process_and_what_it_started(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())
    child = body(call(fleet, do="spawn"))["child"]
    pids = [*fleet.pools["echo"].pids(), child]

    fleet.stop()

    eventually(lambda: not any(alive(pid) for pid in pids))


def test_stopping_fails_what_waits(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())
    payload = json.dumps({"body": json.dumps({"do": "sleep", "seconds": 30})}).encode()
    waiting = [fleet.pools["echo"].submit(Invocation(payload)) for _ in range(5)]

    threading.Thread(target=fleet.stop).start()

    assert {each.outcome.result(10).error for each in waiting} == {"ServiceException"}


def test_a_call_costs_no_delayed_acknowledgement(make_fleet: MakeFleet, function: MakeFunction) -> None:
    fleet = make_fleet(function())
    fleet.warm()

    times = []
    for _ in range(31):
        began = time.perf_counter()
        call(fleet, do="nothing")
        times.append(time.perf_counter() - began)

    assert sorted(times)[15] < 0.03
