"""`heliograph integrations`: add, list, check, update, order, remove."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli import stage
from cli.credentials import all_fields, secret_fields, value
from cli.integrations.service import Integrations
from cli.templates.access import Trouble, place_options, service, told
from heliograph.domain.model import JSON, Channel
from heliograph.domain.provider import Provider
from heliograph.providers import REGISTRY, load

credential_option = click.option(
    "--credential",
    "credentials",
    multiple=True,
    metavar="FIELD[=env:NAME|=file:PATH]",
    help="A field of the credentials: asked for, or from a variable or a file. Public ones: FIELD=VALUE.",
)
no_check_option = click.option("--no-check", "unchecked", is_flag=True, help="Do not ask the provider first.")
identifier = click.argument("integration")


def project_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--project`, `--url` and `--env-file`."""
    says = "The key says which project it is; with this one nothing is done if it is another."
    return click.option("--project", default="", help=says)(place_options(command))


@click.group()
def integrations() -> None:
    """Providers that are set up in a project."""


@integrations.command()
@click.argument("provider", type=click.Choice(sorted(REGISTRY)), metavar="PROVIDER")
@click.option("--sender", help="`Ada <ada@example.com>`, a number or a name; asked for when left out.")
@click.option("--name", default="", help="To know it by.")
@credential_option
@no_check_option
@project_options
def add(
    provider: str,
    *,
    sender: str | None,
    name: str,
    credentials: tuple[str, ...],
    unchecked: bool,
    project: str,
    url: str | None,
    env_file: Path | None,
) -> None:
    """Set PROVIDER up: asks for its fields, has it asked whether they are good, and says what to enter there."""
    adapter = load(provider)
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        given = all_fields(adapter.Credentials, credentials, "--credential")
        sender = click.prompt("sender", default="", show_default=False, err=True) if sender is None else sender
        body = {"provider": provider, "sender": sender, "name": name, "credentials": given, "check": not unchecked}
        added = there.add(body)
    click.echo(f"added {_line(added)}" + ("" if unchecked else f"; {provider} takes the credentials"))
    _tell(adapter, added, given)


@integrations.command("list")
@project_options
def list_all(*, project: str, url: str | None, env_file: Path | None) -> None:
    """Show all, and the order of each channel."""
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        found = there.all()
    _show(found)


@integrations.command()
@identifier
@project_options
def check(integration: str, *, project: str, url: str | None, env_file: Path | None) -> None:
    """Have the provider asked whether it takes the credentials of INTEGRATION."""
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        found = there.check(integration)
    if not found["ok"]:
        raise click.ClickException(found["error"])
    click.echo(f"{found['provider']} takes the credentials of {found['id']}")


@integrations.command()
@identifier
@click.option("--sender")
@click.option("--name")
@credential_option
@no_check_option
@project_options
def update(
    integration: str,
    *,
    sender: str | None,
    name: str | None,
    credentials: tuple[str, ...],
    unchecked: bool,
    project: str,
    url: str | None,
    env_file: Path | None,
) -> None:
    """Change sender, name or some credentials of INTEGRATION; its webhook URL stays. An empty field is taken out."""
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        adapter = load(there.one(integration)["provider"])
        fields = {field: text or None for field, text in _values(adapter, credentials)}
        given = {"sender": sender, "name": name, "credentials": fields or None}
        body: JSON = {field: one for field, one in given.items() if one is not None}
        if not body:
            raise Trouble("nothing is to be changed: give --sender, --name or --credential FIELD")
        changed = there.change(integration, body | {"check": bool(fields) and not unchecked})
    click.echo(f"changed {_line(changed)}")


@integrations.command()
@click.argument("channel", type=click.Choice([channel.value for channel in Channel]), metavar="CHANNEL")
@click.argument("ids", nargs=-1, required=True, metavar="ID[=WEIGHT]...")
@project_options
def order(channel: str, ids: tuple[str, ...], *, project: str, url: str | None, env_file: Path | None) -> None:
    """Put all integrations of CHANNEL in order, the first choice first.

    With weights (ID=80 ID=20) each message goes first to one that is drawn by them.
    """
    named, weights = _weighed(ids)
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        found = there.order(channel, named, weights)
    _show(found)


@integrations.command()
@identifier
@click.option("--force", is_flag=True, help="Also when a channel has no other.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_options
def remove(integration: str, *, force: bool, yes: bool, project: str, url: str | None, env_file: Path | None) -> None:
    """Remove INTEGRATION and its credentials; reports that come for it later are lost."""
    with told():
        there = service(url, env_file, Integrations)
        there.of(project)
        found = there.one(integration)
        if not yes:
            click.confirm(f"remove {_line(found)}?", abort=True, err=True)
        there.remove(integration, force=force)
    click.echo(f"removed {integration}")


def _values(adapter: Provider, credentials: tuple[str, ...]) -> list[tuple[str, str]]:
    with stage.told():
        return [value(one, adapter.Credentials, "--credential") for one in credentials]


def _weighed(given: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, int]]:
    """(ids, weights by id) of arguments such as `lgsf73pynfwa=80`."""
    weights: dict[str, int] = {}
    for name, equals, text in (one.partition("=") for one in given):
        if equals and not (text.isascii() and text.isdecimal()):
            raise click.BadParameter(f"the weight of {name} must be a whole number, such as {name}=80")
        weights |= {name: int(text)} if equals else {}
    return tuple(one.partition("=")[0] for one in given), weights


def _line(one: JSON) -> str:
    return ", ".join(filter(None, (f"{one['id']}: {one['provider']}", *one["channels"], one["sender"], one["name"])))


def _show(found: JSON) -> None:
    for one in found["integrations"]:
        click.echo(_line(one))
    for channel, ids in found["order"].items():
        shares = found["weights"].get(channel, {})
        click.echo(f"{channel}: {' '.join(f'{one}={shares[one]}' if one in shares else one for one in ids)}")


def _tell(adapter: Provider, added: JSON, given: JSON) -> None:
    """What is still to be done at the provider's."""
    page = f"docs/providers/{adapter.name}.md"
    if added["webhook_url"]:
        click.echo(
            f"enter this webhook URL at {adapter.name}'s; treat it as a secret; {page} says where, and what for:"
        )
        click.echo(f"  {added['webhook_url']}")
    elif adapter.capabilities.bus:
        click.echo(f"its events come by SNS, so there is nothing to enter; see {page}")
    else:
        click.echo(f"it reports nothing once it has taken a message; see {page}")
    fields = adapter.Credentials.model_fields
    for name in sorted(secret_fields(adapter.Credentials) - given.keys()):
        if not name.startswith("second_") and not fields[name].is_required():
            click.echo(f"{name} was left out; enter it once you have it:")
            click.echo(f"  heliograph integrations update {added['id']} --credential {name}")
