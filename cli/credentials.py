"""A provider's credentials from whoever types the command: secrets are asked for, or come from a variable or a file."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from pydantic import SecretStr

from heliograph.domain.provider import Credentials


def secret_fields(kind: type[Credentials]) -> set[str]:
    """The fields that may stand in no shell history."""
    return {name for name, field in kind.model_fields.items() if SecretStr in _types(field.annotation)}


def value(given: str, kind: type[Credentials], option: str) -> tuple[str, str]:
    """FIELD, asked for without being shown; or FIELD=env:NAME, FIELD=file:PATH, and of public ones FIELD=VALUE.

    Raises:
        BadParameter: there is no such field, variable or file, or the value is a secret; names *option*.
    """
    name, equals, source = given.partition("=")
    if name not in kind.model_fields:
        fields = ", ".join(kind.model_fields) or "none"
        raise click.BadParameter(f"{name} is no field; the provider has {fields}", param_hint=option)
    if not equals:
        return name, _asked(f"{name} (empty: leave it out)")
    place, _, where = source.partition(":")
    if place == "env":
        if where not in os.environ:
            raise click.BadParameter(f"the variable {where} is not set", param_hint=option)
        return name, os.environ[where]
    if place == "file":
        try:
            return name, Path(where).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise click.BadParameter(f"{where} cannot be read: {exc}", param_hint=option) from exc
    if name in secret_fields(kind):
        advice = f"write {name} alone to be asked for it, or {name}=env:NAME, or {name}=file:PATH"
        raise click.BadParameter(f"{name} is secret and would stay in the shell's history: {advice}", param_hint=option)
    return name, source


def all_fields(kind: type[Credentials], given: Iterable[str], option: str) -> dict[str, str]:
    """What was *given*; at a terminal every other field is asked for. What stays empty is left out."""
    values = dict(value(one, kind, option) for one in given)
    if sys.stdin.isatty():
        values |= {name: _of_person(name, kind) for name in kind.model_fields if name not in values}
    return {name: text for name, text in values.items() if text}


def _of_person(name: str, kind: type[Credentials]) -> str:
    field = kind.model_fields[name]
    if field.is_required():
        label = name
    else:
        label = f"{name} (empty: {field.default})" if field.default else f"{name} (empty: leave it out)"
    if name in secret_fields(kind):
        return _asked(label)
    text: str = click.prompt(label, default="", show_default=False, err=True)
    return text


def _asked(label: str) -> str:
    text: str = click.prompt(label, default="", hide_input=True, show_default=False, err=True)
    return text


def _types(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))
