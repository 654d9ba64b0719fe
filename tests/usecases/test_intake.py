"""Webhooks: proven before they are read, and handed on before they are answered."""

import pytest

from heliograph.domain.errors import BadSignature, BadWebhook, Unavailable
from heliograph.domain.event_json import event_from_json
from heliograph.domain.model import EventKind, ProviderEvent, Received, Reply
from heliograph.domain.signing import Signer
from heliograph.domain.tokens import Hook
from heliograph.usecases.intake import MAX_BODY, PIECE, Intake
from tests.usecases.world import SIGNER, World

HOOK = Hook(project="acme", integration="first").encode(SIGNER)


def events(count: int) -> tuple[ProviderEvent, ...]:
    return tuple(ProviderEvent(kind=EventKind.DELIVERED, event_id=str(number)) for number in range(count))


class Door:
    def __init__(self, world: World) -> None:
        self.world = world
        self.intake = Intake(
            signer=SIGNER,
            vault=world.vault,
            load=world.load,
            queue=world.later,
            base_url="https://hooks.test",
            clock=world.clock,
            note=world.notes,
        )

    def __call__(self, provider: str = "fake", token: str = HOOK, body: bytes = b"{}") -> Reply:
        target = f"/webhooks/{provider}/{token}?a=%20b"
        return self.intake(provider, token, method="POST", target=target, headers={"x-sig": "1"}, body=body)


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def refused(door: Door, **request: object) -> int:
    with pytest.raises(BadWebhook) as caught:
        door(**request)  # type: ignore[arg-type]  # whatever the test gives
    assert door.world.later.puts == []
    return caught.value.status


def test_proven_events_go_on_the_queue_with_where_they_came_from(door: Door) -> None:
    door.world.first.received = Received(events=events(2))

    reply = door()

    assert reply == Reply()
    [body] = door.world.later.bodies
    assert (body["v"], body["project"], body["integration"]) == (1, "acme", "first")
    assert tuple(map(event_from_json, body["events"])) == events(2)


def test_the_provider_judges_exactly_what_came(door: Door) -> None:
    door(body=b'{"a" : 1}')

    [seen] = door.world.first.seen
    assert (seen.method, seen.body, seen.headers) == ("POST", b'{"a" : 1}', {"x-sig": "1"})
    assert seen.url == f"https://hooks.test/webhooks/fake/{HOOK}?a=%20b"
    assert seen.at == 1_800_000_000


def test_a_large_batch_is_cut_into_pieces_of_which_none_takes_long(door: Door) -> None:
    door.world.first.received = Received(events=events(2 * PIECE + 1))

    door()

    assert [len(body["events"]) for body in door.world.later.bodies] == [25, 25, 1]
    ids = [event["event_id"] for body in door.world.later.bodies for event in body["events"]]
    assert ids == [str(number) for number in range(51)]


def test_without_events_nothing_is_queued(door: Door) -> None:
    door.world.first.received = Received(ignored=("group_resubscribe",))

    door()

    assert door.world.later.puts == []


def test_a_handshake_is_answered_as_the_provider_wants_it(door: Door) -> None:
    door.world.first.received = Received(reply=Reply(status=200, body="challenge"))

    assert door().body == "challenge"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        HOOK[:-1],
        Hook(project="acme", integration="first").encode(Signer({"1": "z" * 32})),
        SIGNER.sign("echo", "acme", "first"),
    ],
)
def test_a_bad_token_is_a_404(door: Door, token: str) -> None:
    assert refused(door, token=token) == 404


def test_an_unknown_provider_is_a_404(door: Door) -> None:
    assert refused(door, provider="nobody") == 404


def test_an_integration_that_is_gone_is_a_404(door: Door) -> None:
    door.world.vault.stored.clear()

    assert refused(door) == 404


def test_an_integration_that_was_removed_while_its_secret_was_remembered_is_a_404(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = door.world.vault
    vault.stored["acme", "first"] = "wrong"
    monkeypatch.setattr(vault, "forget", lambda *_: vault.stored.clear())

    assert refused(door) == 404


def test_a_wrong_signature_is_a_401_after_a_second_look_at_the_secret(door: Door) -> None:
    door.world.vault.stored["acme", "first"] = "wrong"

    with pytest.raises(BadSignature) as caught:
        door()

    assert caught.value.status == 401
    assert len(door.world.first.seen) == 2
    assert door.world.later.puts == []


def test_a_secret_that_was_changed_a_moment_ago_is_looked_up_again(door: Door) -> None:
    door.world.vault.cache["acme", "first"] = "old"
    door.world.first.received = Received(events=events(1))

    door()

    assert door.world.vault.forgotten == [("acme", "first")]
    assert len(door.world.later.bodies) == 1


def test_a_body_larger_than_any_batch_is_a_413_and_nobody_looks_at_it(door: Door) -> None:
    assert refused(door, body=b"x" * (MAX_BODY + 1)) == 413
    assert door.world.first.seen == []


def test_when_the_queue_does_not_take_it_the_provider_must_send_it_again(door: Door) -> None:
    door.world.first.received = Received(events=events(1))
    door.world.later.trouble.waiting.append(Unavailable("no"))

    with pytest.raises(Unavailable):
        door()
