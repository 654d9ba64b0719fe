"""Projects with their integrations and orders, and API keys."""

from dataclasses import replace

import pytest

from heliograph.domain.errors import Conflict, Lost
from heliograph.domain.model import Channel
from heliograph.domain.project import ApiKey, Integration, Mode, Project, Scope
from heliograph.store.projects import Projects
from tests.support.builders import NOW

DEMO = Project(id="demo", name="Demo", salt="salt", created=NOW, retention_days=7, doubt="at_most_once")
SES = Integration(
    id="int-ses", provider="ses", channels=frozenset({Channel.EMAIL}), sender="hello@example.com", created=NOW
)
SENDGRID = replace(SES, id="int-sg", provider="sendgrid", name="second", created=NOW + 1)
EVERYTHING = replace(SES, id="int-all", channels=frozenset({Channel.EMAIL, Channel.SMS}), created=NOW + 2)
KEY = ApiKey(id="abcdefghij", project="demo", mode=Mode.TEST, digest="d" * 64, scopes=frozenset({Scope.SEND}))


def current(projects: Projects) -> Project:
    found = projects.get("demo")
    assert found is not None
    return found


def test_a_project_comes_back_as_it_was_created(projects: Projects) -> None:
    projects.create(DEMO)

    assert current(projects) == DEMO
    assert projects.get("other") is None


def test_an_id_is_given_to_one_project_only(projects: Projects) -> None:
    projects.create(DEMO)

    with pytest.raises(Conflict, match="there is already a project 'demo'") as refused:
        projects.create(replace(DEMO, name="Mine"))

    assert refused.value.field == "id"
    assert current(projects).name == "Demo"


def test_a_new_integration_comes_last_in_the_order_of_each_of_its_channels(projects: Projects) -> None:
    projects.create(DEMO)

    for one in (SES, SENDGRID, EVERYTHING):
        projects.add_integration(current(projects), one)

    found = current(projects)
    assert found.integrations == (SES, SENDGRID, EVERYTHING)
    assert found.order == {Channel.EMAIL: ("int-ses", "int-sg", "int-all"), Channel.SMS: ("int-all",)}


def test_an_order_that_is_still_as_seen_can_be_changed(projects: Projects) -> None:
    projects.create(DEMO)
    for one in (SES, SENDGRID):
        projects.add_integration(current(projects), one)

    projects.order("demo", Channel.EMAIL, ("int-sg", "int-ses"), seen=("int-ses", "int-sg"))

    assert [one.id for one in current(projects).choices(Channel.EMAIL, Mode.LIVE)] == ["int-sg", "int-ses"]


@pytest.mark.parametrize("seen", [(), ("int-sg",), ("int-sg", "int-ses")])
def test_an_order_that_was_changed_meanwhile_is_a_conflict(projects: Projects, seen: tuple[str, ...]) -> None:
    projects.create(DEMO)
    projects.add_integration(current(projects), SES)

    with pytest.raises(Conflict, match="the order of email was changed meanwhile"):
        projects.order("demo", Channel.EMAIL, ("int-sg",), seen=seen)

    assert current(projects).order == {Channel.EMAIL: ("int-ses",)}


def test_a_channel_whose_order_was_set_to_nothing_takes_an_integration(projects: Projects) -> None:
    projects.create(DEMO)
    projects.order("demo", Channel.EMAIL, (), seen=())

    projects.add_integration(current(projects), SES)

    assert current(projects).order == {Channel.EMAIL: ("int-ses",)}


def test_a_key_comes_back_as_it_was_stored_and_can_be_revoked(projects: Projects) -> None:
    projects.add_key(KEY)
    before = projects.key(KEY.id)

    projects.revoke(KEY.id)

    assert before == KEY
    assert projects.key(KEY.id) == replace(KEY, revoked=True)
    assert projects.key("zzzzzzzzzz") is None


def test_a_key_that_does_not_exist_cannot_be_revoked(projects: Projects) -> None:
    with pytest.raises(Lost):
        projects.revoke("zzzzzzzzzz")

    assert projects.key("zzzzzzzzzz") is None


def test_the_same_key_again_replaces_it(projects: Projects) -> None:
    projects.add_key(KEY)

    projects.add_key(replace(KEY, name="deploy", expires=NOW))

    assert projects.key(KEY.id) == replace(KEY, name="deploy", expires=NOW)


def test_all_projects_and_the_keys_of_each_can_be_found(projects: Projects) -> None:
    other = replace(KEY, id="bbbbbbbbbb", project="demo2")
    for one in (DEMO, replace(DEMO, id="demo2")):
        projects.create(one)
    for key in (KEY, replace(KEY, id="cccccccccc"), other):
        projects.add_key(key)
    projects.revoke("cccccccccc")

    assert list(projects.ids()) == ["demo", "demo2"]
    assert list(projects.keys_of("demo")) == [KEY, replace(KEY, id="cccccccccc", revoked=True)]
    assert list(projects.keys_of("demo2")) == [other]
