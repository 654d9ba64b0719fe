"""`heliograph init`: the secrets that CloudFormation cannot make, made once."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

import click

from cli.stage import Stage, stage_option, told
from heliograph.names import SECRETS, parameters_root

BYTES: Final = 32

type Token = Callable[[], str]
"""Gives a new random value, 32 bytes in base64url."""


def create_secrets(ssm: Any, stage: str, token: Token) -> Iterator[tuple[str, bool]]:
    """Create what is missing; yield each parameter's name and whether it was made now.

    What exists is never read and never overwritten: a new pepper would invalidate every API key.

    Raises:
        botocore.exceptions.ClientError, BotoCoreError: AWS refused or was not reached.
    """
    for name, value in _values(token).items():
        path = f"{parameters_root(stage)}/{SECRETS}/{name}"
        try:
            ssm.put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=False)
        except ssm.exceptions.ParameterAlreadyExists:
            yield path, False
        else:
            yield path, True


@click.command()
@stage_option
def init(stage: str) -> None:
    """Create a stage's secrets in SSM, once. What exists stays as it is."""
    with told():
        for path, made in create_secrets(Stage(stage).client("ssm"), stage, lambda: secrets.token_urlsafe(BYTES)):
            click.echo(f"{'created' if made else 'kept   '}  {path}")
    click.echo(f"Stage {stage} has its secrets. Running functions see new ones within a minute.")


def _values(token: Token) -> dict[str, str]:
    return {"pepper": token(), "tokens": json.dumps({"1": token()}), "data": json.dumps({"1": token()})}
