"""Where the service is and with which key: from options, the environment, or a file; the key never from an option."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from cli.templates.faults import Faulty
from cli.templates.service import Refused, Service, Unreachable

URL: Final = "HELIOGRAPH_URL"
KEY: Final = "HELIOGRAPH_API_KEY"


class Trouble(click.ClickException):
    """Exit status 2; 1 is for what differs."""

    exit_code = 2


def access_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--folder`, `--url` and `--env-file`."""
    folder = click.option("--folder", default="templates", show_default=True, type=click.Path(path_type=Path))
    return folder(place_options(command))


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--url` and `--env-file`."""
    for option in (
        click.option(
            "--env-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help=f"With {URL} and {KEY}, such as .local/env.",
        ),
        click.option("--url", help=f"Of the API; else {URL}. The key is read from {KEY}, or asked for."),
    ):
        command = option(command)
    return command


def service[S: Service](url: str | None, env_file: Path | None, kind: type[S]) -> S:
    """The service of the caller's choice, as *kind* sees it.

    Raises:
        Trouble: no address, or no key.
    """
    values = {**os.environ, **(variables(env_file.read_text(encoding="utf-8")) if env_file else {})}
    url = url or values.get(URL)
    if not url:
        raise Trouble(f"where is the service? Set {URL}, or give --url or --env-file")
    key = values.get(KEY) or _asked()
    with told():
        found = kind(url, key)
    click.get_current_context().call_on_close(found.close)
    return found


def variables(text: str) -> dict[str, str]:
    """`[export ]NAME=value` of every line, quoted as for a shell."""
    pairs = (word.partition("=") for word in shlex.split(text, comments=True))
    return {name: value for name, equals, value in pairs if equals}


@contextmanager
def told() -> Iterator[None]:
    """Errors as sentences, those of files with their places."""
    try:
        yield
    except Faulty as exc:
        raise Trouble(f"the folder has faults; nothing was done\n{exc}") from exc
    except Refused as exc:
        raise Trouble(exc.detail) from exc
    except Unreachable as exc:
        raise Trouble(str(exc)) from exc


def _asked() -> str:
    if not sys.stdin.isatty():
        raise Trouble(f"there is no key: set {KEY}")
    key: str = click.prompt("API key", hide_input=True)
    return key
