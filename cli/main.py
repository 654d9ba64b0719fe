"""The command `heliograph`."""

import click

from cli.doctor.command import doctor
from cli.explain import webhook
from cli.init import init
from cli.integrations.commands import integrations
from cli.limits import limit
from cli.pauses import circuits, pause, pauses, resume
from cli.projects import keys, projects
from cli.redrive import redrive
from cli.replay import replay
from cli.rotation import rotate
from cli.templates.commands import templates


@click.group()
def main() -> None:
    """Heliograph: notifications from your own AWS account."""


for command in (
    init,
    projects,
    keys,
    integrations,
    pause,
    resume,
    pauses,
    circuits,
    templates,
    webhook,
    doctor,
    redrive,
):
    main.add_command(command)
projects.add_command(limit)
keys.add_command(rotate)
webhook.add_command(replay)
