"""`heliograph doctor`: every check in order, one line a finding."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Final

import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from cli.deployment import Deployment, at, local_option
from cli.doctor import account, functions, holding, integrations, reports, setting_up, storage, waiting
from cli.doctor.finding import Check, Finding, Level, bad, warn
from cli.stage import stage_option, told
from heliograph.domain.errors import HeliographError

CHECKS: Final = (
    Check("stack", setting_up.stack),
    Check("clock", setting_up.clock),
    Check("secrets", setting_up.secrets),
    Check("addresses", setting_up.urls),
    Check("table", storage.table),
    Check("ttl", storage.forgetting),
    Check("backups", storage.backups),
    Check("queues", waiting.queues),
    Check("dead letters", waiting.dead_letters),
    Check("work index", waiting.overdue),
    Check("circuits", holding.circuits),
    Check("pauses", holding.pauses),
    Check("held", holding.ended),
    Check("sweep", waiting.sweep),
    Check("schedules", waiting.schedules),
    Check("reports", reports.topic),
    Check("mail reports", reports.mails, aws=True),
    Check("functions", functions.running),
    Check("workers", functions.workers, aws=True),
    Check("reserved", functions.reserved),
    Check("concurrency", functions.concurrency, aws=True),
    Check("trouble", functions.trouble, aws=True),
    Check("alarms", reports.alarms, aws=True),
    Check("logs", functions.logs),
    Check("mail account", account.mails),
    Check("text spending", account.texts),
    Check("text account", account.texts_account),
)
INTEGRATIONS: Final = Check("integrations", integrations.credentials)
COLOURS: Final = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "red"}
UNREACHED: Final = (NoCredentialsError, NoRegionError)
DENIED: Final = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")


@click.command()
@stage_option
@local_option
@click.option(
    "--check-integrations", "asking", is_flag=True, help="Ask every provider whether it takes its credentials."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: ok, and a list of findings.")
def doctor(stage: str, *, port: int | None, asking: bool, as_json: bool) -> None:
    """Look at a stage and say what is wrong, and what to do. Changes nothing; ends with 1 when something is bad."""
    with told():
        deployment = at(stage, port)
        # One call that must work: without the stack there is nothing to look at.
        _ = deployment.description
        chosen = (*CHECKS, INTEGRATIONS) if asking else CHECKS
        found = list(examine(deployment, chosen))
    left_out = [check.name for check in chosen if check.aws and deployment.local]
    healthy = all(finding.level is not Level.BAD for _, finding in found)
    if as_json:
        click.echo(json.dumps({"ok": healthy, "left_out": left_out, "findings": [_shown(*one) for one in found]}))
    else:
        _print(found, left_out)
    sys.exit(0 if healthy else 1)


def examine(deployment: Deployment, checks: Iterable[Check] = CHECKS) -> Iterator[tuple[str, Finding]]:
    """The name of the check and what it found, of all that can be looked at there."""
    for check in checks:
        if not (check.aws and deployment.local):
            yield from ((check.name, finding) for finding in looked(check, deployment))


def looked(check: Check, deployment: Deployment) -> list[Finding]:
    """What one check finds; what it could not look at is a finding too."""
    try:
        return list(check.look(deployment))
    except UNREACHED:
        raise
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        if code in DENIED:
            text = f"could not be looked at: your AWS rights do not cover {exc.operation_name}"
            return [warn(text, "docs/operating.md lists the rights that the doctor needs")]
        return [bad(f"{exc.operation_name} failed: {exc.response['Error'].get('Message') or code}", _GONE)]
    except (BotoCoreError, HeliographError) as exc:
        return [bad(f"could not be looked at: {exc}", "look at the AWS status page and your network, then look again")]


_GONE: Final = "what it looks for was deleted or renamed, or AWS has trouble: see the console, or deploy again"


def _shown(name: str, finding: Finding) -> dict[str, str]:
    return {"check": name, "level": finding.level.value, "text": finding.text, "advice": finding.advice}


def _print(found: list[tuple[str, Finding]], left_out: list[str]) -> None:
    for name, finding in found:
        level = click.style(f"{finding.level.value:<4}", fg=COLOURS[finding.level])
        click.echo(f"{level}  {name:<14} {finding.text}")
        if finding.advice:
            click.echo(f"{'':22}{finding.advice}")
    if left_out:
        click.echo(f"left out, since only AWS has them: {', '.join(left_out)}")
    wrong = [sum(finding.level is level for _, finding in found) for level in (Level.BAD, Level.WARN)]
    click.echo("all is well" if not any(wrong) else f"{wrong[0]} bad, {wrong[1]} to know")
