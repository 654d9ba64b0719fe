"""`heliograph projects limit` and `heliograph keys rotate` against a stack in moto."""

import time

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from heliograph.domain.api_keys import matches, parse
from heliograph.domain.limits import Limits
from heliograph.domain.project import Scope
from heliograph.store.projects import Projects

HOUR = 3_600_000


@pytest.fixture
def projects(projects: Projects) -> Projects:
    run("projects", "create", "acme")
    return projects


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def limits(projects: Projects) -> Limits:
    found = projects.get("acme")
    assert found is not None
    return found.limits


def test_limits_are_set_one_by_one_and_shown(projects: Projects) -> None:
    first = run("projects", "limit", "acme", "--rate", "10", "--sms-countries", "se, NO", "--sms-price", "0.045")
    second = run("projects", "limit", "acme", "--daily", "1000", "--sms-hourly", "5", "--sms-daily-spend", "20")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert limits(projects) == Limits(
        rate=10,
        daily=1000,
        sms_countries=("NO", "SE"),
        sms_hourly=5,
        sms_price=45_000,
        sms_daily_spend=20_000_000,
    )
    assert "sms-price          0.045" in second.output
    assert "sms-prefix-hourly  none" in second.output


def test_a_limit_is_taken_away_by_a_zero(projects: Projects) -> None:
    run("projects", "limit", "acme", "--rate", "10", "--sms-countries", "SE")

    run("projects", "limit", "acme", "--rate", "0", "--sms-countries", "")

    assert limits(projects) == Limits()


@pytest.mark.parametrize(
    "words",
    [
        ("--rate", "-1"),
        ("--sms-countries", "Sweden"),
        ("--sms-countries", "XX"),
        ("--sms-price", "free"),
        ("--sms-daily-spend", "5"),
    ],
)
def test_a_limit_that_cannot_be_is_refused(projects: Projects, words: tuple[str, ...]) -> None:
    assert run("projects", "limit", "acme", *words).exit_code != 0
    assert limits(projects) == Limits()


@pytest.mark.usefixtures("projects")
def test_limits_of_a_project_that_is_not_there_are_refused() -> None:
    result = run("projects", "limit", "nobody", "--rate", "1")

    assert (result.exit_code, "there is no project nobody" in result.output) == (1, True)


def test_a_rotated_key_has_the_rights_of_the_old_one_which_ends_after_the_overlap(
    projects: Projects, pepper: str
) -> None:
    old = parse(run("keys", "create", "acme", "--mode", "test", "--scope", "send").output.splitlines()[-1])
    before = time.time_ns() // 1_000_000

    text = run("keys", "rotate", old.id, "--overlap", "24h").output.splitlines()[-1]

    new, ending = projects.key(parse(text).id), projects.key(old.id)
    assert new is not None
    assert ending is not None
    assert (new.project, new.mode, new.scopes, new.expires) == ("acme", "test", frozenset({Scope.SEND}), 0)
    assert matches(text, new.digest, pepper)
    assert 0 <= ending.expires - (before + 24 * HOUR) < 60_000


def test_a_key_that_ends_sooner_than_the_overlap_is_not_made_older(projects: Projects) -> None:
    old = parse(run("keys", "create", "acme", "--days", "1").output.splitlines()[-1])
    first = projects.key(old.id)

    run("keys", "rotate", old.id, "--overlap", "7d", "--days", "30")

    assert projects.key(old.id) == first


@pytest.mark.parametrize("overlap", ["1", "1y", "-1h", "91d", ""])
def test_an_overlap_that_cannot_be_is_refused(projects: Projects, overlap: str) -> None:
    old = parse(run("keys", "create", "acme").output.splitlines()[-1])

    assert run("keys", "rotate", old.id, "--overlap", overlap).exit_code == 2
    assert projects.key(old.id) is not None


@pytest.mark.usefixtures("projects")
def test_a_revoked_key_is_not_rotated() -> None:
    old = parse(run("keys", "create", "acme").output.splitlines()[-1])
    run("keys", "revoke", old.id)

    assert run("keys", "rotate", old.id).exit_code == 1
