"""A page for every alarm, an alarm for every page, and nothing on a page that cannot be typed."""

import re
from collections.abc import Iterator
from pathlib import Path

import boto3
import botocore.session
import click
import pytest
from botocore import xform_name

from cli.main import main
from infra.cdk.runbooks import FOLDER
from tests.infra.conftest import OfType, Template, properties_of

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / FOLDER).glob("*.md"))
PARTS = ["What it means", "What to look at", "What to type"]
CLI_ONLY = {"logs tail"}
"""Commands of the AWS CLI that are no operation of an API."""


def alarm_names(of_type: OfType) -> dict[str, str]:
    """Alarm -> its description; the name as infra/cdk/alarms.py has it, without the hash behind it."""
    alarms = of_type("AWS::CloudWatch::Alarm").items()
    return {logical.removeprefix("Alarms")[:-8]: found["AlarmDescription"] for logical, found in alarms}


def typed(page: Path) -> Iterator[str]:
    """Every line that the page tells to type."""
    yield from re.findall(r"^    (\S.*)$", page.read_text(), flags=re.MULTILINE)
    yield from re.findall(r"`((?:heliograph|make|aws) [^`]+)`", page.read_text())


def test_every_alarm_has_a_page_and_every_page_an_alarm(of_type: OfType) -> None:
    alarms, pages = set(alarm_names(of_type)), {page.stem for page in PAGES}

    for name in alarms - pages:
        pytest.fail(f"write {FOLDER}/{name}.md with the headings {PARTS}, and a line for it in docs/README.md")
    for name in pages - alarms:
        pytest.fail(
            f"{FOLDER}/{name}.md is about no alarm: add the alarm {name} to infra/cdk/alarms.py or delete the page"
        )


def test_every_alarm_says_where_its_page_is(of_type: OfType) -> None:
    for name, description in alarm_names(of_type).items():
        assert description.endswith(f"What to do: {FOLDER}/{name}.md")


def test_a_team_that_serves_the_pages_gets_their_addresses(prod: Template) -> None:
    alarms = properties_of(prod, "AWS::CloudWatch::Alarm").values()
    [dashboard] = properties_of(prod, "AWS::CloudWatch::Dashboard").values()

    assert all("What to do: https://docs.example.com/runbooks/" in one["AlarmDescription"] for one in alarms)
    assert "[DeadLetters](https://docs.example.com/runbooks/DeadLetters.md)" in str(dashboard["DashboardBody"])


def test_the_dashboard_shows_every_alarm_and_names_its_page(of_type: OfType) -> None:
    [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()

    body = str(dashboard["DashboardBody"])

    assert [name for name in alarm_names(of_type) if f"{FOLDER}/{name}.md" not in body] == []
    assert [logical for logical in of_type("AWS::CloudWatch::Alarm") if f"'{logical}'" not in body] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_it_means_what_to_look_at_and_what_to_type_in_that_order(page: Path) -> None:
    text = page.read_text()

    assert text.startswith(f"# {page.stem}\n")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == PARTS
    assert list(typed(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_tells_to_type_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    for line in typed(page):
        program, *words = line.split()
        if program == "heliograph":
            exists(main, words, line)
        elif program == "make":
            assert words[0] in targets, line
        else:
            assert program == "aws", line
            assert " ".join(words[:2]) in CLI_ONLY or words[1] in operations(words[0]), line


def exists(command: click.Command, words: list[str], line: str) -> None:
    """Follow the words down to a command, and know every option after it."""
    while isinstance(command, click.Group):
        assert words[0] in command.commands, line
        command, words = command.commands[words[0]], words[1:]
    known = {option for one in command.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known, line


def operations(service: str) -> set[str]:
    """What the AWS CLI can be told about a service."""
    assert service in boto3.Session(region_name="eu-west-1").get_available_services()
    model = botocore.session.get_session().get_service_model(service)
    return {xform_name(name, "-") for name in model.operation_names}
