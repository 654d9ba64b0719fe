"""`heliograph webhook replay`: stored events read once more, after a provider's mapping was mended."""

import json
from collections import Counter
from datetime import datetime

import click

from cli.stage import Stage, stage_option, told
from heliograph.domain.model import JSON, ProviderEvent
from heliograph.providers import load
from heliograph.store.archive import Archive
from heliograph.usecases.replay import Replay, Reread, Verdict, hand_on


@click.command()
@click.option("--provider", required=True)
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]),
    help="Events that came since then; UTC without an offset.",
)
@click.option("--project", default="", help="Of this project alone.")
@click.option("--dry-run", "dry", is_flag=True, help="Only say what would change.")
@stage_option
def replay(provider: str, since: datetime, *, project: str, dry: bool, stage: str) -> None:
    """Read stored events of PROVIDER as its mapping reads today, and correct those that mean something else.

    It reads the whole table, and may be done again and again. A status never falls by it.
    """
    moment = int((since if since.tzinfo else datetime.fromisoformat(f"{since.isoformat()}+00:00")).timestamp() * 1000)
    counts: Counter[Verdict] = Counter()
    with told():
        there = Stage(stage)
        work = Replay(archive=Archive(there.table), projects=there.projects, load=load)
        found = work.read(provider, since=moment, project=project)
        for one in found if dry else hand_on(found, there.events):
            counts[one.verdict] += 1
            if one.correction:
                click.echo(json.dumps(_line(one, one.correction.event), ensure_ascii=False))
    done = "would be corrected" if dry else "on the events queue"
    click.echo(
        f"{counts.total()} events of {provider}: {counts[Verdict.CHANGED]} {done}, {counts[Verdict.SAME]} the same,"
        f" {counts[Verdict.IGNORED]} {Verdict.IGNORED.value}",
        err=True,
    )


def _line(one: Reread, after: ProviderEvent) -> JSON:
    stored = one.stored
    about = {"project": stored.project, "notification": stored.notification, "message": stored.report.message}
    return about | {"was": _meaning(stored.report.event), "is": _meaning(after)}


def _meaning(event: ProviderEvent) -> JSON:
    told = {"kind": event.kind.value, "bounce": event.bounce, "reason": event.reason, "code": event.code}
    return {name: value for name, value in told.items() if value} | ({"machine": True} if event.machine else {})
