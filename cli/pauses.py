"""`heliograph pause`, `resume`, `pauses` and `circuits`: what is held back, over the API."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from cli.integrations.commands import project_options
from cli.integrations.service import PATH, Integrations
from cli.templates.access import Trouble, service, told
from heliograph.domain.holding import HoldKind
from heliograph.domain.model import JSON

KINDS: Final = (HoldKind.PROJECT, HoldKind.EVENT, HoldKind.CHANNEL, HoldKind.INTEGRATION)
"""What people hold back; a circuit opens by itself."""
PAUSES: Final = "/v1/pauses"


class Held(Integrations):
    """What is held back in the project and mode of the key."""

    def pauses(self) -> list[JSON]:
        """Those that hold: `kind`, `name`, `since`."""
        found: list[JSON] = self._call("GET", PAUSES)["pauses"]
        return found

    def pause(self, kind: str, name: str) -> JSON:
        """Hold back; one that is paused stays as it is."""
        return self._call("POST", PAUSES, json={"kind": kind} | ({"name": name} if name else {}))

    def resume(self, kind: str, name: str) -> JSON:
        """Let it go on."""
        return self._call("DELETE", f"{PAUSES}/{kind}/{quote(name, safe='')}")

    def close_circuit(self, integration: str) -> JSON:
        """Close an open circuit."""
        return self._call("DELETE", f"{PATH}/{quote(integration, safe='')}/circuit")


def at_service(command: Callable[..., None]) -> Callable[..., None]:
    """Gives *command* the service of the options as its first argument; its errors become sentences."""

    @wraps(command)
    def connected(*, project: str, url: str | None, env_file: Path | None, **given: Any) -> None:
        with told():
            there = service(url, env_file, Held)
            there.of(project)
            command(there, **given)

    return project_options(connected)


def target(command: Callable[..., None]) -> Callable[..., None]:
    """KIND and NAME."""
    kind = click.argument("kind", type=click.Choice([one.value for one in KINDS]), metavar="KIND")
    return kind(click.argument("name", default="")(command))


@click.command()
@target
@at_service
def pause(there: Held, kind: str, name: str) -> None:
    """Hold back the messages of KIND: `project`, or an `event`, a `channel` or an `integration` by its NAME.

    In the mode of the key: a test key never pauses live messages.
    """
    _checked(kind, name)
    found = there.pause(kind, name)
    click.echo(f"{_named(found)} is paused since {found['since']}; let it go on with `heliograph resume {kind} {name}`")


@click.command()
@target
@at_service
def resume(there: Held, kind: str, name: str) -> None:
    """Let go on what was paused: what was held begins to go out within a minute, at its provider's rate."""
    _checked(kind, name)
    found = there.resume(kind, name or there.all()["project"])
    click.echo(f"{_named(found)} goes on; it was paused since {found['since']}")


@click.command()
@at_service
def pauses(there: Held) -> None:
    """List what is paused."""
    found = there.pauses()
    for one in found:
        click.echo(f"{_named(one)} is paused since {one['since']}")
    if not found:
        click.echo("nothing is paused")


@click.group(invoke_without_command=True)
@click.pass_context
@project_options
def circuits(context: click.Context, *, project: str, url: str | None, env_file: Path | None) -> None:
    """List the circuits that are open, with the reason."""
    if context.invoked_subcommand:
        return
    with told():
        there = service(url, env_file, Held)
        there.of(project)
        found = [one for one in there.all()["integrations"] if one["circuit"]["state"] == "open"]
    for one in found:
        circuit = one["circuit"]
        click.echo(
            f"{one['provider']} ({one['id']}) is open since {circuit['since']}: {circuit['why']}; "
            f"next probe {circuit['next_probe_at']}"
        )
    if not found:
        click.echo("no circuit is open")


@circuits.command()
@click.argument("integration")
@at_service
def close(there: Held, integration: str) -> None:
    """Close the open circuit of INTEGRATION: what it held goes out, and it opens again if the provider fails again."""
    found = there.close_circuit(integration)
    one = next(one for one in found["integrations"] if one["id"] == integration)
    click.echo(f"the circuit of {one['provider']} ({integration}) is {one['circuit']['state']}")


def _checked(kind: str, name: str) -> None:
    if not name and kind != HoldKind.PROJECT:
        raise Trouble(f"which {kind}? Name it: `{kind} NAME`")


def _named(one: JSON) -> str:
    return f"{one['kind']} {one['name']}"
