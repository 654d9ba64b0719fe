"""The command `heliograph`."""

import click

from cli.init import init


@click.group()
def main() -> None:
    """Heliograph: notifications from your own AWS account."""


main.add_command(init)
