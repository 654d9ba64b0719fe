"""Language tags (BCP 47): checked and in one form, so that a template and a contact's language can meet."""

import re
from typing import Final

from heliograph.domain.errors import BadInput

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_REGION: Final = 2
"""Characters of a country in a tag."""


def language_tag(text: str, field: str) -> str:
    """A language tag such as `sv` or `sv-FI`, in that way of writing.

    Raises:
        BadInput: it is none.
    """
    if not _TAG.fullmatch(text):
        raise BadInput(f"`{field}` must be a language tag such as `en` or `sv-FI`", field=field)
    head, *rest = text.split("-")
    return "-".join([head.lower(), *(part.upper() if len(part) == _REGION else part for part in rest)])
