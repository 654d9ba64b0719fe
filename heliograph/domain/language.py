"""Language tags (BCP 47): checked and in one form, so that a template and a contact's language can meet."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from heliograph.domain.errors import BadInput

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_CASES: Final[Mapping[int, Callable[[str], str]]] = {2: str.upper, 4: str.title}
"""A country has two letters, a script four."""


def language_tag(text: str, field: str) -> str:
    """A language tag such as `sv`, `sv-FI` or `zh-Hant-TW`, in that way of writing; `sv_FI` is taken too.

    Raises:
        BadInput: it is none.
    """
    text = text.replace("_", "-")
    if not _TAG.fullmatch(text):
        raise BadInput(f"`{field}` must be a language tag such as `en` or `sv-FI`", field=field)
    head, *rest = text.split("-")
    return "-".join([head.lower(), *(_CASES.get(len(part), str)(part) for part in rest)])
