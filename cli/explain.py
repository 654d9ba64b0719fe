"""`heliograph webhook explain`: what is made of a captured webhook request."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import click
from pydantic import SecretStr, ValidationError

from cli.capture import NotAsExpected, explained, headers_of
from cli.stage import told
from heliograph.domain.model import WebhookRequest
from heliograph.domain.provider import Credentials
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
) -> None:
    """Say whether a captured request is proven, or why not, and what its events mean. Nothing is sent or stored."""
    with told():
        adapter = load(provider)
    try:
        known = headers_of(headers.read()) if headers else {}
    except NotAsExpected as exc:
        raise click.BadParameter(str(exc), param_hint="--headers") from exc
    credentials = _credentials(adapter.Credentials, secrets)
    came = int(at.timestamp()) if at else None
    request = WebhookRequest(method=method.upper(), url=url, headers=known, body=body.read(), at=came)
    found = explained(adapter, request, credentials)
    click.echo(json.dumps({"provider": provider, **found}, indent=2, ensure_ascii=False, default=str))
    if not found.get("understood"):
        sys.exit(NOT_BELIEVED)


def _credentials(kind: type[Credentials], given: tuple[str, ...]) -> Any:
    """The credentials as far as they prove something: what is for sending may be missing."""
    secret = {name for name, field in kind.model_fields.items() if SecretStr in _types(field.annotation)}
    asked = given or (tuple(sorted(secret)) if sys.stdin.isatty() else ())
    values = dict(_value(one, kind, secret) for one in asked)
    values = {name: value for name, value in values.items() if value}
    try:
        kind.model_validate(values)
    except ValidationError as exc:
        for error in exc.errors(include_input=False, include_context=False):
            if error["type"] != "missing":
                field = ".".join(map(str, error["loc"]))
                raise click.BadParameter(f"{field}: {error['msg']}", param_hint="--secret") from None
    blank = {name: "" for name, field in kind.model_fields.items() if field.is_required()}
    return kind.model_construct(**_typed({**blank, **values}, secret))


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def _typed(values: Mapping[str, str], secret: set[str]) -> dict[str, Any]:
    return {name: SecretStr(value) if name in secret else value for name, value in values.items()}


def _value(given: str, kind: type[Credentials], secret: set[str]) -> tuple[str, str]:
    """FIELD, asked for without being shown; or FIELD=… from where it says."""
    name, equals, source = given.partition("=")
    if name not in kind.model_fields:
        fields = ", ".join(kind.model_fields) or "none"
        raise click.BadParameter(f"{name} is no field; the provider has {fields}", param_hint="--secret")
    if not equals:
        asked = f"{name} (empty: leave it out)"
        return name, click.prompt(asked, default="", hide_input=True, show_default=False, err=True)
    place, _, where = source.partition(":")
    if place == "env":
        if where not in os.environ:
            raise click.BadParameter(f"the variable {where} is not set", param_hint="--secret")
        return name, os.environ[where]
    if place == "file":
        try:
            return name, Path(where).read_text().strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise click.BadParameter(f"{where} cannot be read: {exc}", param_hint="--secret") from exc
    if name in secret:
        advice = f"write {name} alone to be asked for it, or {name}=env:NAME, or {name}=file:PATH"
        raise click.BadParameter(f"{name} is secret and would stay in the shell's history: {advice}")
    return name, source
