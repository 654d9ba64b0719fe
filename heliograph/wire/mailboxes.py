"""Mail addresses with display names, as vendors want them written."""

from email.utils import parseaddr
from typing import Final

SPECIAL: Final = str.maketrans({"\\": r"\\", '"': r"\""})


def quoted(sender: str) -> str:
    """`"Name" <address>` (RFC 5322), or the bare address; the name keeps its letters, whatever alphabet they are of."""
    name, address = parseaddr(sender)
    return f'"{name.translate(SPECIAL)}" <{address}>' if name else address


def domain(sender: str) -> str:
    """The domain of its address."""
    return parseaddr(sender)[1].rpartition("@")[2]
