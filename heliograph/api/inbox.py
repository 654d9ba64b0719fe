"""Requests about in-app inboxes."""

import re
from typing import Final

from pydantic import Field

from heliograph.api.shape import Shape
from heliograph.domain.errors import BadInput
from heliograph.domain.inbox import Mark

SHOWS: Final = ("current", "unread", "archived")
_ITEM: Final = re.compile(r"[0-9]{13}-[a-z2-7]{26}-[0-9]{1,3}")


class MarkBody(Shape):
    """`PATCH /v1/contacts/{identifier}/inbox/{item}`."""

    seen: bool | None = Field(default=None, strict=True, description="It was shown in a list.")
    read: bool | None = Field(default=None, strict=True, description="It was opened; the message is then `opened`.")
    archived: bool | None = Field(default=None, strict=True, description="It was put away.")

    def marks(self) -> dict[Mark, bool]:
        """What is said.

        Raises:
            BadInput: nothing is.
        """
        found = {mark: getattr(self, mark.value) for mark in Mark}
        told = {mark: yes for mark, yes in found.items() if yes is not None}
        if not told:
            raise BadInput("say at least one of `seen`, `read` and `archived`, true or false", field="read")
        return told


def show(text: str) -> str:
    """Which items are wanted; `current` for none said.

    Raises:
        BadInput: no such list.
    """
    if text not in SHOWS:
        raise BadInput(f"`show` must be one of {', '.join(SHOWS)}", field="show")
    return text


def item_id(text: str) -> str:
    """An item's id.

    Raises:
        BadInput: it is none.
    """
    if not _ITEM.fullmatch(text):
        raise BadInput("the item's id must be one that the list of the inbox gave", field="item")
    return text
