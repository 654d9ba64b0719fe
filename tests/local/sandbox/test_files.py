"""Files in the inbox: listed with a way to save them, and never shown as pages."""

import base64
from typing import Any

import pytest

from local.sandbox.inbox import FILES_KEPT, Attached, Inbox, Message
from local.sandbox.sendgrid_request import problems
from tests.local.sandbox.test_sendgrid import mail as sendgrid_mail
from tests.providers.test_ses_of_the_sandbox import MAIL

EVIL = b"<script>alert(1)</script>"


def ses_mail(sandbox: Any, **file: str) -> Any:
    one = {"FileName": 'evil"><b>.html', "ContentType": "text/html", "RawContent": base64.b64encode(EVIL).decode()}
    simple = {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hi"}}, "Attachments": [one | file]}
    body = {
        "FromEmailAddress": "us@example.com",
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "Content": {"Simple": simple},
    }
    return sandbox.post("/ses/v2/email/outbound-emails", json=body)


def test_a_file_is_listed_with_its_name_type_and_size(sandbox: Any) -> None:
    ses_mail(sandbox)
    (message,) = sandbox.messages()

    page = sandbox.get(f"/inbox/{message['id']}").text

    told = {"name": 'evil"><b>.html', "type": "text/html", "size": len(EVIL), "content_id": ""}
    assert message["attachments"] == [told | {"url": f"/messages/{message['id']}/files/0"}]
    assert message["attachments"][0]["url"] in page
    assert "evil&#34;&gt;&lt;b&gt;.html" in page


def test_a_file_is_saved_and_never_shown(sandbox: Any) -> None:
    ses_mail(sandbox)
    (message,) = sandbox.messages()

    answer = sandbox.get(message["attachments"][0]["url"])

    assert answer.content == EVIL
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert sandbox.get(f"/messages/{message['id']}/files/1").status_code == 404


def test_ses_wants_a_name_and_bytes(sandbox: Any) -> None:
    assert ses_mail(sandbox, FileName="").status_code == 400
    assert ses_mail(sandbox, RawContent="").status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"filename": "a;b"}, "filename"), ({"content": "!"}, "content"), ({"type": "a/b; c"}, "type")],
)
def test_sendgrid_refuses_semicolons_and_what_is_no_base64(changes: dict[str, str], field: str) -> None:
    one = {"filename": "a.pdf", "content": "cGRm", "type": "application/pdf"}

    assert not problems(sendgrid_mail(attachments=[one]))
    assert [where for _, where in problems(sendgrid_mail(attachments=[one | changes]))] == [f"attachments.0.{field}"]


def test_the_oldest_files_are_forgotten_and_their_mails_are_not() -> None:
    inbox, half = Inbox(), Attached(name="a", type="a/b", content=bytes(FILES_KEPT // 2))

    for _ in range(3):
        inbox.keep(_with(half))

    assert [len(message.attachments) for message in inbox.messages()] == [1, 1, 0]


def _with(file: Attached) -> Message:
    values = {
        name: getattr(MAIL, name) for name in ("at", "provider", "channel", "sender", "to", "provider_message_id")
    }
    return Message(**values, attachments=(file,))
