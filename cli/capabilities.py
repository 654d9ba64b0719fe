"""The table of `docs/providers/README.md`: what can be expected of each provider, in its own words."""

import re
from pathlib import Path
from typing import Final

from heliograph.domain.model import EventKind
from heliograph.domain.provider import Provider, Rereads
from heliograph.providers import REGISTRY, load
from heliograph.wire import basic_auth

FOLDER: Final = Path(__file__).parents[1] / "docs" / "providers"
PAGE: Final = FOLDER / "README.md"
HEAD: Final = ("provider", "channels", "our token", "reports", "idempotency key", "proof of its events", "replay")
HOUR: Final = 3600
DAY: Final = 24 * HOUR
NOTHING: Final = "none"
_SECTION: Final = re.compile(r"(<!-- capabilities, written by python -m cli\.docs -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """*text* with the table between its marks brought up to date."""
    return _SECTION.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", text)


def write() -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text()))


def table() -> str:
    """One row for each provider."""
    lines = [HEAD, ("---",) * len(HEAD), *(_row(load(name)) for name in sorted(REGISTRY))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _row(provider: Provider) -> tuple[str, ...]:
    able = provider.capabilities
    return (
        f"[`{provider.name}`]({_page(provider.name)})",
        ", ".join(sorted(provider.channels)),
        "comes back" if able.echo else "is lost",
        ", ".join(f"`{kind}`" for kind in EventKind if kind in able.reports) or "nothing after `sent`",
        _window(able.send_key_seconds) if able.send_key_seconds else NOTHING,
        _proof(provider),
        _replay(provider),
    )


def _page(name: str) -> str:
    return f"{name}.md" if (FOLDER / f"{name}.md").exists() else f"../{name}.md"


def _window(seconds: int) -> str:
    """`365 d`, `24 h`, `90 s`."""
    for size, unit in ((DAY, "d"), (HOUR, "h")):
        if seconds > size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _replay(provider: Provider) -> str:
    """Whether stored events can be read once more."""
    if isinstance(provider, Rereads):
        return "yes"
    return "no" if provider.capabilities.reports else NOTHING


def _proof(provider: Provider) -> str:
    able = provider.capabilities
    if able.proof or not able.reports:
        return able.proof or NOTHING
    if able.bus:
        return "by SNS to our own queue"
    return "a password of ours" if issubclass(provider.Credentials, basic_auth.Credentials) else "signature"
