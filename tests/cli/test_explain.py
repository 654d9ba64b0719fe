"""`heliograph webhook explain` with requests as they are captured."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.capture import NotAsExpected, headers_of
from cli.main import main
from heliograph.domain.model import WebhookRequest
from heliograph.providers import REGISTRY
from tests.providers.signers import resend, sendgrid
from tests.providers.signers.mailersend import SECRET, mailersend
from tests.providers.signers.mandrill import KEY, batch, mandrill

DELIVERED = json.dumps(
    {
        "type": "activity.delivered",
        "created_at": "2026-03-01T09:00:07Z",
        "data": {"id": "e1", "message_id": "m1", "recipient": "ada@example.com", "tags": ["heliograph-an_echo"]},
    }
).encode()


class Files:
    """Writes a captured request down, and runs the command on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, came: WebhookRequest, headers: str | None = None) -> None:
        lines = "".join(f"{name.title()}: {value}\n" for name, value in came.headers.items())
        (self.folder / "headers").write_text(lines if headers is None else headers)
        (self.folder / "body").write_bytes(came.body)

    def explain(self, provider: str, *words: str, typed: str = "", env: dict[str, str] | None = None) -> Result:
        files = ("--body", str(self.folder / "body"), "--headers", str(self.folder / "headers"))
        command = ("webhook", "explain", provider, *files, *words)
        return CliRunner().invoke(main, command, input=typed, env=env)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_proven_request_is_shown_with_its_events(files: Files) -> None:
    files.write(mailersend(DELIVERED))

    result = files.explain("mailersend", "--secret", "signing_secret=env:SIGNING", env={"SIGNING": SECRET})

    assert result.exit_code == 0, result.output
    found = told(result)
    assert found | {"events": []} == {
        "provider": "mailersend",
        "verified": True,
        "understood": True,
        "events": [],
        "ignored": [],
        "reply": None,
    }
    (event,) = found["events"]
    assert event | {"raw": {}} == {
        "kind": "delivered",
        "provider_message_id": "m1",
        "echo": "an_echo",
        "recipient": "ada@example.com",
        "event_id": "e1",
        "occurred_at": "2026-03-01T09:00:07+00:00",
        "raw": {},
    }


def test_a_secret_is_asked_for_and_not_shown(files: Files) -> None:
    files.write(mailersend(DELIVERED))

    result = files.explain("mailersend", "--secret", "signing_secret", typed=f"{SECRET}\n")

    assert told(result)["verified"]
    assert SECRET not in result.output


def test_a_secret_is_read_from_a_file(files: Files) -> None:
    files.write(mailersend(DELIVERED))
    (files.folder / "secret").write_text(f"{SECRET}\n")

    result = files.explain("mailersend", "--secret", f"signing_secret=file:{files.folder / 'secret'}")

    assert told(result)["verified"]


def test_a_secret_in_the_command_is_refused_and_not_repeated(files: Files) -> None:
    files.write(mailersend(DELIVERED))

    result = files.explain("mailersend", "--secret", f"signing_secret={SECRET}")

    assert result.exit_code != 0
    assert "shell's history" in result.output
    assert SECRET not in result.output


def test_a_public_field_is_given_as_it_is(files: Files) -> None:
    files.write(sendgrid.sendgrid(b'[{"event": "delivered", "email": "ada@example.com"}]\r\n'))

    result = files.explain("sendgrid", "--secret", f"verification_key={sendgrid.public(sendgrid.KEY)}")

    assert [event["kind"] for event in told(result)["events"]] == ["delivered"]


def test_a_request_that_is_not_proven_says_why(files: Files) -> None:
    files.write(mailersend(DELIVERED, "somebody-elses"))

    result = files.explain("mailersend", "--secret", "signing_secret=env:SIGNING", env={"SIGNING": SECRET})

    assert result.exit_code == 1
    found = told(result)
    assert not found["verified"]
    assert found["why"] == "MailerSend's signature is missing or wrong"
    assert "events" not in found


@pytest.mark.parametrize(
    ("kept", "hint"),
    [
        (lambda body: body + b"\n", "without the line break"),
        (lambda body: body.rstrip(), "carriage return and line feed"),
    ],
)
def test_what_became_of_a_body_on_its_way_into_the_file_is_found_out(files: Files, kept: Any, hint: str) -> None:
    came = sendgrid.sendgrid(b"[]" if "without" in hint else b"[]\r\n")
    files.write(came)
    (files.folder / "body").write_bytes(kept(came.body))

    result = files.explain("sendgrid", "--secret", f"verification_key={sendgrid.public(sendgrid.KEY)}")

    assert any(hint in one for one in told(result)["hints"])


