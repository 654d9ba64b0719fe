"""`python -m local --port 8400 [--context name=value ...]`: the whole service until Ctrl-C."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from local.errors import CannotStart

ENV_FOLDER: Final = Path(".local")


def pair(text: str) -> tuple[str, str]:
    """`name=value`.

    Raises:
        argparse.ArgumentTypeError: it is not.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--port", type=int, default=8400, help="of the API; the other ports follow it")
    parser.add_argument(
        "--context", type=pair, action="append", default=[], metavar="NAME=VALUE", help="for the CDK app"
    )
    parser.add_argument("--template", type=Path, help="run this synthesised template, and synthesise none")
    parser.add_argument("--empty", action="store_true", help="do not make the project demo")
    return parser.parse_args()


def progress(began: float) -> Callable[[str], None]:
    """What shows the steps of the start-up, with the seconds since *began* (monotonic)."""
    return lambda step: print(f"{time.monotonic() - began:5.1f} s  {step} ...", flush=True)


def interrupt(_signal: int, _frame: Any) -> None:
    """End the program; further signals are ignored, so that everything is stopped."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def serve(chosen: argparse.Namespace) -> None:
    """Start, say where everything is, and wait."""
    say = progress(time.monotonic())
    say("Loading")
    from local import banner  # noqa: PLC0415  # half a second of imports, in which something should be seen
    from local.host import Host, seed_demo  # noqa: PLC0415  # the same

    seed = None if chosen.empty else seed_demo
    with Host(chosen.port, dict(chosen.context), say=say, template=chosen.template, seed=seed) as host:
        say("Ready")
        path = banner.write(host.access.variables(), ENV_FOLDER, chosen.port)
        print(banner.block(host.access, path), flush=True)
        threading.Event().wait()


def main() -> None:
    """Serve until interrupted; whatever cannot start is one sentence and exit status 1."""
    chosen = arguments()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupt)
    try:
        serve(chosen)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    except CannotStart as exc:
        sys.exit(f"local: {exc}")


if __name__ == "__main__":
    main()
