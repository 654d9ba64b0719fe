"""The inbox lists, opens, and escapes."""

import html
from collections.abc import Callable
from typing import Any

import requests

from local.sandbox.accounts import TWILIO_SID, TWILIO_TOKEN

HOSTILE = '"><script>alert(1)</script>'

type Wait = Callable[[Callable[[], bool]], None]


def mail(sandbox: Any, **changes: Any) -> None:
    body = {
        "FromEmailAddress": "us@example.com",
        "Destination": {"ToAddresses": ["ada@example.com"]},
        "ConfigurationSetName": "heliograph-dev",
        "Content": {
            "Simple": {
                "Subject": {"Data": "Welcome"},
                "Body": {"Html": {"Data": "<p>Hello <b>Ada</b></p>"}, "Text": {"Data": "Hello Ada"}},
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u>"}],
            }
        },
    }
    assert sandbox.post("/ses/v2/email/outbound-emails", json=body | changes).ok


def text(sandbox: Any, words: str) -> None:
    path = f"/api.twilio.com/2010-04-01/Accounts/{TWILIO_SID}/Messages.json"
    form = {"To": "+4915112345678", "From": "+15005550006", "Body": words}
    assert sandbox.post(path, data=form, auth=(TWILIO_SID, TWILIO_TOKEN)).ok


def test_the_list_shows_messages_newest_first(sandbox: Any) -> None:
    mail(sandbox)
    text(sandbox, "Your code is 1234")
    page = sandbox.get("/").text

    assert page.index("Your code is 1234") < page.index("Welcome")
    assert [message["channel"] for message in sandbox.messages()] == ["sms", "email"]


def test_a_mail_opens_in_a_frame_without_scripts_with_its_text_and_headers(sandbox: Any) -> None:
    mail(sandbox)
    page = sandbox.get(f"/inbox/{sandbox.messages()[0]['id']}").text
    frame = page[page.index("<iframe") : page.index("</iframe>")]

    assert "allow-scripts" not in frame
    assert 'sandbox="allow-popups' in frame
    assert "<p>Hello <b>Ada</b></p>" in html.unescape(frame)
    assert "<p>Hello" not in frame
    assert "<pre>Hello Ada</pre>" in page
    assert "List-Unsubscribe" in page


def test_texts_to_one_number_are_one_conversation(sandbox: Any) -> None:
    text(sandbox, "First")
    text(sandbox, "Second")
    page = sandbox.get(f"/inbox/{sandbox.messages()[0]['id']}").text
    talk = page[page.index('class="talk"') :]

    assert talk.index("First") < talk.index("Second")


def test_every_value_is_escaped(sandbox: Any) -> None:
    simple = {
        "Subject": {"Data": HOSTILE},
        "Body": {"Html": {"Data": HOSTILE}, "Text": {"Data": HOSTILE}},
        "Headers": [{"Name": HOSTILE, "Value": HOSTILE}],
    }
    tags = [{"Name": HOSTILE, "Value": HOSTILE}]
    mail(sandbox, Content={"Simple": simple}, FromEmailAddress=HOSTILE, EmailTags=tags)
    text(sandbox, HOSTILE)

    for path in ("/", "/inbox/1", "/inbox/2"):
        assert "<script>alert" not in sandbox.get(path).text
        assert "&lt;script&gt;alert" in sandbox.get(path).text


def test_the_page_may_run_no_script_but_its_own(sandbox: Any) -> None:
    policy = sandbox.get("/").headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert sandbox.get("/static/inbox.js").headers["Content-Type"].startswith("text/javascript")


def test_what_was_reported_is_shown(sandbox: Any, eventually: Wait) -> None:
    mail(sandbox)
    eventually(lambda: sandbox.messages()[0]["status"] == "delivered")

    assert 'class="chip good">delivered' in sandbox.get("/inbox/1").text


def test_an_empty_inbox_says_so(sandbox: Any) -> None:
    assert "Nothing yet" in sandbox.get("/").text


def test_what_is_not_there_is_404(sandbox: Any) -> None:
    paths = ("/inbox/7", "/messages/7", "/static/server.py", "/static/..%2fserver.py", "/api.mailgun.net/v3")

    assert {sandbox.get(path).status_code for path in paths} == {404}


def test_a_get_of_an_api_path_is_405(sandbox: Any) -> None:
    assert requests.get(sandbox.url + "/api.sendgrid.com/v3/mail/send", timeout=10).status_code == 405
