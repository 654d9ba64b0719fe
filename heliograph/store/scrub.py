"""Take a person out of a notification's items: what tells of them goes, what counts stays.

What is not named here goes, so that whatever is stored in addition one day is erased too.
"""

import re
from typing import Any, Final

from heliograph.domain.errors import Busy
from heliograph.domain.message import MessageId
from heliograph.names import BY_CONTACT, INDEXES, PARTITION, SORT, TTL
from heliograph.store import keys
from heliograph.store.table import Item, Refused, Table

_INDEXED: Final = frozenset(name for pair in INDEXES.values() for name in pair)
_KEYS: Final = frozenset({PARTITION, SORT, TTL}) | _INDEXED
_PROGRESS: Final = frozenset(
    [
        "a",
        "ph",
        "dl",
        "n",
        "tok",
        "ls",
        "due",
        "stop",
        "ag",
        "exp",
        "pu",
        "sp",
        "nb",
        "nf",
        "na",
        "ga",
        "hd",
        "hs",
        "wt",
        "sl",
        "mk",
    ]
)
_MESSAGE: Final = (
    _KEYS
    | _PROGRESS
    | frozenset(["md", "ln", "ch", "ev", "vn", "c", "cr", "h", "pl", "eg", "xh", "xo", "to", "rt", "fi", "bg"])
    | frozenset(["sw", "ct", "cl", "mg"])
)
"""The contact's id stays, since the tombstone lies under it; so does the hash by which a repeat is recognised."""
_NUMBERED = re.compile(r"[rt][0-9]+")
_TRY = re.compile(r"t[0-9]+")
_EVENT: Final = _KEYS | frozenset(["k", "b", "i", "a", "own", "m", "id", "at", "rx", "r", "c", "mh"])
_TEXT: Final = "x"
"""What a provider said of an attempt, often with the address in it."""
_TRIES: Final = 5


class Scrub:
    """Works on the items of notifications."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def messages(self, project: str, notification: str) -> list[MessageId]:
        """The notification's messages."""
        partition = keys.notification(project, notification)
        sorts = [item[SORT] for item in self._table.query(partition, begins=keys.HEAD, strong=True)]
        numbers = [int(sort.partition("#")[2] or 0) for sort in sorts if _is_message(sort)]
        return [MessageId(project=project, notification=notification, number=number) for number in numbers]

    def inbox(self, project: str, contact: str, *, until: int) -> None:
        """Remove what lies in the contact's in-app inbox since *until* or before; what came back later stays."""
        for item in self._table.query(keys.inbox(project, contact), before=f"{until + 1:013d}", strong=True):
            self._table.delete((item[PARTITION], item[SORT]))

    def __call__(self, project: str, notification: str, *, last: bool) -> None:
        """Remove addresses, data, raw events; the *last* time also the entry in the contact's history.

        Again and again is the same as once, so a run that died is simply repeated.

        Raises:
            Busy: somebody changes a message all the time.
        """
        items = list(self._table.query(keys.notification(project, notification), strong=True))
        heads = [item for item in items if _is_message(item[SORT])]
        # The address first: from then on whoever loads the message knows that it is erased.
        for item in heads:
            self._scrub_message(item)
        for item in items:
            if item[SORT].startswith(keys.EVENTS):
                self._scrub_event(item)
            elif not _is_message(item[SORT]):
                self._table.delete((item[PARTITION], item[SORT]))
        if last:
            for item in heads:
                self._unlist(item)

    def _scrub_message(self, item: Item | None) -> None:
        for _ in range(_TRIES):
            if item is None or not (changes := _message_changes(item)):
                return
            key = (item[PARTITION], item[SORT])
            try:
                # A worker may write the story of an attempt at the same time; what it writes must be seen first.
                expect = {name: item[name] for name in changes if _TRY.fullmatch(name)} | {"cr": item["cr"]}
                self._table.update(key, changes, expect=expect)
            except Refused:
                item = self._table.get(key, strong=True)
            else:
                return
        raise Busy("the message is being changed by others at this moment")

    def _scrub_event(self, item: Item) -> None:
        changes = {name: None for name in item if name not in _EVENT}
        if changes:
            self._if_there(item, changes, expect={"k": item["k"]})

    def _unlist(self, item: Item) -> None:
        names = INDEXES[BY_CONTACT]
        if names[0] in item:
            self._if_there(item, dict.fromkeys(names), expect={"cr": item["cr"]})

    def _if_there(self, item: Item, changes: Item, *, expect: Item) -> None:
        try:
            self._table.update((item[PARTITION], item[SORT]), changes, expect=expect)
        except Refused:
            return


def _is_message(sort: str) -> bool:
    return sort == keys.HEAD or sort.startswith(f"{keys.HEAD}#")


def _message_changes(item: Item) -> Item:
    changes: Item = {name: None for name in item if name not in _MESSAGE and not _NUMBERED.fullmatch(name)}
    if item["to"]:
        changes["to"] = ""
    return changes | {name: _silent(value) for name, value in item.items() if _TRY.fullmatch(name) and _TEXT in value}


def _silent(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != _TEXT}
