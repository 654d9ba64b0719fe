"""`heliograph projects` and `heliograph keys` against a stack in moto."""

import re

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from heliograph.domain.api_keys import matches, parse
from heliograph.domain.project import ApiKey, Mode, Scope
from heliograph.store.projects import Projects


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def stored(projects: Projects, text: str) -> ApiKey:
    found = projects.key(parse(text).id)
    assert found is not None
    return found


def test_a_project_is_created_once(projects: Projects) -> None:
    first, second = (
        run("projects", "create", "acme", "--name", "Acme", "--retention", "7"),
        run("projects", "create", "acme"),
    )

    made = projects.get("acme")
    assert first.exit_code == 0
    assert made is not None
    assert (made.name, made.retention_days) == ("Acme", 7)
    assert second.exit_code == 1
    assert "choose another id" in second.output


@pytest.mark.parametrize("name", ["A", "a", "9lives", "a#b", "a" * 25])
def test_a_project_whose_name_could_not_be_kept_apart_is_refused(projects: Projects, name: str) -> None:
    assert run("projects", "create", name).exit_code == 2
    assert projects.get(name) is None


def test_a_key_is_shown_once_and_only_its_hash_is_stored(projects: Projects, pepper: str) -> None:
    run("projects", "create", "acme")

    shown = run("keys", "create", "acme", "--mode", "test", "--scope", "send", "--days", "2").output.splitlines()[-1]

    key = stored(projects, shown)
    assert (key.project, key.mode, key.scopes) == ("acme", Mode.TEST, frozenset({Scope.SEND}))
    assert key.expires > 0
    assert matches(shown, key.digest, pepper)
    assert shown not in str(key)


def test_a_key_without_choices_is_live_and_may_do_everything_for_ever(projects: Projects) -> None:
    run("projects", "create", "acme")

    key = stored(projects, run("keys", "create", "acme").output.splitlines()[-1])

    assert (key.mode, key.scopes, key.expires) == (Mode.LIVE, frozenset(Scope), 0)


@pytest.mark.usefixtures("projects")
def test_a_key_of_a_project_that_is_not_there_is_refused_in_one_sentence() -> None:
    result = run("keys", "create", "nobody")

    assert result.exit_code == 1
    assert result.output == "Error: there is no project nobody: create it with `heliograph projects create`\n"


def test_a_revoked_key_stays_revoked(projects: Projects) -> None:
    run("projects", "create", "acme")
    text = run("keys", "create", "acme").output.splitlines()[-1]

    result = run("keys", "revoke", parse(text).id)

    assert result.exit_code == 0
    assert stored(projects, text).revoked


def test_a_stage_that_is_not_deployed_says_how_to_deploy_it(projects: Projects) -> None:
    result = run("keys", "revoke", "abcdefghij", "--stage", "prod")

    assert result.exit_code == 1
    assert "heliograph-prod" in result.output
    assert projects.key("abcdefghij") is None


@pytest.mark.usefixtures("projects")
def test_all_projects_are_listed_with_the_limits_that_they_have() -> None:
    run("projects", "create", "acme", "--name", "Acme", "--retention", "7")
    run("projects", "create", "beta")
    run("projects", "limit", "beta", "--rate", "20", "--sms-countries", "SE,NO")

    first, second = run("projects", "list").output.splitlines()

    assert re.fullmatch(r"acme: Acme, since \d{4}-\d\d-\d\d, 7 days kept", first)
    assert re.fullmatch(r"beta: beta, since \S+, 30 days kept, rate 20, sms-countries NO,SE", second)


@pytest.mark.usefixtures("projects")
def test_the_keys_of_a_project_are_listed_without_their_text() -> None:
    run("projects", "create", "acme")
    run("projects", "create", "acme-2")
    made = [
        run("keys", "create", *words).output.splitlines()[-1]
        for words in (
            ("acme", "--name", "deploy"),
            ("acme", "--mode", "test", "--scope", "send", "--scope", "read", "--days", "2"),
            ("acme", "--scope", "manage"),
            ("acme-2",),
        )
    ]
    ids = [parse(text).id for text in made]
    run("keys", "revoke", ids[2])

    listed = run("keys", "list", "acme").output

    ends = dict(line.split(": ") for line in listed.splitlines())
    assert ends.keys() == set(ids[:3])
    assert re.fullmatch(r"live, manage read send, since \S+, never expires, deploy", ends[ids[0]])
    assert re.fullmatch(r"test, read send, since \S+, expires \S+Z", ends[ids[1]])
    assert re.fullmatch(r"live, manage, since \S+, revoked", ends[ids[2]])
    assert not any(text in listed for text in made)


def test_a_key_whose_time_is_over_is_listed_as_such(projects: Projects) -> None:
    run("projects", "create", "acme")
    shown = run("keys", "create", "acme").output.splitlines()[-1]
    projects.expire(parse(shown).id, at=1)

    assert "expired 1970-01-01T00:00:00.001Z" in run("keys", "list", "acme").output


@pytest.mark.usefixtures("projects")
def test_keys_of_a_project_that_is_not_there_are_not_listed_as_none() -> None:
    assert "there is no project nobody" in run("keys", "list", "nobody").output
