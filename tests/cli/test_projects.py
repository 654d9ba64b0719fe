"""`heliograph projects` and `heliograph keys` against a stack in moto."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from cli.init import create_secrets
from cli.main import main
from heliograph.domain.api_keys import matches, parse
from heliograph.domain.project import ApiKey, Mode, Scope
from heliograph.names import stack_name
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from tests.support import clients

PEPPER = "a pepper for tests only"
TEMPLATE = {
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "there",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            },
        }
    }
}


@pytest.fixture
def projects(monkeypatch: pytest.MonkeyPatch) -> Iterator[Projects]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    clients.keep(monkeypatch.setattr)
    with mock_aws():
        session: Any = boto3.Session(region_name="eu-west-1")
        session.client("cloudformation").create_stack(StackName=stack_name("dev"), TemplateBody=json.dumps(TEMPLATE))
        list(create_secrets(session.client("ssm"), "dev", lambda: PEPPER))
        yield Projects(Table(session.client("dynamodb"), "there"))


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def stored(projects: Projects, text: str) -> ApiKey:
    found = projects.key(parse(text).id)
    assert found is not None
    return found


def test_a_project_is_created_once(projects: Projects) -> None:
    first, second = (
        run("projects", "create", "acme", "--name", "Acme", "--retention", "7"),
        run("projects", "create", "acme"),
    )

    made = projects.get("acme")
    assert first.exit_code == 0
    assert made is not None
    assert (made.name, made.retention_days) == ("Acme", 7)
    assert second.exit_code == 1
    assert "choose another id" in second.output


@pytest.mark.parametrize("name", ["A", "a", "9lives", "a#b", "a" * 25])
def test_a_project_whose_name_could_not_be_kept_apart_is_refused(projects: Projects, name: str) -> None:
    assert run("projects", "create", name).exit_code == 2
    assert projects.get(name) is None


def test_a_key_is_shown_once_and_only_its_hash_is_stored(projects: Projects) -> None:
    run("projects", "create", "acme")

    shown = run("keys", "create", "acme", "--mode", "test", "--scope", "send", "--days", "2").output.splitlines()[-1]

    key = stored(projects, shown)
    assert (key.project, key.mode, key.scopes) == ("acme", Mode.TEST, frozenset({Scope.SEND}))
    assert key.expires > 0
    assert matches(shown, key.digest, PEPPER)
    assert shown not in str(key)


def test_a_key_without_choices_is_live_and_may_do_everything_for_ever(projects: Projects) -> None:
    run("projects", "create", "acme")

    key = stored(projects, run("keys", "create", "acme").output.splitlines()[-1])

    assert (key.mode, key.scopes, key.expires) == (Mode.LIVE, frozenset(Scope), 0)


@pytest.mark.usefixtures("projects")
def test_a_key_of_a_project_that_is_not_there_is_refused_in_one_sentence() -> None:
    result = run("keys", "create", "nobody")

    assert result.exit_code == 1
    assert result.output == "Error: there is no project nobody: create it with `heliograph projects create`\n"


def test_a_revoked_key_stays_revoked(projects: Projects) -> None:
    run("projects", "create", "acme")
    text = run("keys", "create", "acme").output.splitlines()[-1]

    result = run("keys", "revoke", parse(text).id)

    assert result.exit_code == 0
    assert stored(projects, text).revoked


def test_a_stage_that_is_not_deployed_says_how_to_deploy_it(projects: Projects) -> None:
    result = run("keys", "revoke", "abcdefghij", "--stage", "prod")

    assert result.exit_code == 1
    assert "heliograph-prod" in result.output
    assert projects.key("abcdefghij") is None
