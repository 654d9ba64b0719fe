"""What each function may do, as `docs/security.md` shows it: written from the table that the roles are made from."""

import re
from pathlib import Path
from typing import Final

from heliograph.names import Function
from infra.cdk.permissions import ACCESS, Access

PAGE: Final = Path(__file__).parents[1] / "docs" / "security.md"
_SECTION: Final = re.compile(r"(<!-- rights, written by python -m cli\.docs -->\n).*?(<!-- end -->)", re.DOTALL)
HEAD: Final = ("function", "table", "indexes", "queues", "parameters", "files", "besides")


def page(text: str) -> str:
    """*text* with its table brought up to date."""
    return _SECTION.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", text)


def write() -> None:
    """Bring the page up to date."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def table() -> str:
    """One row a function."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(name, ACCESS[name]) for name in Function)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(name: Function, access: Access) -> tuple[str, ...]:
    files = [f"`{folder}/`: {', '.join(actions)}" for folder, actions in access.objects.items()]
    return (
        f"`{name}`",
        ", ".join(access.table) or "nothing",
        ", ".join(f"`{index}`" for index in access.indexes),
        ", ".join(access.queues),
        "; ".join(_parameters(access)),
        "; ".join([*files, *(["is told what is missing"] * access.misses)]),
        "; ".join(_besides(access)),
    )


def _parameters(access: Access) -> list[str]:
    folders = " and ".join(f"`{folder}`" for folder in access.reads)
    credentials = ", ".join(action.removesuffix("Parameter").lower() for action in access.credentials)
    return [f"reads {folders}", *([f"credentials: {credentials}"] if credentials else [])]


def _besides(access: Access) -> list[str]:
    told = {
        "makes schedules": access.schedules,
        "takes dead letters out": access.heals,
        "sends by SES, SNS and End User Messaging": access.provides,
        "asks how the account stands": access.asks,
    }
    return [text for text, true in told.items() if true]
