"""A mapping was wrong, and was mended: what it made of stored events is put right, once, and nothing else is done."""

from typing import Any

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.webhooks.apply import handler
from heliograph import providers
from heliograph.domain.model import JSON, EventKind
from heliograph.domain.tokens import Echo
from heliograph.providers import sendgrid
from heliograph.store.archive import Archive
from heliograph.usecases.replay import Replay, Reread, Verdict, hand_on
from heliograph.wire.tables import Meaning
from tests.functions.conftest import Call, manager
from tests.functions.http import as_json
from tests.functions.queues import batch, returned
from tests.functions.stage import NOW, Context, Stage
from tests.functions.test_intake import call, path, signed

WRONG = Meaning(EventKind.DEFERRED)


@pytest.fixture
def sent(acme: Stage, send: Call) -> str:
    """A mail that was taken by SES; what SendGrid's integration reports of it here stands for its own."""
    name = str(
        send({"to": "ada@example.com", "payload": {"name": "Ada"}, "overrides": {"provider": "ses"}}).json()["id"]
    )
    dispatch(batch(*acme.queued("normal")), Context())
    return name


def bounced(acme: Stage, notification: str, event_id: str = "e-1") -> JSON:
    echo = Echo(project="acme", notification=notification, message=0, integration="i2", attempt=1)
    return {
        "event": "bounce",
        "email": "ada@example.com",
        "timestamp": NOW // 1000,
        "sg_event_id": event_id,
        "status": "5.1.1",
        "reason": "550 no such user <ada@example.com>",
        "heliograph": echo.encode(acme.parts.signer),
    }


def received(acme: Stage, *events: JSON) -> None:
    body = as_json(list(events)).encode()
    assert call(path(acme), body, signed(body)).status == 200
    assert returned(handler(batch(*acme.queued("events")), Context())) == []


def work(acme: Stage) -> Replay:
    return Replay(archive=Archive(acme.parts.table), projects=acme.parts.projects, load=providers.load)


def replayed(acme: Stage, provider: str = "sendgrid", *, since: int = 0, project: str = "") -> list[Reread]:
    """Read again, handed on and taken in."""
    found = list(hand_on(work(acme).read(provider, since=since, project=project), acme.parts.events))
    if bodies := acme.queued("events"):
        assert returned(handler(batch(*bodies), Context())) == []
    return found


def shown(acme: Stage, notification: str) -> Any:
    return manager(acme)("GET", f"/v1/notifications/{notification}").json()


def suppressed(acme: Stage) -> bool:
    return manager(acme)("GET", "/v1/suppressions/email/ada@example.com").status == 200


@pytest.fixture
def mistaken(acme: Stage, sent: str) -> str:
    """A hard bounce that was taken for a delay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sendgrid, "_meaning", lambda _name, _entry: WRONG)
        received(acme, bounced(acme, sent))
    assert shown(acme, sent)["status"] == "sent"
    return sent


def test_a_mended_mapping_puts_status_timeline_and_suppression_right(acme: Stage, mistaken: str) -> None:
    items = len(acme.items())

    (one,) = replayed(acme)

    assert one.verdict is Verdict.CHANGED
    told = shown(acme, mistaken)
    assert (told["status"], told["reason"]) == ("bounced", "hard_bounce")
    statuses = [entry["status"] for entry in told["messages"][0]["timeline"]]
    assert statuses.count("bounced") == 1
    assert suppressed(acme)
    # The suppression, and no second event.
    assert len(acme.items()) == items + 1


@pytest.mark.usefixtures("mistaken")
def test_doing_it_again_finds_nothing_to_do(acme: Stage) -> None:
    replayed(acme)
    before = acme.items()

    (one,) = replayed(acme)

    assert one.verdict is Verdict.SAME
    assert acme.items() == before


@pytest.mark.usefixtures("mistaken")
def test_a_correction_that_comes_twice_changes_nothing_more(acme: Stage) -> None:
    list(hand_on(work(acme).read("sendgrid", since=0), acme.parts.events))
    bodies = acme.queued("events")
    handler(batch(*bodies), Context())
    before = acme.items()

    assert returned(handler(batch(*bodies), Context())) == []
    assert acme.items() == before


def test_a_suppression_that_was_lifted_is_not_put_back_by_what_did_not_change(acme: Stage, sent: str) -> None:
    received(acme, bounced(acme, sent))
    manager(acme)("DELETE", "/v1/suppressions/email/ada@example.com")

    (one,) = replayed(acme)

    assert one.verdict is Verdict.SAME
    assert not suppressed(acme)


def test_a_rank_never_falls(acme: Stage, sent: str) -> None:
    received(acme, bounced(acme, sent))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sendgrid, "_meaning", lambda _name, _entry: WRONG)
        (one,) = replayed(acme)

    assert one.verdict is Verdict.CHANGED
    assert shown(acme, sent)["status"] == "bounced"


def test_an_event_that_is_ignored_today_is_left_as_it_is(acme: Stage, sent: str) -> None:
    received(acme, bounced(acme, sent))
    before = acme.items()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sendgrid, "EVENTS", {})
        (one,) = replayed(acme)

    assert one.verdict is Verdict.IGNORED
    assert acme.items() == before


@pytest.mark.usefixtures("mistaken")
def test_only_events_of_the_provider_the_project_and_the_time_are_read(acme: Stage) -> None:
    assert replayed(acme, "twilio") == []
    assert replayed(acme, project="acme2") == []
    assert replayed(acme, since=acme.clock() + 1) == []
    assert len(replayed(acme, project="acme", since=acme.clock())) == 1


def test_of_somebody_who_was_erased_nothing_comes_back(acme: Stage, mistaken: str) -> None:
    list(hand_on(work(acme).read("sendgrid", since=0), acme.parts.events))
    bodies = acme.queued("events")
    contact = shown(acme, mistaken)["contact"]
    manager(acme)("POST", f"/v1/contacts/{contact['id'] if isinstance(contact, dict) else contact}/erase")
    before = acme.items()

    assert returned(handler(batch(*bodies), Context())) == []
    assert acme.items() == before


@pytest.mark.usefixtures("mistaken")
def test_nothing_of_the_person_is_on_the_queue(acme: Stage) -> None:
    list(hand_on(work(acme).read("sendgrid", since=0), acme.parts.events))

    (body,) = acme.queued("events")

    assert "ada@example.com" not in as_json(body)
