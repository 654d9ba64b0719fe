"""Who a mail is from: `Ada <ada@example.com>`, and whether one send may say another name."""

import re
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Final

_PLAIN: Final = re.compile(r"[\w !#$%&'*+/=?^`{|}~-]+")


def parts(sender: str) -> tuple[str, str]:
    """(display name, address), each as it is written; the name is empty when there is none."""
    name, address = parseaddr(sender)
    return name, address


def named(name: str, address: str) -> str:
    """Back into one text; a name with a comma or the like is quoted (RFC 5322 3.2.4)."""
    if not name:
        return address
    if _PLAIN.fullmatch(name):
        return f"{name} <{address}>"
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{address}>'


def domain(sender: str) -> str:
    """The domain of a sender's address in lower case."""
    return parts(sender)[1].rpartition("@")[2].lower()


def allowed(wanted: str, senders: Iterable[str]) -> bool:
    """Whether *wanted* has the domain of one of *senders*: only that domain is known to be the integration's."""
    return domain(wanted) in {domain(sender) for sender in senders}
