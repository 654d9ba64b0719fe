"""What makes use of every right that a role has: one scenario for each thing that a function does to AWS.

They look at no result but that they came about; what is right about it is tested elsewhere.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.scheduler.handler import handler as scheduler
from functions.webhooks.apply import handler as apply
from functions.webhooks.intake import handler as intake
from functions.webhooks.links import handler as links
from heliograph.bootstrap.erasing import erase
from heliograph.domain import attempts
from heliograph.domain.event_json import event_to_json
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON, EventKind, ProviderEvent
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.polling import Question
from heliograph.domain.timestamps import timestamp
from heliograph.domain.tokens import Echo, Link, LinkPurpose
from local.sandbox.accounts import demo_credentials
from tests.functions.conftest import manager, sender
from tests.functions.granted import FILES_BUCKET
from tests.functions.http import event
from tests.functions.queues import batch
from tests.functions.stage import CACHES, Context, Stage
from tests.functions.test_batches import post
from tests.functions.test_intake import delivered, path, signed

SECOND: Final = 1_000
PURPOSES: Final[tuple[LinkPurpose, ...]] = ("open", "click", "unsubscribe")
MINUTE: Final = 60_000
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
DUE: Final = "2027-01-20T08:00:00Z"
"""The minute that is released."""
LANES: Final = {"normal": "welcome", "critical": "alarm"}
"""Lane -> an event whose messages take it."""


@dataclass(frozen=True)
class World:
    """The functions of a stage, called as AWS calls them."""

    acme: Stage

    def manage(self, method: str, target: str, body: object = None) -> Any:
        told = manager(self.acme)(method, target, body)
        assert told.status < 300, told.text
        return told.json()

    def send(self, name: str = "welcome", *, to: object = "ada@example.com", key: str = "", **body: Any) -> str:
        payload = {"name": "Ada"}
        told = sender(self.acme)({"to": to, "payload": payload} | body, target=f"/v1/send/{name}", key=key or None)
        assert told.status == 202, told.text
        return str(told.json().get("id", ""))

    def work(self) -> None:
        """Every wake-up call is worked on."""
        for lane in LANES:
            if hints := self.acme.queued(lane):
                dispatch(batch(*hints), Context())

    def report(self, *bodies: JSON) -> None:
        apply(batch(*bodies), Context())

    def tick(self, **event: Any) -> None:
        scheduler(event, Context())

    def pass_(self, milliseconds: int) -> None:
        self.acme.clock.now += milliseconds

    def later(self, milliseconds: int) -> str:
        """A time to come, as callers write it."""
        return str(timestamp(self.acme.clock() + milliseconds))

    def claimed(self, notification: str) -> MessageId:
        """Its first attempt is at its provider."""
        store, at, now = (
            self.acme.parts.messages,
            MessageId(project="acme", notification=notification),
            self.acme.clock(),
        )
        message = store.load(at, now=now)
        assert message is not None
        lease = now + 35 * SECOND
        store.move(
            message,
            attempts.claim(message.progress, now=now, token="t", lease=lease, integration="i1", provider="ses"),
        )
        return at


def critical_events(world: World) -> None:
    template = {"email": {"subject": "x", "text": "{{ name }}"}}
    body = {"channels": ["email"], "templates": template, "priority": "critical"}
    world.manage("PUT", "/v1/events/alarm", body)
    world.manage("POST", "/v1/events/alarm/publish")


def contacts_change_and_go(world: World) -> None:
    for address in ("bea@example.com", "bea@example.org"):
        world.send(to={"id": "bea", "email": address})
    for address in ("eve@example.com", "eve@example.org"):
        world.manage("POST", "/v1/contacts", {"id": "eve", "email": address})
    world.manage("DELETE", "/v1/contacts/eve")
    world.manage("GET", "/v1/contacts?limit=5")
    world.manage("GET", "/v1/notifications?contact=bea")


def layouts(world: World) -> None:
    world.manage("PUT", "/v1/layouts/plain", {"kind": "partial", "source": "<p>Bye</p>"})
    world.manage("DELETE", "/v1/layouts/plain")


def mail_is_sent_with_files_and_without(world: World) -> None:
    world.send()
    kept = world.send(overrides=_attached())
    world.work()
    lost = world.send(overrides=_attached())
    _lose_files(world)
    world.work()
    assert {kept, lost}


def texts_are_sent_from_numbers_pools_and_ids(world: World) -> None:
    for provider, origin in [
        *(("aws_sms", one) for one in ("+15005550006", "pool-0123456789", "Acme")),
        ("sns_sms", "Acme"),
    ]:
        added = world.manage("POST", "/v1/integrations", {"provider": provider, "sender": origin})
        others = [
            one["id"] for one in world.manage("GET", "/v1/integrations")["integrations"] if "sms" in one["channels"]
        ]
        ids = sorted(others, key=lambda one: one != added["id"])
        world.manage("PUT", "/v1/integrations/order", {"channel": "sms", "ids": ids})
        # What a project has set up is cached for seconds.
        world.pass_(MINUTE)
        world.send(to="+46701234567")
        world.work()
        world.manage("DELETE", f"/v1/integrations/{added['id']}?force=true")


def integrations_are_checked(world: World) -> None:
    for integration in world.manage("GET", "/v1/integrations")["integrations"]:
        manager(world.acme)("POST", f"/v1/integrations/{integration['id']}/check")
    for provider in ("aws_sms", "sns_sms"):
        added = world.manage("POST", "/v1/integrations", {"provider": provider, "sender": "Acme"})
        manager(world.acme)("POST", f"/v1/integrations/{added['id']}/check")
        world.manage("DELETE", f"/v1/integrations/{added['id']}?force=true")
    given = {"provider": "sendgrid", "sender": "b@acme.test", "credentials": demo_credentials()["sendgrid"]}
    added = world.manage("POST", "/v1/integrations", given)
    world.manage("DELETE", f"/v1/integrations/{added['id']}?force=true")


def uploads(world: World) -> None:
    offer = world.manage("POST", "/v1/attachments", {"name": "a.bin", "type": "a/b", "size": 4})
    named = {"email": {"attachments": [{"id": offer["id"]}]}}
    told = sender(world.acme)({"to": "ada@example.com", "overrides": named}, target="/v1/send/welcome")
    assert told.status == 409, told.text
    key = f"uploads/acme/live/{offer['id']}"
    world.acme.client("s3").put_object(Bucket=FILES_BUCKET, Key=key, Body=b"four", ContentType="a/b")
    world.send(overrides=named)
    # The second is another message of the same name: its file goes again.
    body = {"to": "ada@example.com", "payload": {"name": "Ada"}, "id": "o-1"}
    for content in (b"one", b"two"):
        sender(world.acme)(body | {"overrides": _attached(content)}, target="/v1/send/welcome")
    sender(world.acme)({"to": ["a@example.com", "b@example.com"]}, target="/v1/send/welcome")


def every_function_starts(world: World) -> None:
    """Secrets and addresses are read once an instance."""
    name = world.send()
    token = Link(purpose="open", project="acme", notification=name, message=0).encode(world.acme.parts.signer)
    hints, report = world.acme.queued("normal"), reported(world, name, EventKind.OPENED)
    given = {"provider": "sendgrid", "sender": "b@acme.test", "credentials": demo_credentials()["sendgrid"]}
    for call in (
        world.send,
        lambda: world.manage("POST", "/v1/integrations", given),
        lambda: dispatch(batch(*hints), Context()),
        lambda: intake(event("POST", path(world.acme), body=b"[]"), Context()),
        lambda: world.report(report),
        lambda: links(event("GET", f"/o/{token}", headers={"user-agent": "Mozilla/5.0"}), Context()),
        world.tick,
    ):
        for made in CACHES:
            made.cache_clear()
        # Not seen by the functions, which make it at their first call: it only sets the clock.
        assert world.acme.parts.clock is world.acme.clock
        call()


def what_waits_is_moved(world: World) -> None:
    for name in LANES.values():
        moved = world.send(name, send_at=world.later(5 * DAY))
        world.manage("POST", f"/v1/notifications/{moved}/reschedule", {"send_at": world.later(5 * MINUTE)})
        # Its wake-up comes too early.
        dispatch(batch({"v": 1, "p": "acme", "n": moved, "k": 0, "hop": 0}), Context())
    for lose in (False, True):
        moved = world.send(send_at=world.later(5 * DAY), overrides=_attached())
        if lose:
            _lose_files(world)
        place = f"/v1/notifications/{moved}/reschedule"
        manager(world.acme)("POST", place, {"send_at": world.later(300 * DAY)})


def receipts_of_the_sandbox(world: World) -> None:
    world.send(to="ada@sandbox.heliograph.dev", key=world.acme.test)
    world.work()


def windows_close_before_anybody_looks(world: World) -> None:
    for name in LANES.values():
        world.send(name, window="Mo-Su 00:00-23:00")
        world.send(name, send_at=DUE)
    world.acme.clock.now += -world.acme.clock.now % DAY - HOUR // 2
    world.work()


def webhooks(world: World) -> None:
    body = json.dumps([delivered(world.acme, "n" * 26)]).encode()
    intake(event("POST", path(world.acme), body=body, headers=signed(body)), Context())


def reports(world: World) -> None:
    name = world.send()
    world.work()
    for kind in (EventKind.OPENED, EventKind.BOUNCED):
        world.report(reported(world, name, kind))
    world.manage("DELETE", "/v1/suppressions/email/ada%40example.com")


def reported(world: World, notification: str, kind: EventKind) -> JSON:
    echo = Echo(project="acme", notification=notification, message=0, integration="i1", attempt=1)
    token = echo.encode(world.acme.parts.signer)
    told = ProviderEvent(kind=kind, bounce="hard", echo=token, recipient="ada@example.com")
    return {"v": 1, "project": "acme", "integration": "i1", "events": [event_to_json(told)]}


def questions(world: World) -> None:
    question = Question(provider="onesignal", id="x", echo="x")
    world.report({"v": 1, "project": "acme", "integration": "i1", "poll": question.as_json()})


def clicks(world: World) -> None:
    name = world.send()
    for purpose in PURPOSES:
        target = "https://example.com" * (purpose == "click")
        token = Link(purpose=purpose, project="acme", notification=name, message=0, target=target)
        place = f"/{purpose[0]}/{token.encode(world.acme.parts.signer)}"
        links(event("POST", place, headers={"user-agent": "Mozilla/5.0"}), Context())
    world.manage("DELETE", "/v1/suppressions/email/ada%40example.com")


def spilled_results(world: World) -> None:
    for lane, name in LANES.items():
        for wait in (SECOND, HOUR):
            at = world.claimed(world.send(name))
            world.acme.queued(lane)
            told = Outcome(token="t", verdict=Verdict.RETRY, due=world.acme.clock() + wait)
            where = {"project": at.project, "notification": at.notification, "number": at.number}
            world.report({"v": 1, "result": told.as_json(), "message": where})


def channels_follow_each_other(world: World) -> None:
    template = {"email": {"subject": "x", "text": "x"}, "sms": {"text": "x"}}
    world.manage("PUT", "/v1/events/both", {"channels": ["email", "sms"], "templates": template, "routing": "all"})
    world.manage("POST", "/v1/events/both/publish")
    world.send("both", to={"email": "ada@example.com", "phone": "+46701234567"})
    world.work()
    world.work()


def batches(world: World) -> None:
    message = {"event": "welcome", "to": "ada@example.com", "payload": {"name": "Ada"}}
    told = post(world.acme, {"messages": [message, message | {"event": "nobody"}]})
    assert told.status == 202, told.text


def releases(_world: World) -> None:
    """One with time for all of a minute, and one that has to go on in the next."""
    for seconds in (30.0, 4.0):
        scheduler({"minute": "20270120T0800"}, Context(seconds=seconds))


def sweeps(world: World) -> None:
    for name in LANES.values():
        world.send(name)
        world.acme.queued(LANES_OF[name])
    world.pass_(HOUR)
    world.tick()


def dead_letters_heal(world: World) -> None:
    """Of both lanes and of the events, and one that nobody can read."""
    for name in LANES.values():
        world.send(name)
        world.acme.dead(*world.acme.queued(LANES_OF[name]))
    world.acme.dead({"v": 1, "project": "acme", "integration": "i1", "events": []}, "{")
    world.tick()


def the_table_answers_nobody(world: World) -> None:
    """What a worker has is put back on its queue."""
    for lane, name in LANES.items():
        world.send(name)
        hints = world.acme.queued(lane)
        with pytest.MonkeyPatch.context() as patch:
            world.acme.refuse(patch)
            dispatch(batch(*hints, queue=lane), Context())


def erasures(world: World) -> None:
    for _ in range(2):
        long = {"name": "Ada", "story": "x" * 500}
        world.send(to={"id": "zoe", "email": "zoe@example.com"}, payload=long, overrides=_attached())
        known = world.acme.parts.contacts.get("acme", "zoe")
        assert known is not None
        now = world.acme.clock()
        # As when the request that began it died.
        erase().ledger.begin("acme", known, at=now, check=now)
        world.tick()
        world.pass_(HOUR)
    world.send(to={"id": "zoe", "email": "zoe@example.com"}, overrides=_attached())
    world.manage("POST", "/v1/contacts/zoe/erase")


LANES_OF: Final = {name: lane for lane, name in LANES.items()}
SCENARIOS: Final[tuple[Callable[[World], None], ...]] = (
    critical_events,
    texts_are_sent_from_numbers_pools_and_ids,
    every_function_starts,
    contacts_change_and_go,
    layouts,
    mail_is_sent_with_files_and_without,
    integrations_are_checked,
    uploads,
    what_waits_is_moved,
    receipts_of_the_sandbox,
    windows_close_before_anybody_looks,
    spilled_results,
    channels_follow_each_other,
    batches,
    releases,
    webhooks,
    reports,
    questions,
    clicks,
    sweeps,
    dead_letters_heal,
    the_table_answers_nobody,
    erasures,
)


def _attached(content: bytes = b"pdf") -> JSON:
    file = {"name": "a.pdf", "type": "application/pdf", "content": base64.b64encode(content).decode()}
    return {"email": {"attachments": [file]}}


def _lose_files(world: World) -> None:
    s3 = world.acme.client("s3")
    for one in s3.list_objects_v2(Bucket=FILES_BUCKET, Prefix="files/").get("Contents", []):
        s3.delete_object(Bucket=FILES_BUCKET, Key=one["Key"])
