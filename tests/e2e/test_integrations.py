"""Integrations by the command: a second of one provider, refused, added, used, changed, removed; events read again."""

import itertools
import json
from typing import Any, Final

import boto3
import pytest
import requests
from click.testing import CliRunner, Result

from cli.main import main
from local.sandbox.fake_mailgun import API_KEY, SIGNING_KEY
from tests.e2e.service import SECONDS, Service
from tests.local.waiting import eventually

DOMAIN: Final = "second.heliograph.example"
SENDER: Final = f"Second <hello@{DOMAIN}>"
ADDRESS: Final = f"hello@{DOMAIN}"
NUMBERS: Final = itertools.count(1)


@pytest.fixture
def shell(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A shell in which the demo project's key and secrets are variables."""
    for name, value in service.host.access.variables().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GOOD", API_KEY)
    monkeypatch.setenv("WRONG", "key-of-somebody-else")
    monkeypatch.setenv("SIGNING", SIGNING_KEY)
    return service


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def told(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def add(key: str) -> Result:
    credentials = (f"api_key=env:{key}", f"domain={DOMAIN}", "signing_key=env:SIGNING")
    given = [word for one in credentials for word in ("--credential", one)]
    return run("integrations", "add", "mailgun", "--project", "demo", "--sender", SENDER, "--name", "second", *given)


def domain_exists(service: Service, webhook_url: str) -> None:
    """As at Mailgun's, where the domain is made and its webhook entered."""
    account = {"provider": "mailgun", "account": DOMAIN, "webhook_url": webhook_url}
    url = f"{service.host.access.inbox}/_sandbox/accounts"
    requests.post(url, json=account, timeout=SECONDS).raise_for_status()


def ids(service: Service) -> Any:
    return service.call("GET", "/v1/integrations").json()["order"]["email"]


def test_a_second_integration_of_a_provider_lives_from_the_command_line(shell: Service) -> None:
    domain_exists(shell, "http://127.0.0.1:1/")
    before = ids(shell)

    refused = add("WRONG")
    assert refused.exit_code == 2
    assert "mailgun refuses the credentials" in refused.output
    assert ids(shell) == before

    added = add("GOOD")
    assert added.exit_code == 0, added.output
    name, url = added.output.split()[1].rstrip(":"), added.output.split("  ")[1].strip()
    assert "docs/providers/mailgun.md" in added.output
    assert API_KEY not in added.output
    domain_exists(shell, url)
    told("integrations", "order", "email", name, *before)
    try:
        # A worker may still go by what it read up to two seconds ago.
        eventually(lambda: ADDRESS in sent_from(shell), within=20)
        changed(name)
    finally:
        removed = told("integrations", "remove", name, "--yes")

    assert "removed" in removed
    assert ids(shell) == before
    gone = requests.post(url, json={}, timeout=SECONDS)
    assert gone.status_code == 404


def sent_from(shell: Service) -> str:
    """Whom a mail over Mailgun comes from."""
    to = f"second+{next(NUMBERS)}@example.com"
    message = shell.until(shell.sent(to, overrides={"provider": "mailgun"}), "delivered")
    assert message["provider"] == "mailgun"
    return str(shell.inbox(to)[0]["from"])


def changed(name: str) -> None:
    """Wrong credentials are not taken, good ones and another name are."""
    wrong = run("integrations", "update", name, "--credential", "api_key=env:WRONG")
    assert wrong.exit_code == 2
    assert "takes the credentials" in told("integrations", "check", name)
    told("integrations", "update", name, "--credential", "api_key=env:GOOD", "--name", "mended")
    assert "mended" in told("integrations", "list", "--project", "demo")


def test_every_demo_integration_is_taken_by_its_provider(shell: Service) -> None:
    answers = [shell.call("POST", f"/v1/integrations/{one}/check").json() for one in ids(shell)]

    assert [one for one in answers if not one["ok"]] == []


def test_another_projects_key_does_nothing(shell: Service) -> None:
    before = ids(shell)

    result = run("integrations", "add", "ses", "--project", "other", "--sender", SENDER)

    assert result.exit_code == 2
    assert "of project demo, not of other" in result.output
    assert ids(shell) == before


def test_a_stored_event_is_read_again_and_put_right(shell: Service) -> None:
    sent = shell.sent("replayed@example.com", overrides={"provider": "mailgun"})
    shell.until(sent, "delivered")
    session: Any = boto3.Session()
    dynamodb = session.client("dynamodb")
    (table,) = dynamodb.list_tables()["TableNames"]
    pages = {"TableName": table, "FilterExpression": "pk = :p AND begins_with(sk, :e)"}
    values = {":p": {"S": f"demo#N#{sent}"}, ":e": {"S": "E#"}}
    items = dynamodb.scan(**pages, ExpressionAttributeValues=values)["Items"]
    item = next(one for one in items if one["k"]["S"] == "delivered")
    # As an older mapping would have left it.
    dynamodb.put_item(TableName=table, Item=item | {"k": {"S": "failed"}, "r": {"S": "provider_error"}})

    replay = ("webhook", "replay", "--provider", "mailgun", "--project", "demo", "--since", "2020-01-01")
    dry = told(*replay, "--dry-run")
    assert "1 would be corrected" in dry
    changed = json.loads(next(line for line in dry.splitlines() if line.startswith("{") and sent in line))
    assert (changed["was"]["kind"], changed["is"]["kind"]) == ("failed", "delivered")

    assert "1 on the events queue" in told(*replay)
    shell.when(sent, lambda message: "failed" not in [entry["status"] for entry in message["timeline"]])
    assert "0 would be corrected" in told(*replay, "--dry-run")


def test_a_captured_request_is_explained_with_what_the_stage_keeps(shell: Service, tmp_path: Any) -> None:
    body = tmp_path / "body"
    body.write_text('{"signature": {"timestamp": "1", "token": "t", "signature": "00"}, "event-data": {}}')
    found = shell.call("GET", "/v1/integrations").json()["integrations"]
    name = next(one["id"] for one in found if one["provider"] == "mailgun")

    words = ("webhook", "explain", "mailgun", "--body", str(body), "--project", "demo", "--integration")
    result, other = run(*words, name), run(*words, "demo1")

    assert json.loads(result.stdout)["verified"] is False
    assert "has no integration demo1 of mailgun" in other.output
    assert SIGNING_KEY not in result.output
