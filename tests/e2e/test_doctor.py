"""`heliograph doctor` and `heliograph redrive` against the whole local host."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from heliograph.domain.dead_letter import LAPS
from local.host import Host
from tests.e2e.service import Service
from tests.local.waiting import eventually

SECRET_NAME = "/heliograph/dev/secrets/pepper"


def run(host: Host, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--local", str(host.ports.api)], catch_exceptions=False)


def findings(result: Result) -> dict[str, list[Any]]:
    """Check -> its findings that are not ok."""
    found: dict[str, list[Any]] = {}
    for one in json.loads(result.output)["findings"]:
        if one["level"] != "ok":
            found.setdefault(one["check"], []).append(one)
    return found


@contextmanager
def rule_off(host: Host) -> Iterator[str]:
    events = host.client("events")
    [rule] = [one for one in events.list_rules()["Rules"] if one.get("ScheduleExpression") == "rate(1 minute)"]
    events.disable_rule(Name=rule["Name"])
    try:
        yield rule["Name"]
    finally:
        events.enable_rule(Name=rule["Name"])


def dead_letter(host: Host, body: Any) -> str:
    """Put one on the queue of dead letters; gives the queue's URL."""
    [name] = [name for name in host.queues() if "DeadLetters" in name]
    url: str = host.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    host.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(body), MessageGroupId="demo")
    return url


def test_a_healthy_host_is_well(host: Host) -> None:
    result = run(host, "doctor")

    assert result.exit_code == 0, result.output
    assert "all is well" in result.output
    assert {line.split()[0] for line in result.output.splitlines()} == {"ok", "left", "all"}


def test_who_sourced_its_variables_needs_no_option(host: Host) -> None:
    result = CliRunner(env=host.access.variables()).invoke(main, ["doctor"], catch_exceptions=False)

    assert result.exit_code == 0, result.output
    assert "left out, since only AWS has them" in result.output


def test_its_providers_take_their_credentials(host: Host) -> None:
    result = run(host, "doctor", "--check-integrations", "--json")

    assert findings(result) == {}
    assert json.loads(result.output)["ok"] is True


def test_a_minute_rule_that_is_off_is_told_with_the_command_that_mends_it(host: Host) -> None:
    with rule_off(host) as name:
        result = run(host, "doctor", "--json")

    assert result.exit_code == 1
    [found] = findings(result)["sweep"]
    assert (found["level"], found["text"]) == ("bad", f"the rule {name} is switched off")
    assert f"aws events enable-rule --name {name}" in found["advice"]


def test_a_dead_letter_is_told_without_its_body_and_redriven(host: Host) -> None:
    # One that no longer goes back by itself, and is about nothing.
    dead_letter(host, {"v": 1, "project": "demo", "integration": "i", "events": [], "lap": LAPS, "secret": "body"})

    told, dry, done = run(host, "doctor", "--json"), run(host, "redrive", "--dry-run"), run(host, "redrive")

    [found] = findings(told)["dead letters"]
    assert told.exit_code == 1
    assert "it is what a provider reported" in found["text"]
    assert "heliograph redrive" in found["advice"]
    assert "body" not in told.output + dry.output + done.output
    assert "1  would go to the queue events" in dry.output
    assert "1  went to the queue events" in done.output
    assert host.dead_letters() == 0
    eventually(lambda: host.depth("Events") == 0)


def test_what_may_go_back_goes_back_by_itself(host: Host, service: Service) -> None:
    name = service.sent("healed@example.com")
    dead_letter(host, {"v": 1, "p": "demo", "n": name, "k": 0, "hop": 0})
    dead_letter(host, {"v": 1, "project": "demo", "integration": "i", "events": []})

    # The scheduler looks every minute.
    eventually(lambda: host.dead_letters() == 0, within=90)

    eventually(lambda: host.depth("Events") + host.depth("Normal") == 0)
    assert len(eventually(lambda: service.inbox("healed@example.com"))) == 1


def test_a_secret_that_is_gone_is_told(host: Host) -> None:
    ssm = host.client("ssm")
    value = ssm.get_parameter(Name=SECRET_NAME, WithDecryption=True)["Parameter"]["Value"]
    ssm.delete_parameter(Name=SECRET_NAME)
    try:
        result = run(host, "doctor", "--json")
    finally:
        ssm.put_parameter(Name=SECRET_NAME, Value=value, Type="SecureString")

    [found] = findings(result)["secrets"]
    assert "missing: pepper" in found["text"]
    assert found["advice"].startswith("run `heliograph init --stage dev`")


@pytest.mark.parametrize("command", ["doctor", "redrive"])
def test_a_port_on_which_nothing_runs_is_one_sentence(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--local", "9"])

    assert result.exit_code == 1
    assert result.output.startswith("Error: AWS refused or was not reached")
