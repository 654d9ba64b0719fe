"""Whatever strangers send, a provider refuses it or reads it: nothing else may happen."""

import json
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain import errors
from heliograph.domain.model import BusEvent, ProviderEvent, WebhookRequest
from heliograph.providers import REGISTRY, load
from tests.providers.contract import cases, credentials_of, request, signer, signs
from tests.providers.signers.sendgrid import sendgrid
from tests.providers.signers.twilio import twilio

TEXT: Final = st.text(st.characters(codec=None), max_size=60)
PROOFS: Final = sorted({name for one in REGISTRY if signs(one) for name in signer(one).proofs})
HEADERS: Final = st.dictionaries(st.sampled_from([*PROOFS, "content-type"]), TEXT)
URLS: Final = st.one_of(TEXT, st.builds("https://hooks.example/w?{}".format, TEXT), st.just("https://[::1"))
VALUES: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("name", sorted(REGISTRY))
@given(url=URLS, headers=HEADERS, body=st.binary(max_size=300))
def test_whatever_a_stranger_posts_is_refused_and_nothing_breaks(
    name: str, url: str, headers: dict[str, str], body: bytes
) -> None:
    came = WebhookRequest(method="POST", url=url, headers=headers, body=body)

    with pytest.raises(errors.BadWebhook):
        load(name).receive(came, credentials_of(name))


def storable(event: ProviderEvent) -> bool:
    """Whether it survives the way to the table: strict JSON, UTF-8."""
    json.dumps(event.raw, allow_nan=False)
    f"{event.text}{event.code}{event.echo}{event.recipient}{event.provider_message_id}".encode()
    return True


@given(data=st.data())
def test_whatever_ses_publishes_is_read_or_refused(data: st.DataObject) -> None:
    ours = [param.values[0] for param in cases("events") if param.values[0].provider == "ses"]
    came = request(data.draw(st.sampled_from(ours)))
    assert isinstance(came, BusEvent)
    body = json.loads(json.dumps(came.body))
    for _ in range(data.draw(st.integers(1, 3))):
        damage(body, data)

    try:
        received = load("ses").receive(replace(came, body=body), load("ses").Credentials())
    except errors.BadWebhook:
        return

    assert all(storable(event) for event in received.events)


def damage(value: Any, data: st.DataObject) -> None:
    """Put something else in one place, or go deeper and do it there."""
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    if isinstance(value[key], dict | list) and data.draw(st.booleans()):
        damage(value[key], data)
    else:
        value[key] = data.draw(VALUES)


@given(data=st.data())
def test_whatever_a_signed_batch_holds_is_read_or_refused(data: st.DataObject) -> None:
    ours = [param.values[0] for param in cases("events") if param.values[0].provider == "sendgrid"]
    came = request(data.draw(st.sampled_from(ours)))
    assert isinstance(came, WebhookRequest)
    body = json.loads(came.body)
    damage(body, data)

    try:
        received = load("sendgrid").receive(sendgrid(json.dumps(body).encode()), credentials_of("sendgrid"))
    except errors.BadPayload:
        return

    assert all(storable(event) for event in received.events)


@given(
    fields=st.dictionaries(TEXT, TEXT), status=st.sampled_from(["failed", "delivered", "teleported"]), known=st.data()
)
def test_whatever_a_signed_form_holds_is_read_or_refused(
    fields: dict[str, str], status: str, known: st.DataObject
) -> None:
    values = {name: known.draw(TEXT) for name in ("To", "ErrorCode", "MessageSid", "Body")}
    body = urlencode({**fields, **values, "MessageStatus": status}, errors="replace").encode()

    try:
        received = load("twilio").receive(twilio("https://a.example/?echo=%FF", body), credentials_of("twilio"))
    except errors.BadPayload:
        return

    assert all(storable(event) for event in received.events)
