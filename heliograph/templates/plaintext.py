"""The text part of a mail that has an HTML part only.

By hand over one pattern, since `html.parser` of Python 3.13.0 takes quadratic time for some malformed HTML.
"""

import re
from html import unescape
from typing import Final

from heliograph.templates.limits import Refused

MAX_TAGS: Final = 40_000

UNSEEN: Final = frozenset({"head", "script", "style", "title"})
LINES: Final = {
    **dict.fromkeys(("br", "tr", "/tr", "/li", "div", "/div", "ul", "ol", "/ul", "/ol"), "\n"),
    **dict.fromkeys(("p", "/p", "h1", "/h1", "h2", "/h2", "h3", "/h3", "h4", "/h4", "table", "/table"), "\n\n"),
    "hr": "\n\n---\n\n",
    "li": "\n- ",
    "/td": " ",
    "/th": " ",
}
"""What a tag is in a text."""

# No piece of it can be taken in two ways and none crosses the next "<", so the time is linear.
_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/<>]*)((?:[^<>"']|"[^"]*"|'[^']*')*+)>|<![^<>]*>""")
_ATTRIBUTE = re.compile(r"""\b(href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_BLANKS_IN_LINE = re.compile(r" {2,}")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")


def from_html(html: str) -> str:
    """What a person reads of the HTML: paragraphs, list items, links as `text (address)`, pictures as their text.

    Raises:
        Refused: more than 40,000 tags.
    """
    pieces: list[str] = []
    links: list[tuple[int, str]] = []
    at, unseen, source = 0, "", _without_comments(html)
    for count, tag in enumerate(_TAG.finditer(source)):
        if count >= MAX_TAGS:
            raise Refused(f"the HTML has more than {MAX_TAGS} tags; write the text part yourself")
        name = (tag[1] or "").lower()
        if not unseen:
            pieces.append(_words(source[at : tag.start()]))
            _tag(name, tag[2] or "", pieces, links)
        unseen = "" if name == f"/{unseen}" else unseen or (name if name in UNSEEN else "")
        at = tag.end()
    if not unseen:
        pieces.append(_words(source[at:]))
    text = _BLANKS_IN_LINE.sub(" ", "".join(pieces))
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", text)).strip()


def _tag(name: str, attributes: str, pieces: list[str], links: list[tuple[int, str]]) -> None:
    if name in LINES:
        pieces.append(LINES[name])
    elif name == "img":
        pieces.append(_attribute(attributes, "alt"))
    elif name == "a":
        links.append((len(pieces), _attribute(attributes, "href")))
    elif name == "/a" and links:
        begun, address = links.pop()
        words = "".join(pieces[begun:]).strip()
        if address.startswith(("http://", "https://")) and address != words:
            pieces.append(f" ({address})" if words else address)


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return unescape(found[2] or found[3] or "").strip()
    return ""


def _words(raw: str) -> str:
    return unescape(_BLANKS.sub(" ", raw))


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join((*kept, html[at:]))
