"""What every provider must do, run over every case; a new provider adds JSON files to `cases/` and nothing here."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from heliograph.domain import errors
from heliograph.domain.model import BusEvent, EventKind, WebhookRequest
from heliograph.providers import REGISTRY, load
from tests.providers.contract import (
    NOBODY_TO_ASK,
    OVER_AWS,
    WITHOUT_NETWORK,
    Case,
    cases,
    credentials_of,
    expected,
    read_event,
    request,
    signer,
    signs,
)
from tests.providers.sending import check, poll, send
from tests.providers.signers import Mutant


@pytest.mark.parametrize("case", cases("send"))
def test_a_message_reaches_the_provider_as_documented_and_its_answer_is_understood(case: Case) -> None:
    wanted = {key: case.case[key] for key in ("accepted", "refused") if key in case.case}

    assert send(case) == wanted


@pytest.mark.parametrize("case", cases("send", "checks"))
def test_credentials_are_checked_by_a_call_that_sends_nothing(case: Case) -> None:
    wanted = {key: case.case[key] for key in ("good", "refused") if key in case.case}

    assert check(case) == wanted


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WITHOUT_NETWORK - OVER_AWS - NOBODY_TO_ASK))
def test_every_provider_has_checks_that_find_good_and_bad_credentials(name: str) -> None:
    ours = [param.values[0].case for param in cases("send", "checks") if param.values[0].provider == name]

    assert {"good", "refused"} <= {key for case in ours for key in case}


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
    answered = [param.values[0].case.get("accepted", {}) for param in cases("send") if param.values[0].provider == name]
    seen = {EventKind(kind) for one in answered for kind in one.get("later", ())}
    # What a provider says by itself it says with the echo, or nobody would find the message.
    echoes = bool(seen)
    for param in cases("events"):
        (case,) = param.values
        if case.provider == name:
            events = expected(case)
            seen |= {event.kind for event in events}
            echoes |= any(event.echo for event in events)

    capabilities = load(name).capabilities

    assert seen == capabilities.reports
    assert echoes == capabilities.echo


@pytest.mark.parametrize("case", cases("send", "polls"))
def test_what_a_provider_answers_when_it_is_asked_is_read(case: Case) -> None:
    told = poll(case)

    wanted = {name: case.case[name] for name in ("refused", "more") if name in case.case}
    events = [replace(event, raw={}) for event in told.pop("events", ())]
    assert told == wanted
    assert events == [read_event({"echo": "v1.echo", **event}) for event in case.case.get("events", ())]


@pytest.mark.parametrize("name", sorted(REGISTRY.keys() - WITHOUT_NETWORK))
def test_a_provider_answers_what_its_capabilities_promise(name: str) -> None:
    ours = [param.values[0].case for param in cases("send", "polls") if param.values[0].provider == name]

    assert {event["kind"] for case in ours for event in case.get("events", ())} == load(name).capabilities.answers


# What is proven must be refused once anything about the proof, or about what it covers, is changed.

SIGNED: Final = [param for param in cases("events") if signs(param.values[0].provider)]


def covered(*by: str) -> list[Any]:
    """The cases whose proof covers their body: its `bytes`, its `fields`, or `nothing` of it."""
    return [param for param in SIGNED if param.values[0].file["signs"] in by]


def header(name: str, change: Callable[[str], str]) -> Mutant:
    return lambda came: replace(came, headers={**came.headers, name: change(came.headers[name])})


PROOFS: Final[dict[str, Callable[[str], Mutant]]] = {
    "missing": lambda name: (
        lambda came: replace(came, headers={other: value for other, value in came.headers.items() if other != name})
    ),
    "empty": lambda name: header(name, lambda _: ""),
    "truncated": lambda name: header(name, lambda value: value[:-4]),
    "with broken padding": lambda name: header(name, lambda value: value[:-1]),
    "outside ASCII": lambda name: header(name, lambda value: "é" + value[1:]),
    "half a surrogate pair": lambda name: header(name, lambda value: "\ud800" + value),
    "no base64": lambda name: header(name, lambda _: "*" * 40),
    "of something else": lambda name: header(name, lambda _: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    "there twice": lambda name: header(name, lambda value: f"{value}, {value}"),
}
"""What can be wrong with a header that holds a proof."""
BODIES: Final[dict[str, Mutant]] = {
    "with a byte more": lambda came: replace(came, body=came.body + b"x"),
    "with a byte less": lambda came: replace(came, body=came.body[1:]),
    "empty": lambda came: replace(came, body=b""),
    "from back to front": lambda came: replace(came, body=came.body[::-1]),
    "that is no text": lambda came: replace(came, body=b"\xff\xfe" + came.body),
}


def refused(case: Case, mutant: Mutant) -> bool:
    came = request(case)
    assert isinstance(came, WebhookRequest)
    with pytest.raises(errors.BadSignature):
        load(case.provider).receive(mutant(came), case.credentials)
    return True


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("case", SIGNED)
def test_a_request_whose_proof_was_changed_is_refused(case: Case, proof: str) -> None:
    headers = signer(case.provider).proofs

    assert all(refused(case, PROOFS[proof](name)) for name in headers)


@pytest.mark.parametrize("case", SIGNED)
def test_a_request_without_headers_is_refused_unless_the_proof_is_in_its_body(case: Case) -> None:
    assert not signer(case.provider).proofs or refused(case, lambda came: replace(came, headers={}))


@pytest.mark.parametrize("mutant", BODIES)
@pytest.mark.parametrize("case", covered("bytes", "fields"))
def test_a_request_whose_body_was_changed_is_refused(case: Case, mutant: str) -> None:
    assert refused(case, BODIES[mutant])


@pytest.mark.parametrize("case", SIGNED)
def test_what_a_vendors_own_scheme_forbids_is_refused(case: Case) -> None:
    assert all(refused(case, mutant) for mutant in signer(case.provider).mutants.values())


@pytest.mark.parametrize("case", SIGNED)
def test_a_request_that_somebody_else_signed_is_refused(case: Case) -> None:
    assert refused(case, signer(case.provider).forged)


@pytest.mark.parametrize("case", covered("bytes"))
def test_a_body_that_was_read_and_written_again_is_refused(case: Case) -> None:
    came = request(case)
    assert isinstance(came, WebhookRequest)
    again = json.dumps(json.loads(came.body), separators=(",", ":")).encode()
    if again == came.body:
        again = json.dumps(json.loads(came.body), indent=1).encode()

    assert refused(case, lambda came: replace(came, body=again))


@pytest.mark.parametrize("name", sorted({param.values[0].provider for param in SIGNED}))
def test_every_proof_covers_something(name: str) -> None:
    way = signer(name)

    assert way.proofs or way.mutants


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_provider_refuses_what_comes_by_the_door_that_it_does_not_have(name: str) -> None:
    provider = load(name)
    webhook = WebhookRequest(method="POST", url="https://hooks.example/", headers={}, body=b"{}")
    bus = BusEvent(id="1", topic="t", body={"eventType": "Open", "open": {}, "mail": {}})

    with pytest.raises(errors.BadSignature):
        provider.receive(webhook if provider.capabilities.bus else bus, credentials_of(name))
