"""How long and how often something is tried, and weights: they come back as they were stored."""

from dataclasses import replace

import pytest

from heliograph.domain.definition import Body, Definition
from heliograph.domain.model import Channel
from heliograph.domain.persistence import Persistence
from heliograph.domain.project import Integration, Project
from heliograph.domain.timing import Terms
from heliograph.store.definitions import Definitions
from heliograph.store.messages import Messages
from heliograph.store.projects import Projects
from tests.support.builders import NOW, message
from tests.support.moves import accepted, claimed, fact, reread, sent

ALL = [Persistence(), Persistence(retries=0), Persistence(message=1_000, channel=2_000, provider=3_000, retries=5)]


@pytest.mark.parametrize("given", ALL)
def test_of_an_event_and_its_versions(definitions: Definitions, given: Persistence) -> None:
    body = Body(channels=(Channel.EMAIL,), templates={"email": {"text": "Hi"}}, persistence=given)
    event = Definition(name="welcome", draft=body, created=NOW, updated=NOW)
    definitions.save_draft("demo", event)
    definitions.publish("demo", event, body, now=NOW)

    found, version = definitions.get("demo", "welcome"), definitions.version("demo", "welcome", 1)

    assert found is not None
    assert found.draft is not None
    assert version is not None
    assert [found.persistence, found.draft.persistence, version.persistence] == [given] * 3


@pytest.mark.parametrize("given", ALL)
def test_of_a_message(messages: Messages, given: Persistence) -> None:
    terms = Terms(window="Mo-Fr", zone="UTC", persistence=given)

    assert accepted(messages, replace(message(), terms=terms)).terms == terms


def test_that_a_failure_lasts_is_kept_and_joins(messages: Messages) -> None:
    one = sent(messages, claimed(messages, accepted(messages, message())))
    bounced = fact(messages, one, 30)

    after = fact(messages, bounced, 30, lasting=True)

    assert [reread(messages, one).progress.log[1].lasting, bounced.progress.log[1].lasting] == [True, False]
    assert after.progress.log[1].provider_message_id == "m-1"


def test_weights_stay_when_an_integration_is_added_and_go_with_a_plain_order(projects: Projects) -> None:
    projects.create(Project(id="demo", name="Demo", salt="s", created=NOW))
    for name in ("a", "b"):
        add(projects, name)
    projects.order("demo", Channel.EMAIL, ("b", "a"), seen=("a", "b"), weights={"b": 3, "a": 1})

    add(projects, "c")
    kept = current(projects)
    projects.order("demo", Channel.EMAIL, ("a", "b", "c"), seen=("b", "a", "c"))

    assert (kept.order, kept.weights) == ({Channel.EMAIL: ("b", "a", "c")}, {Channel.EMAIL: {"b": 3, "a": 1}})
    assert current(projects).weights == {}


def add(projects: Projects, name: str) -> None:
    one = Integration(id=name, provider="ses", channels=frozenset({Channel.EMAIL}), sender="Ada <ada@example.com>")
    projects.add_integration(current(projects), one)


def current(projects: Projects) -> Project:
    found = projects.get("demo")
    assert found is not None
    return found
