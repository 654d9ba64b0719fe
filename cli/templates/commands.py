"""`heliograph templates`: pull, push, diff, publish."""

from collections.abc import Collection
from pathlib import Path

import click

from cli.templates import pull as pulling
from cli.templates.access import Trouble, access_options, service, told
from cli.templates.changes import Change, of_event, of_shared
from cli.templates.folder import Folder, read
from cli.templates.push import Push
from cli.templates.service import Service
from cli.templates.uses import needed

events_argument = click.argument("events", nargs=-1)
dry_option = click.option("--dry-run", "dry", is_flag=True, help="Only say what would be done.")


@click.group()
def templates() -> None:
    """Events and layouts as a folder of files."""


@templates.command()
@events_argument
@click.option("--publish", "publishing", is_flag=True, help="Publish what can be sent otherwise afterwards.")
@dry_option
@access_options
def push(
    events: tuple[str, ...], *, publishing: bool, dry: bool, folder: Path, url: str | None, env_file: Path | None
) -> None:
    """Make the drafts of EVENTS (all when left out) what the folder holds, after the layouts."""
    with told():
        found = read(folder)
        _all_there(found, events)
        there = service(url, env_file, Service)
        work = Push(there, found, click.echo, dry)
        done = work(events)
        if work.faults:
            # Half of a change is published by nobody.
            raise Trouble("\n".join(["refused; nothing was published", *map(str, work.faults)]))
        if publishing and not dry:
            _publish(there, done, dry=False)


@templates.command()
@events_argument
@dry_option
@access_options
def publish(events: tuple[str, ...], *, dry: bool, folder: Path, url: str | None, env_file: Path | None) -> None:
    """Publish those of EVENTS (all of the folder when left out) whose draft or layouts changed since they were."""
    with told():
        names = events or sorted(read(folder).events)
        _publish(service(url, env_file, Service), names, dry=dry)


@templates.command()
@events_argument
@access_options
def diff(events: tuple[str, ...], *, folder: Path, url: str | None, env_file: Path | None) -> None:
    """Print what differs in EVENTS (all when left out), from the service to the folder; exit status 1 if anything."""
    with told():
        found = read(folder)
        _all_there(found, events)
        changes = _changes(service(url, env_file, Service), found, events)
    for change in changes:
        click.echo(change.diff())
    if changes:
        raise SystemExit(1)


@templates.command()
@events_argument
@click.option("--force", is_flag=True, help="Also overwrite and remove files that differ.")
@dry_option
@access_options
def pull(
    events: tuple[str, ...], *, force: bool, dry: bool, folder: Path, url: str | None, env_file: Path | None
) -> None:
    """Write the drafts of EVENTS (all when left out) into the folder, with the layouts that they use."""
    with told():
        try:
            found = read(folder) if folder.exists() else Folder()
            work = pulling.Pull(service(url, env_file, Service), found)
            changes = work.plan(events)
        except LookupError as exc:
            raise Trouble(f"the service has no event {exc.args[0]!r}") from exc
    for place in work.alone:
        click.echo(f"{place}: only in the folder")
    if dry:
        for change in changes:
            click.echo(f"{change.place}: would be {_fate(change)}")
        return
    lost = [change for change in changes if change.folder is not None]
    if lost and not force:
        listed = "\n".join(f"{change.place}: would be {_fate(change)}" for change in lost)
        raise Trouble(f"these files differ; look with `diff`, and take the service's with --force\n{listed}")
    pulling.apply(folder, changes, click.echo)
    click.echo(f"{len(changes)} files" if changes else "unchanged")


def _publish(there: Service, names: Collection[str], *, dry: bool) -> None:
    for name in names:
        if not there.publishable(name):
            click.echo(f"events/{name}: published already")
        elif dry:
            click.echo(f"events/{name}: would be published")
        else:
            click.echo(f"events/{name}: published as version {there.publish(name)}")


def _changes(there: Service, found: Folder, events: Collection[str]) -> list[Change]:
    if events:
        shared = {one.name for one in needed(found, events)}
        names = set(events)
    else:
        shared = {*found.shared, *there.shared_names()}
        names = {*found.events, *there.names()}
    return [
        *(change for name in sorted(shared) for change in of_shared(found.shared.get(name), there.shared(name))),
        *(change for name in sorted(names) for change in of_event(name, found.events.get(name), there.draft(name))),
    ]


def _all_there(found: Folder, events: Collection[str]) -> None:
    for name in events:
        if name not in found.events:
            raise Trouble(f"the folder has no event {name!r}: it has {', '.join(sorted(found.events)) or 'none'}")


def _fate(change: Change) -> str:
    return "removed" if change.service is None else "written" if change.folder is None else "changed"