def test_the_url_that_was_signed_is_found_by_its_slash(files: Files) -> None:
    files.write(mandrill(batch("[]"), url="https://hooks.example/w/"))
    secret = ("--secret", "webhook_key=env:KEY")

    wrong = files.explain("mandrill", *secret, "--url", "https://hooks.example/w", env={"KEY": KEY})
    right = files.explain("mandrill", *secret, "--url", "https://hooks.example/w/", env={"KEY": KEY})
    without = files.explain("mandrill", *secret, env={"KEY": KEY})

    assert any("https://hooks.example/w/" in hint for hint in told(wrong)["hints"])
    assert told(right)["verified"]
    assert any("--url" in hint for hint in told(without)["hints"])


def test_a_proof_with_an_age_limit_is_judged_by_when_it_came(files: Files) -> None:
    files.write(resend.resend(b'{"type": "email.received"}'))
    secret = ("--secret", "signing_secret=env:SIGNING")

    unknown = files.explain("resend", *secret, env={"SIGNING": resend.SECRET})
    then = files.explain("resend", *secret, "--at", "2026-03-01T09:00:12+00:00", env={"SIGNING": resend.SECRET})
    late = files.explain("resend", *secret, "--at", "2026-03-01T10:00:12+00:00", env={"SIGNING": resend.SECRET})

    assert any("2026-03-01T09:00:10+00:00" in hint for hint in told(unknown)["hints"])
    assert told(then)["verified"]
    assert not told(late)["verified"]


def test_a_request_that_is_proven_and_makes_no_sense_says_so(files: Files) -> None:
    files.write(mailersend(b"[]"))

    result = files.explain("mailersend", "--secret", "signing_secret=env:SIGNING", env={"SIGNING": SECRET})

    assert result.exit_code == 1
    assert told(result) | {"why": ""} == {"provider": "mailersend", "verified": True, "understood": False, "why": ""}


def test_an_event_of_the_bus_is_read_from_its_notification(files: Files) -> None:
    event = {"eventType": "Send", "send": {}, "mail": {"messageId": "m", "destination": ["ada@example.com"]}}
    whole = {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:t", "Message": json.dumps(event)}
    files.write(WebhookRequest(method="POST", url="", headers={}, body=json.dumps(whole).encode()))

    assert [event["kind"] for event in told(files.explain("ses"))["events"]] == ["sent"]


@pytest.mark.parametrize("name", sorted(REGISTRY))
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\x00"])
def test_every_provider_answers_without_any_secret(files: Files, name: str, body: bytes) -> None:
    files.write(WebhookRequest(method="POST", url="", headers={}, body=body))

    result = files.explain(name)

    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert told(result)["provider"] == name


def test_what_is_unknown_is_named(files: Files) -> None:
    files.write(mailersend(DELIVERED))

    assert "there is no provider" in files.explain("nobody").output
    assert "nonsense is no field" in files.explain("mailersend", "--secret", "nonsense").output
    assert "is not set" in files.explain("mailersend", "--secret", "signing_secret=env:NOWHERE").output
    assert "cannot be read" in files.explain("mailersend", "--secret", "signing_secret=file:/nowhere").output
    short = files.explain("mailersend", "--secret", "signing_secret=env:SHORT", env={"SHORT": "abc"})
    assert "signing_secret" in short.output
    assert "abc" not in short.output


def test_headers_are_read_as_lines_and_as_json() -> None:
    lines = "POST /w HTTP/1.1\nSignature: a:b\nX-One: 1\nX-ONE: 2\n\n"
    whole = '{"Signature": "a:b", "X-One": ["1", 2]}'

    assert headers_of(lines) == headers_of(whole) == {"signature": "a:b", "x-one": "1, 2"}


@pytest.mark.parametrize("text", ["no header", "a b: c", "{broken", ": x"])
def test_headers_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(NotAsExpected, match="headers"):
        headers_of(text)


def test_bad_headers_are_named(files: Files) -> None:
    files.write(mailersend(DELIVERED), headers="no header")

    assert "line 1 of the headers" in files.explain("mailersend").output
