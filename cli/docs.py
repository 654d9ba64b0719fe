"""Write what comes from code, the tables of `docs/status.md` and the API's document: `python -m cli.docs`."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from cli import capabilities, rights
from cli.openapi import document
from heliograph.domain import retry
from heliograph.domain.model import EventKind
from heliograph.domain.persistence import USUAL_RETRIES
from heliograph.domain.reasons import ADVICE
from heliograph.domain.status import ENGAGEMENT, TABLE, Row

PAGE: Final = Path(__file__).parents[1] / "docs" / "status.md"
_SECTION: Final = re.compile(r"(<!-- (\w+), written by python -m cli\.docs -->\n).*?(<!-- end -->)", re.DOTALL)


def page(text: str) -> str:
    """*text* with every table between its marks brought up to date.

    Raises:
        KeyError: a mark names a table that there is not.
    """
    return _SECTION.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", text)


def delivery() -> str:
    """Every standing of an attempt, by rank."""
    rows = (
        (str(int(row.rank)), _status(row), row.evidence, _event(row.event, row.bounce),
         row.notifuse, row.sendivent, str(row.courier))
        for row in TABLE
    )  # fmt: skip
    return _table(("rank", "status", "evidence", "provider event", "Notifuse", "Sendivent", "Courier"), rows)


def engagement() -> str:
    """What people did, the strongest first."""
    rows = (
        (f"`{mark.status}`", mark.evidence, f"`{mark.event}`", mark.notifuse, mark.sendivent, str(mark.courier))
        for mark in reversed(ENGAGEMENT)
    )
    return _table(("status", "evidence", "provider event", "Notifuse", "Sendivent", "Courier"), rows)


def reasons() -> str:
    """The closed list of reasons, and what to do."""
    return _table(("reason", "what to do"), ((f"`{reason}`", text) for reason, text in ADVICE.items()))


def retries() -> str:
    """When a failed attempt is tried again."""
    pushes = ", ".join(_time(wait) for wait in retry.PUSHES)
    rows = (
        ("longest wait before the second try", _time(retry.FIRST_BACKOFF)),
        ("it doubles with every try, up to", _time(retry.LONGEST_BACKOFF)),
        ("new attempts after a reported failure that passes", _usual_retries()),
        ("each so long after the report", f"{', '.join(_time(wait) for wait in retry.REPORTED)} and so on"),
        ("one integration is tried for", _time(retry.PROVIDER_DEADLINE)),
        ("one channel is tried for, where another follows", _time(retry.CHANNEL_DEADLINE)),
        ("a message that was not handed over expires after", _time(retry.MESSAGE_DEADLINE)),
        ("brake: tries of a message", str(retry.MAX_TRIES)),
        ("brake: attempts, with those that cost no try", str(retry.MAX_ATTEMPTS)),
        ("brake: wake-ups in a row before the sweep takes over", str(retry.MAX_HOPS)),
        ("the sweep wakes what is overdue by", _time(retry.SWEEP_GRACE)),
        ("and looks at it again after", f"{pushes} and so on"),
    )
    return _table(("what", "how much"), rows)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "delivery": delivery,
    "engagement": engagement,
    "reasons": reasons,
    "retries": retries,
}
"""The name in a mark -> what is written behind it."""


def _usual_retries() -> str:
    named = ", ".join(f"`{channel.value}` {count}" for channel, count in USUAL_RETRIES.items())
    return f"{named}, others 0"


def _status(row: Row) -> str:
    kind = row.bounce or ("deferred" if row.event is EventKind.DEFERRED else "")
    return f"`{row.status}`, {kind}" if kind else f"`{row.status}`"


def _event(kind: EventKind | None, bounce: str | None) -> str:
    return " ".join(filter(None, (f"`{kind}`" if kind else "", bounce)))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _time(milliseconds: int) -> str:
    """`5 s`, `15 min`, `72 h`."""
    for size, unit in ((3_600_000, "h"), (60_000, "min")):
        if milliseconds >= size and milliseconds % size == 0:
            return f"{milliseconds // size} {unit}"
    return f"{milliseconds / 1000:g} s"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    capabilities.write()
    document.write()
    rights.write()
