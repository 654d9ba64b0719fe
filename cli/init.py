"""`heliograph init`: the secrets that CloudFormation cannot make, made once."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

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
@click.option("--stage", default="dev", show_default=True, help="The stage whose secrets are made.")
def init(stage: str) -> None:
    """Create a stage's secrets in SSM, once. What exists stays as it is."""
    try:
        for path, made in create_secrets(_client(), stage, lambda: secrets.token_urlsafe(BYTES)):
            click.echo(f"{'created' if made else 'kept   '}  {path}")
    except (BotoCoreError, ClientError) as exc:
        raise click.ClickException(_advice(exc)) from exc
    click.echo(f"Stage {stage} has its secrets. Running functions see new ones within a minute.")


def _client() -> Any:
    # boto3 does not know AWS_REGION, which the CDK and Lambda use.
    return boto3.Session(region_name=os.environ.get("AWS_REGION")).client("ssm")


def _values(token: Token) -> dict[str, str]:
    return {"pepper": token(), "tokens": json.dumps({"1": token()})}


def _advice(exc: Exception) -> str:
    if isinstance(exc, NoCredentialsError):
        return "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(exc, NoRegionError):
        return "there is no AWS region: set AWS_REGION to the region that the stage is deployed in"
    return f"AWS refused or was not reached: {exc}"
