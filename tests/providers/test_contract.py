"""What every provider must do, run over every case; a new provider adds JSON files to `cases/` and nothing here."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from heliograph.domain import errors
from heliograph.domain.model import BusEvent, EventKind, WebhookRequest
from heliograph.providers import REGISTRY, load
from tests.providers.contract import SIGNERS, WITHOUT_NETWORK, Case, cases, credentials_of, expected, request
from tests.providers.sending import send_to_aws, send_to_http


@pytest.mark.parametrize("case", cases("send"))
def test_a_message_reaches_the_provider_as_documented_and_its_answer_is_understood(case: Case) -> None:
    wanted = {key: case.case[key] for key in ("accepted", "refused") if key in case.case}

    sent = send_to_aws(case) if "service" in case.file else send_to_http(case)

    assert sent == wanted


@pytest.mark.parametrize("case", cases("events"))
def test_what_a_provider_reports_is_read(case: Case) -> None:
    received = load(case.provider).receive(request(case), case.credentials)

    assert tuple(replace(event, raw={}) for event in received.events) == expected(case)
    assert list(received.ignored) == case.case["ignored"]


@pytest.mark.parametrize("case", cases("events"))
def test_neither_the_raw_event_nor_the_text_holds_an_address_or_the_subject(case: Case) -> None:
    received = load(case.provider).receive(request(case), case.credentials)

    for event in received.events:
        kept = json.dumps(event.raw) + event.text
        assert event.raw
        for address in ("ada@example.com", "ada%40example.com", "bea@example.com", "cyd@example.com", "46701234567"):
            assert address not in kept
        assert "Welcome" not in kept


@pytest.mark.parametrize("case", cases("events", "bad"))
def test_a_proven_request_that_is_not_what_is_documented_is_refused_as_such(case: Case) -> None:
    with pytest.raises(errors.BadPayload):
        load(case.provider).receive(request(case), case.credentials)


@pytest.mark.parametrize("case", cases("events"))
def test_the_same_request_gives_the_same_events(case: Case) -> None:
    provider, came = load(case.provider), request(case)

    assert provider.receive(came, case.credentials) == provider.receive(came, case.credentials)


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WITHOUT_NETWORK))
def test_a_provider_reports_what_its_capabilities_promise(name: str) -> None:
    seen: set[EventKind] = set()
    echoes = False
    for param in cases("events"):
        (case,) = param.values
        if case.provider == name:
            events = expected(case)
            seen |= {event.kind for event in events}
            echoes |= any(event.echo for event in events)

    capabilities = load(name).capabilities

    assert seen == capabilities.reports
    assert echoes == capabilities.echo


# What is signed must be refused once anything about it is changed.

SIGNED: Final = [param for param in cases("events") if "signs" in param.values[0].file]
type Mutant = Callable[[WebhookRequest], WebhookRequest]


def with_signature(change: Callable[[str], str]) -> Mutant:
    def mutate(came: WebhookRequest) -> WebhookRequest:
        headers = {name: change(value) if name.endswith("signature") else value for name, value in came.headers.items()}
        return replace(came, headers=headers)

    return mutate


MUTANTS: Final[dict[str, Mutant]] = {
    "no headers": lambda came: replace(came, headers={}),
    "no signature": lambda came: replace(
        came, headers={name: value for name, value in came.headers.items() if not name.endswith("signature")}
    ),
    "an empty signature": with_signature(lambda _: ""),
    "a truncated signature": with_signature(lambda value: value[:-4]),
    "a signature with broken padding": with_signature(lambda value: value[:-1]),
    "a signature outside ASCII": with_signature(lambda value: "é" + value[1:]),
    "a signature that is half a surrogate pair": with_signature(lambda value: "\ud800" + value),
    "a signature that is no base64": with_signature(lambda _: "*" * 40),
    "a signature of something else": with_signature(lambda _: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    "the signature twice": with_signature(lambda value: f"{value}, {value}"),
    "a body with a byte more": lambda came: replace(came, body=came.body + b"x"),
    "a body with a byte less": lambda came: replace(came, body=came.body[1:]),
    "an empty body": lambda came: replace(came, body=b""),
    "a body from back to front": lambda came: replace(came, body=came.body[::-1]),
    "a body that is no text": lambda came: replace(came, body=b"\xff\xfe" + came.body),
}


@pytest.mark.parametrize("mutant", MUTANTS)
@pytest.mark.parametrize("case", SIGNED)
def test_a_changed_request_is_refused(case: Case, mutant: str) -> None:
    came = request(case)
    assert isinstance(came, WebhookRequest)

    with pytest.raises(errors.BadSignature):
        load(case.provider).receive(MUTANTS[mutant](came), case.credentials)


@pytest.mark.parametrize("case", SIGNED)
def test_a_request_that_somebody_else_signed_is_refused(case: Case) -> None:
    came = request(case)
    assert isinstance(came, WebhookRequest)

    with pytest.raises(errors.BadSignature):
        load(case.provider).receive(SIGNERS[case.provider](came), case.credentials)


@pytest.mark.parametrize("case", [param for param in SIGNED if param.values[0].file["signs"] == "bytes"])
def test_a_body_that_was_read_and_written_again_is_refused(case: Case) -> None:
    came = request(case)
    assert isinstance(came, WebhookRequest)
    again = replace(came, body=json.dumps(json.loads(came.body), separators=(",", ":")).encode())

    with pytest.raises(errors.BadSignature):
        load(case.provider).receive(again, case.credentials)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_provider_refuses_what_comes_by_the_door_that_it_does_not_have(name: str) -> None:
    provider = load(name)
    webhook = WebhookRequest(method="POST", url="https://hooks.example/", headers={}, body=b"{}")
    bus = BusEvent(id="1", topic="t", body={"eventType": "Open", "open": {}, "mail": {}})

    with pytest.raises(errors.BadSignature):
        provider.receive(webhook if provider.capabilities.bus else bus, credentials_of(name))
