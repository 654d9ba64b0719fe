"""`heliograph webhook explain`: what is made of a captured webhook request."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final, TextIO

import click
from pydantic import SecretStr, ValidationError

from cli.capture import NotAsExpected, explained, headers_of
from cli.credentials import secret_fields, value
from cli.stage import Stage, stage_option, told
from heliograph.domain.model import WebhookRequest
from heliograph.domain.provider import Credentials, Provider
from heliograph.providers import load

NOT_BELIEVED: Final = 1
"""The command's exit status when the request is not proven, or not understood."""


@click.group()
def webhook() -> None:
    """Vendors' webhooks."""


@webhook.command()
@click.argument("provider")
@click.option("--body", required=True, type=click.File("rb"), help="The body, byte for byte as it came; - for stdin.")
@click.option("--headers", type=click.File(), help="`Name: value` lines, or a JSON object.")
@click.option("--url", default="", help="As it was entered at the vendor's, with its query.")
@click.option("--method", default="POST", show_default=True)
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="When it came; some proofs have an age limit.")
@click.option(
    "--integration",
    "integration",
    default="",
    help="Prove it by what the stage keeps for this integration, with AWS rights.",
)
@click.option("--project", default="", help="The integration's project.")
@stage_option
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="FIELD[=env:NAME|=file:PATH]",
    help="A field of the integration's credentials: asked for, or from a variable or a file. Public ones: FIELD=VALUE.",
)
def explain(
    provider: str,
    *,
    body: BinaryIO,
    headers: TextIO | None,
    url: str,
    method: str,
    at: datetime | None,
    secrets: tuple[str, ...],
    integration: str,
    project: str,
    stage: str,
) -> None:
    """Say whether a captured request is proven, or why not, and what its events mean. Nothing is sent or stored."""
    with told():
        adapter = load(provider)
    try:
        known = headers_of(headers.read()) if headers else {}
    except NotAsExpected as exc:
        raise click.BadParameter(str(exc), param_hint="--headers") from exc
    credentials = (
        _kept(Stage(stage), project, integration, adapter)
        if integration
        else _credentials(adapter.Credentials, secrets)
    )
    came = int(at.timestamp()) if at else None
    request = WebhookRequest(method=method.upper(), url=url, headers=known, body=body.read(), at=came)
    found = explained(adapter, request, credentials)
    click.echo(json.dumps({"provider": provider, **found}, indent=2, ensure_ascii=False, default=str))
    if not found.get("understood"):
        sys.exit(NOT_BELIEVED)


def _kept(stage: Stage, project: str, integration: str, adapter: Provider) -> Any:
    """The credentials in the stage's vault."""
    if not project:
        raise click.BadParameter("say which project the integration is of", param_hint="--project")
    with told():
        known = stage.projects.get(project)
        found = known.integration(integration) if known else None
        if found is None or found.provider != adapter.name:
            detail = f"project {project} has no integration {integration} of {adapter.name}"
            raise click.BadParameter(detail, param_hint="--integration")
        return stage.vault.credentials(project, integration, adapter)


def _credentials(kind: type[Credentials], given: tuple[str, ...]) -> Any:
    """The credentials as far as they prove something: what is for sending may be missing."""
    secret = secret_fields(kind)
    asked = given or (tuple(sorted(secret)) if sys.stdin.isatty() else ())
    values = dict(value(one, kind, "--secret") for one in asked)
    values = {name: text for name, text in values.items() if text}
    try:
        kind.model_validate(values)
    except ValidationError as exc:
        for error in exc.errors(include_input=False, include_context=False):
            # What is wrong with all of them together is that some are left out.
            if error["type"] != "missing" and error["loc"]:
                field = ".".join(map(str, error["loc"]))
                raise click.BadParameter(f"{field}: {error['msg']}", param_hint="--secret") from None
    blank = {name: "" for name, field in kind.model_fields.items() if field.is_required()}
    return kind.model_construct(**_typed({**blank, **values}, secret))


def _typed(values: Mapping[str, str], secret: set[str]) -> dict[str, Any]:
    return {name: SecretStr(text) if name in secret else text for name, text in values.items()}
