"""Mail providers' secrets, two of which are good while one is changed; and what differs between their accounts."""

import json
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import Channel, Outgoing, WebhookRequest
from heliograph.domain.provider import Provider
from heliograph.providers import load
from heliograph.providers.mailersend import MailerSend
from heliograph.transport import Transport
from tests.providers.loopback import Loopback, json_reply, reply
from tests.providers.sending import Tools
from tests.providers.signers.mailersend import mailersend
from tests.providers.signers.mailtrap import mailtrap
from tests.providers.signers.mandrill import batch, mandrill
from tests.providers.signers.sparkpost import sparkpost

BASES = {
    "mandrill": {"api_key": "a-good-key"},
    "mailersend": {"api_token": "a-good-token"},
    "mailtrap": {"api_token": "a-good-token"},
    "sparkpost": {"api_key": "a-good-key"},
}
FIRST = {
    "mandrill": "webhook_key",
    "mailersend": "signing_secret",
    "mailtrap": "signing_secret",
    "sparkpost": "webhook_password",
}

MESSAGE = Outgoing(
    channel=Channel.EMAIL,
    to="ada@example.com",
    sender="shop@sender.example",
    text="Hello",
    headers={"List-Unsubscribe": "<https://a.example/u>", "X-Order": "4711"},
    echo="e",
    send_key="k",
    callback_url="",
)


def signed(provider: str, secret: str) -> WebhookRequest:
    by = {
        "mandrill": lambda: mandrill(batch('[{"event": "inbound"}]'), secret),
        "mailersend": lambda: mailersend(b'{"type": "maintenance.start"}', secret),
        "mailtrap": lambda: mailtrap(b'{"events": [{"event": "activity_log.user.login"}]}', secret),
        "sparkpost": lambda: sparkpost(b'[{"msys": {}}]', secret),
    }
    return by[provider]()


def known(provider: str, **secrets: str) -> tuple[Provider, Any]:
    adapter = load(provider)
    return adapter, adapter.Credentials.model_validate({**BASES[provider], **secrets})


@pytest.mark.parametrize("provider", sorted(BASES))
def test_both_secrets_prove_while_one_is_changed(provider: str) -> None:
    first = FIRST[provider]
    adapter, both = known(provider, **{first: "the-old-secret-1", f"second_{first}": "the-new-secret-1"})
    _, old = known(provider, **{first: "the-old-secret-1"})
    came = signed(provider, "the-new-secret-1")

    assert adapter.receive(came, both).ignored
    with pytest.raises(BadSignature):
        adapter.receive(came, old)


@pytest.mark.parametrize("provider", sorted(BASES))
@pytest.mark.parametrize("secret", ["", "short"])
def test_an_empty_or_short_secret_is_refused_when_it_is_entered(provider: str, secret: str) -> None:
    for field in (FIRST[provider], f"second_{FIRST[provider]}", *BASES[provider]):
        with pytest.raises(ValidationError, match=field):
            known(provider, **{field: secret})


def test_a_plan_without_headers_gets_none() -> None:
    plan = MailerSend.Credentials(api_token=SecretStr("a-good-token"), headers=False)

    with Loopback.serving(reply(202, headers={"X-Message-Id": "m"})) as there:
        MailerSend().send(MESSAGE, plan, Tools(Transport(sandbox_url=there.url)))

    assert b"X-Order" not in there.asked[0].body
    assert b"list_unsubscribe" not in there.asked[0].body


@pytest.mark.parametrize(
    ("provider", "kind", "path"),
    [
        ("sparkpost", {}, "/api.sparkpost.com/api/v1/transmissions"),
        ("sparkpost", {"eu": True}, "/api.eu.sparkpost.com/api/v1/transmissions"),
        ("mailtrap", {}, "/send.api.mailtrap.io/api/send"),
        ("mailtrap", {"bulk": True}, "/bulk.api.mailtrap.io/api/send"),
    ],
)
def test_an_account_is_called_where_it_is(provider: str, kind: dict[str, bool], path: str) -> None:
    adapter = load(provider)
    account = adapter.Credentials.model_validate({**BASES[provider], **kind})

    with Loopback.serving(json_reply(200, {"results": {"id": "1"}, "message_ids": ["1"]})) as there:
        accepted = adapter.send(MESSAGE, account, Tools(Transport(sandbox_url=there.url)))

    assert accepted.provider_message_id == "1"
    assert there.asked[0].path == path


def test_mailtraps_lines_are_read_one_by_one() -> None:
    event = {"event": "open", "email": "ada@example.com", "message_id": "m"}
    lines = [json.dumps(event), "", "{broken", "[" * 3000, '"open"', json.dumps({"event": "teleported"})]
    came = mailtrap("\r\n".join(lines).encode(), "a-good-secret", "application/jsonl; charset=utf-8")
    adapter, account = known("mailtrap", signing_secret="a-good-secret")

    received = adapter.receive(came, account)

    assert [event.provider_message_id for event in received.events] == ["m"]
    assert received.ignored == ("malformed", "malformed", "malformed", "teleported")
