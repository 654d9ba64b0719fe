"""A provider that refuses its account: its circuit opens, mail goes another way or is held; then it is mended."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import requests
from click.testing import CliRunner

from cli.deployment import Deployment, LocalStage
from cli.main import main
from heliograph.names import stack_name
from local.host import Host
from tests.e2e.service import SECONDS, Service
from tests.local.waiting import eventually

REVOKED: Final = 401


@pytest.fixture
def shell(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A shell in which the demo project's key is a variable."""
    for name, value in service.host.access.variables().items():
        monkeypatch.setenv(name, value)
    return service


@pytest.fixture
def sendgrid(shell: Service) -> Iterator[str]:
    """The integration of SendGrid, which mail goes over first; afterwards all is as it was."""
    before = shell.call("GET", "/v1/integrations").json()
    name: str = next(one["id"] for one in before["integrations"] if one["provider"] == "sendgrid")
    order = before["order"]["email"]
    told("integrations", "order", "email", name, *(one for one in order if one != name))
    yield name
    forgiven(shell)
    shell.call("DELETE", f"/v1/integrations/{name}/circuit")
    told("integrations", "order", "email", *order)
    eventually(lambda: circuit(shell, name)["state"] == "closed")


def told(*words: str) -> str:
    result = CliRunner().invoke(main, [*words])
    assert result.exit_code == 0, result.output
    return result.output


def finding(host: Host, check: str) -> Any:
    result = CliRunner().invoke(main, ["doctor", "--json", "--local", str(host.ports.api)])
    return next(one for one in json.loads(result.output)["findings"] if one["check"] == check)


def circuit(service: Service, name: str) -> Any:
    found = service.call("GET", "/v1/integrations").json()["integrations"]
    return next(one["circuit"] for one in found if one["id"] == name)


def forgiven(service: Service) -> None:
    """The provider lets us in again."""
    url = f"{service.host.access.inbox}/_sandbox/faults"
    requests.delete(url, timeout=SECONDS).raise_for_status()


def minute(host: Host) -> None:
    """What happens every minute happens now."""
    deployment = Deployment(LocalStage(host.ports.api, host.stage))
    soon = datetime.now(UTC) + timedelta(seconds=1)
    host.client("scheduler").create_schedule(
        Name=f"now-{soon:%H%M%S%f}",
        GroupName=stack_name(host.stage),
        ScheduleExpression=f"at({soon:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": deployment.functions["scheduler"]["FunctionArn"],
            "RoleArn": "arn:aws:iam::123456789012:role/any",
            "Input": "{}",
        },
    )


def opened(service: Service, name: str) -> Any:
    """The integration's circuit, once it is open."""
    eventually(lambda: circuit(service, name)["state"] == "open")
    return circuit(service, name)


def test_a_refused_account_opens_its_circuit_and_all_goes_out_once_it_is_mended(shell: Service, sendgrid: str) -> None:
    shell.fault("sendgrid", status=REVOKED, times=1_000)

    others = [shell.sent(f"over+{number}@example.com") for number in range(6)]
    assert {shell.until(one, "delivered")["provider"] for one in others} == {"ses"}
    assert "401" in opened(shell, sendgrid)["why"]
    assert f"sendgrid ({sendgrid}) is open since" in told("circuits", "--project", "demo")

    # Workers know within seconds; then nobody is asked any more.
    eventually(lambda: shell.until(shell.sent("told@example.com"), "delivered")["attempts"] == 1)
    held = [shell.sent(f"held+{number}@example.com", overrides={"provider": "sendgrid"}) for number in range(3)]
    eventually(lambda: "3 messages are held" in finding(shell.host, "circuits")["text"])
    found = finding(shell.host, "circuits")
    assert found["level"] == "bad"
    assert f"sendgrid ({sendgrid}) of project demo answers 401 since" in found["text"]
    assert {shell.message(one)["status"] for one in held} == {"queued"}

    forgiven(shell)
    assert "is closed" in told("circuits", "close", sendgrid, "--project", "demo")
    minute(shell.host)

    assert {shell.until(one, "delivered", within=30)["provider"] for one in held} == {"sendgrid"}
    assert told("circuits") == "no circuit is open\n"


def test_a_pause_by_the_command_holds_until_it_is_resumed(shell: Service) -> None:
    assert told("pauses") == "nothing is paused\n"
    assert "event welcome is paused since" in told("pause", "event", "welcome", "--project", "demo")
    sent: list[str] = []

    def held() -> bool:
        sent.append(shell.sent("paused@example.com"))
        return "no messages are held" not in finding(shell.host, "pauses")["text"]

    try:
        # Workers know within seconds.
        eventually(held)
        assert "event welcome is paused since" in told("pauses")
        assert "queued" in {shell.message(one)["status"] for one in sent}
    finally:
        assert "event welcome goes on" in told("resume", "event", "welcome")
    minute(shell.host)

    assert {shell.until(one, "delivered", within=30)["status"] for one in sent} == {"delivered"}
    assert told("pauses") == "nothing is paused\n"


@pytest.mark.usefixtures("shell")
def test_what_cannot_be_paused_is_one_sentence() -> None:
    results = [
        CliRunner().invoke(main, words)
        for words in (
            ["pause", "event"],
            ["pause", "event", "nothing"],
            ["resume", "channel", "sms"],
            ["circuits", "close", "no"],
        )
    ]

    assert [result.exit_code for result in results] == [2, 2, 2, 2]
    assert "which event?" in results[0].output
    assert "there is no event 'nothing'" in results[1].output
    assert "is not paused" in results[2].output
    assert "has no open circuit" in results[3].output
