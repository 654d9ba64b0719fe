"""Open and click tracking: a pixel at the end of a mail, and links that pass by us on their way."""

import html as markup
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_LINK: Final = re.compile(r"""(<a\b[^>]{0,2000}?\shref\s*=\s*)(["'])(https?://[^"'<>\s]{1,2000})\2""", re.IGNORECASE)
_END: Final = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What an event wants to know; nothing, unless it is switched on."""

    opens: bool = False
    clicks: bool = False


def tracked(body: str, tracking: Tracking, *, pixel: Callable[[], str], click: Callable[[str], str], own: str) -> str:
    """The HTML of a mail with what *tracking* asks for.

    *pixel* gives the address of the open pixel, *click* the address that counts and then leads to a target; it raises
    ValueError for a target that it refuses. Links that begin with *own* (our unsubscribe page) stay as they are.
    """
    if tracking.clicks:
        body = _LINK.sub(lambda match: _counted(match, click, own), body)
    if not tracking.opens:
        return body
    image = f'<img src="{markup.escape(pixel())}" width="1" height="1" alt="" style="display:none">'
    ends = [match.start() for match in _END.finditer(body)]
    place = ends[-1] if ends else len(body)
    return body[:place] + image + body[place:]


def _counted(match: re.Match[str], click: Callable[[str], str], own: str) -> str:
    before, quote, target = match[1], match[2], markup.unescape(match[3])
    if target.startswith(own):
        return match[0]
    try:
        return f"{before}{quote}{markup.escape(click(target))}{quote}"
    except ValueError:
        # An address that may not be redirected to is left to the reader's own program.
        return match[0]
