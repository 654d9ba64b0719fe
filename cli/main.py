"""The command `heliograph`."""

import click

from cli.init import init
from cli.projects import keys, projects


@click.group()
def main() -> None:
    """Heliograph: notifications from your own AWS account."""


for command in (init, projects, keys):
    main.add_command(command)
