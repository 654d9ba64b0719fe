"""The fake mail providers refuse what the real ones refuse, and repeat a batch that nobody took."""

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

import pytest

from local.sandbox.fakes import load

type Wait = Callable[[Callable[[], bool]], None]


class Api(NamedTuple):
    """How one of them is called, and what it says."""

    path: str
    mail: dict[str, Any]
    in_header: str
    """What comes before the key in `Authorization`; `body` where the key is in the body."""
    wrong: int
    """Its status for a mail without recipients."""
    events: Callable[[bytes], list[Any]]
    identity: Callable[[Any], Any]
    """What is the same for every copy of an event, and for no other."""


FROM: Final = {"email": "us@example.com", "name": "Us"}
TO: Final = [{"email": "duplicate@sandbox.heliograph.dev"}]
APIS: Final = {
    "mailersend": Api(
        "/api.mailersend.com/v1/email",
        {"from": FROM, "to": TO, "subject": "Hi", "text": "Hi"},
        "Bearer ",
        422,
        lambda body: [json.loads(body)],
        lambda event: event["data"]["id"],
    ),
    "mailtrap": Api(
        "/send.api.mailtrap.io/api/send",
        {"from": FROM, "to": TO, "subject": "Hi", "text": "Hi"},
        "Bearer ",
        400,
        lambda body: list(json.loads(body)["events"]),
        lambda event: event["event_id"],
    ),
    "mandrill": Api(
        "/mandrillapp.com/api/1.0/messages/send",
        {"message": {"from_email": "us@example.com", "to": TO, "subject": "Hi", "text": "Hi"}},
        "body",
        500,
        lambda body: list(json.loads(parse_qs(body.decode())["mandrill_events"][0])),
        lambda event: (event["_id"], event["event"], event["ts"]),
    ),
    "sparkpost": Api(
        "/api.sparkpost.com/api/v1/transmissions",
        {"recipients": [{"address": TO[0]}], "content": {"from": FROM, "subject": "Hi", "text": "Hi"}},
        "",
        422,
        lambda body: list(json.loads(body)),
        lambda event: next(iter(event["msys"].values()))["event_id"],
    ),
}


def call(sandbox: Any, provider: str, key: str, mail: dict[str, Any]) -> Any:
    api = APIS[provider]
    if api.in_header == "body":
        return sandbox.post(api.path, json={"key": key, **mail})
    return sandbox.post(api.path, json=mail, headers={"Authorization": f"{api.in_header}{key}"})


@pytest.fixture(params=sorted(APIS))
def provider(request: pytest.FixtureRequest, sandbox: Any, hook: Any) -> str:
    name: str = request.param
    account = {"provider": name, "account": "a-key", "webhook_url": f"{hook.url}/webhooks/{name}/token"}
    assert sandbox.post("/_sandbox/accounts", json=account).status_code == 201
    return name


def test_a_key_that_is_not_known_is_refused(provider: str, sandbox: Any) -> None:
    answer = call(sandbox, provider, "another-key", APIS[provider].mail)

    assert answer.status_code == 401
    assert sandbox.calls() == []


def test_a_mail_to_nobody_is_refused_as_the_vendor_refuses_it(provider: str, sandbox: Any) -> None:
    answer = call(sandbox, provider, "a-key", {"message": {}} if provider == "mandrill" else {})

    assert answer.status_code == APIS[provider].wrong
    assert sandbox.calls() == []


def test_every_copy_of_an_event_is_the_same_event(provider: str, sandbox: Any, hook: Any, eventually: Wait) -> None:
    api = APIS[provider]

    call(sandbox, provider, "a-key", api.mail)
    eventually(lambda: len(hook.got) > 1)

    copies = [event for got in hook.got for event in api.events(got.body)]
    assert len(copies) == 2
    assert len({api.identity(event) for event in copies}) == 1


def test_events_that_nobody_took_are_posted_again(provider: str, sandbox: Any, hook: Any, eventually: Wait) -> None:
    hook.answers.extend([503, 503])

    call(sandbox, provider, "a-key", APIS[provider].mail)
    eventually(lambda: len(hook.got) > 3)

    assert len({APIS[provider].identity(APIS[provider].events(got.body)[0]) for got in hook.got}) == 1


def test_every_fake_says_whose_demo_it_is(provider: str) -> None:
    fake = load(provider)

    assert fake.CREDENTIALS[fake.ACCOUNT]
    assert "@" in fake.SENDER
