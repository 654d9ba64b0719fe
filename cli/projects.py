"""`heliograph projects` and `heliograph keys`: made with AWS rights, never by a public route."""

import re
import secrets
import time
from typing import Final

import click

from cli.limits import shown
from cli.stage import Stage, stage_option, told
from heliograph.domain import api_keys
from heliograph.domain.project import ApiKey, Mode, Project, Scope
from heliograph.domain.timestamps import timestamp

ID: Final = re.compile(r"[a-z][a-z0-9-]{1,23}")
DAY: Final = 86_400_000


@click.group()
def projects() -> None:
    """Tenants: each has its own keys, contacts, events and integrations."""


@projects.command()
@click.argument("project")
@click.option("--name", default="", help="Shown to people; the id when left out.")
@click.option("--retention", "days", default=30, show_default=True, type=click.IntRange(1, 3650), help="Days.")
@stage_option
def create(project: str, name: str, days: int, stage: str) -> None:
    """Create PROJECT (2 to 24 of a-z 0-9 -, beginning with a letter)."""
    if not ID.fullmatch(project):
        raise click.BadParameter("must be 2 to 24 of a-z 0-9 - and begin with a letter", param_hint="PROJECT")
    made = Project(id=project, name=name or project, salt=secrets.token_hex(8), created=_now(), retention_days=days)
    with told():
        Stage(stage).projects.create(made)
    click.echo(f"created project {project}; now make a key: heliograph keys create {project} --stage {stage}")


@projects.command("list")
@stage_option
def list_projects(stage: str) -> None:
    """Show all, with the limits that are set."""
    with told():
        found = Stage(stage).projects
        for one in filter(None, map(found.get, found.ids())):
            limits = [f"{name} {value}" for name, value in shown(one.limits).items() if value != "none"]
            parts = (one.name, f"since {_day(one.created)}", f"{one.retention_days} days kept", *limits)
            click.echo(f"{one.id}: {', '.join(parts)}")


@click.group()
def keys() -> None:
    """API keys: shown once, stored only as a keyed hash."""


@keys.command("create")
@click.argument("project")
@click.option("--mode", type=click.Choice(["live", "test"]), default="live", show_default=True)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    help="May be repeated; all of them when left out.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="Until it expires; never when left out.")
@click.option("--name", default="", help="To know it by.")
@stage_option
def create_key(  # noqa: PLR0917  # one parameter an option of the command
    project: str, mode: str, scopes: tuple[str, ...], days: int | None, name: str, stage: str
) -> None:
    """Create a key of PROJECT and show it, this once."""
    with told():
        found = Stage(stage)
        found.project(project)
        minted = api_keys.mint(Mode(mode), secrets.token_bytes)
        key = ApiKey(
            id=minted.id,
            project=project,
            mode=minted.mode,
            digest=api_keys.digest(minted.text, found.secrets["pepper"]),
            scopes=frozenset(map(Scope, scopes)) or frozenset(Scope),
            created=_now(),
            expires=_now() + days * DAY if days else 0,
            name=name,
        )
        found.projects.add_key(key)
    click.echo(f"key {minted.id} (keep the next line; it is not shown again)")
    click.echo(minted.text)


@keys.command("list")
@click.argument("project")
@stage_option
def list_keys(project: str, stage: str) -> None:
    """Show the keys of PROJECT, oldest first, never their text: what each may do, and until when."""
    now = _now()
    with told():
        found = Stage(stage)
        found.project(project)
        for one in sorted(found.projects.keys_of(project), key=lambda key: (key.created, key.id)):
            parts = (one.mode, " ".join(sorted(one.scopes)), f"since {_day(one.created)}", _end(one, now), one.name)
            click.echo(f"{one.id}: {', '.join(filter(None, parts))}")


@keys.command()
@click.argument("key_id")
@stage_option
def revoke(key_id: str, stage: str) -> None:
    """End the key with KEY_ID for good; it is refused within a minute."""
    with told():
        found = Stage(stage).projects
        if found.key(key_id) is None:
            raise click.ClickException(f"there is no key {key_id}: its id is the ten characters behind live_ or test_")
        found.revoke(key_id)
    click.echo(f"revoked {key_id}; functions refuse it within a minute")


def _end(key: ApiKey, now: int) -> str:
    if key.revoked:
        return "revoked"
    if not key.expires:
        return "never expires"
    return f"{'expires' if key.expires > now else 'expired'} {timestamp(key.expires)}"


def _day(when: int) -> str:
    return (timestamp(when) or "")[:10]


def _now() -> int:
    return time.time_ns() // 1_000_000
