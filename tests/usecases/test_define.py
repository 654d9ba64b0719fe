"""Events: drafts are checked when they are saved, versions never change."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from heliograph import templates
from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import BadInput, Conflict, NotFound
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel
from heliograph.usecases.define import Define, shown
from tests.usecases.fakes import Clock

EMAIL = {"subject": "Hi {{ name }}", "text": "Hello"}


@dataclass
class FakeDefinitions:
    heads: dict[tuple[str, str], Definition] = field(default_factory=dict)
    versions: dict[tuple[str, str, int], Body] = field(default_factory=dict)

    def get(self, project: str, name: str) -> Definition | None:
        return self.heads.get((project, name))

    def save_draft(self, project: str, definition: Definition) -> None:
        self.heads[project, definition.name] = definition

    def publish(self, project: str, definition: Definition, body: Body, *, now: int) -> int:
        number = definition.published + 1
        if (project, definition.name, number) in self.versions:
            raise Conflict("published by somebody else meanwhile")
        self.versions[project, definition.name, number] = body
        self.heads[project, definition.name] = replace(
            definition, published=number, channels=body.channels, updated=now
        )
        return number


@pytest.fixture
def store() -> FakeDefinitions:
    return FakeDefinitions()


@pytest.fixture
def define(store: FakeDefinitions) -> Define:
    return Define(store=store, check=templates.check, clock=Clock())


def body(*channels: Channel, **parts: dict[str, str]) -> Body:
    return Body(channels=channels or (Channel.EMAIL,), templates=parts or {"email": EMAIL})


def test_a_draft_is_saved_and_is_not_yet_a_version(define: Define) -> None:
    saved, new = define.save("acme", "welcome", "Welcome", body())

    assert new
    told = shown(saved)
    assert (told["name"], told["title"], told["version"], told["channels"]) == ("welcome", "Welcome", None, [])
    assert told["draft"]["templates"] == {"email": EMAIL}


def test_publishing_freezes_the_draft_and_later_drafts_change_nothing(define: Define, store: FakeDefinitions) -> None:
    define.save("acme", "welcome", "", body())
    first = define.publish("acme", "welcome")
    define.save("acme", "welcome", "", replace(body(), lane=Lane.CRITICAL))

    second = define.publish("acme", "welcome")

    assert (first.published, second.published, second.lane) == (1, 2, Lane.CRITICAL)
    assert store.versions["acme", "welcome", 1].lane is Lane.NORMAL


def test_creating_what_exists_is_a_conflict(define: Define) -> None:
    define.save("acme", "welcome", "", body(), new=True)

    with pytest.raises(Conflict, match="PUT /v1/events/welcome"):
        define.save("acme", "welcome", "", body(), new=True)


def test_saving_again_keeps_when_it_was_created(define: Define) -> None:
    first, _ = define.save("acme", "welcome", "", body())

    again, new = define.save("acme", "welcome", "other", body())

    assert (new, again.created, again.title) == (False, first.created, "other")


def test_an_event_of_another_project_is_not_found(define: Define) -> None:
    define.save("other", "welcome", "", body())

    with pytest.raises(NotFound):
        define.get("acme", "welcome")
    with pytest.raises(NotFound):
        define.publish("acme", "welcome")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (body(Channel.EMAIL, Channel.EMAIL), "channels"),
        (body(Channel.EMAIL, Channel.SMS), "templates"),
        (body(email=EMAIL, sms={"text": "x"}), "templates.sms"),
        (body(email={"text": "x"}), "templates.email.subject"),
        (body(email={"subject": " ", "text": "x"}), "templates.email.subject"),
        (body(email={"subject": "x"}), "templates.email"),
        (body(email=EMAIL | {"body": "x"}), "templates.email.body"),
        (body(Channel.SMS, sms={"html": "x"}), "templates.sms.html"),
        (body(email=EMAIL | {"html": '<a href="{{ x">'}), "templates.email.html"),
        (body(email=EMAIL | {"html": "{% for %}"}), "templates.email.html"),
        (Body(channels=(Channel.EMAIL,), templates={"email": EMAIL, "email.?!": EMAIL}), "templates.email.?!"),
        (Body(channels=(Channel.EMAIL,), templates={"email": EMAIL, "email.sv-fi": EMAIL}), "templates.email.sv-fi"),
        (Body(channels=(Channel.EMAIL,), templates={"email": EMAIL, "emails": EMAIL}), "templates.emails"),
    ],
)
def test_a_draft_that_could_never_be_sent_is_refused_and_the_field_is_named(
    define: Define, store: FakeDefinitions, wrong: Body, path: str
) -> None:
    with pytest.raises(BadInput) as caught:
        define.save("acme", "welcome", "", wrong)

    assert caught.value.field == path
    assert store.heads == {}


def test_a_template_for_a_language_stands_beside_the_one_for_all(define: Define) -> None:
    wanted: dict[str, Any] = {"email": EMAIL, "email.sv-FI": EMAIL, "email.sv": EMAIL}

    saved, _ = define.save("acme", "welcome", "", Body(channels=(Channel.EMAIL,), templates=wanted))

    assert saved.draft
    found = saved.draft.template(Channel.EMAIL, "sv-FI")
    assert found
    assert found[0] == "email.sv-FI"
