"""Where the page of an alarm is: docs/runbooks/NAME.md, a page for each alarm, named as it is."""

from typing import Final

FOLDER: Final = "docs/runbooks"


def page(alarm: str, base: str = "") -> str:
    """The page of an alarm: below *base* when the pages are served somewhere, else its path in the repository."""
    return f"{base.rstrip('/')}/{alarm}.md" if base else f"{FOLDER}/{alarm}.md"
