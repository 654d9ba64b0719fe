"""Where in the HTML a template's text ends, so that every variable is judged by the place where it stands.

A tokenizer of the states of the HTML standard (13.2.5) that matter here, over the template's own text only. It is
linear in the text, and stricter than a browser where a browser would guess.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum
from html import unescape
from typing import Final


class Where(Enum):
    """The state at the end of a stretch of text; the value completes `the variable stands …`."""

    TEXT = "in the text"
    OPEN = "in a tag's name"
    TAG = "in a tag, between attributes"
    NAME = "at the end of an attribute's name"
    BARE = "in an attribute without quotes"
    VALUE = "in an attribute"
    RAW = "in an element without markup"
    COMMENT = "in a comment"
    DECLARATION = "in a declaration"


@dataclass(frozen=True, slots=True)
class Place:
    """A state with what must be remembered of it. *head* is a link's value so far, None once its scheme is known."""

    where: Where = Where.TEXT
    element: str = ""
    attribute: str = ""
    quote: str = ""
    head: str | None = None


class Misplaced(Exception):
    """A sentence on text that is not where it may be; *line* counts from the text's first, 0."""

    line = 0
    near = ""


TEXT: Final = Place()
LINKS: Final = frozenset({"action", "background", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})
"""Attributes whose value is one address."""
SCHEMES: Final = frozenset({"cid", "http", "https", "mailto", "sms", "tel"})
RAW: Final = frozenset(
    {"iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"}
)
"""Elements in which a browser looks for their own end only."""

UNKNOWN: Final = "="
"""The attribute that stands where branches leave it open which; no attribute's name has an equals sign."""
NEAR: Final = 30
"""Characters that say where a fault is."""
MAX_STEPS: Final = 20_000
"""Of the tokenizer in one part, each about 2 µs: a tag costs two and one for each attribute."""

_OPENING = re.compile(r"<(?:(!--\[if[^<>]*\]>)|(!---?>)|(!--)|([!?])|(/?[A-Za-z][^\s/>]*)|(/?\Z))", re.IGNORECASE)
_NAME = re.compile(r"[^\s/>=]+")
_EQUALS = re.compile(r"\s*=\s*")
_SPACE = re.compile(r"[\s/]+")
_UNQUOTED = re.compile(r"[^\s>]*")
_HEAD = re.compile(r"([^:/?#]*)([:/?#]?)")
_HALF_ENTITY = re.compile(r"&#?\w*\Z")
_ATTRIBUTE = re.compile(r"""\s+([^\s/>=]+)=("[^"]*"|'[^']*')""")
_AFTER_NAME: Final = " \t\r\n\f/>"
_CONTROLS = re.compile(r"[\x00-\x20]")


def advance(place: Place, text: str, steps: int = MAX_STEPS) -> tuple[Place, int]:
    """The place after *text*, when it began at *place*, and how many of the *steps* are left.

    Raises:
        Misplaced: a link with a scheme that is not allowed, markup that a variable could change, or too many steps.
    """
    at = 0
    try:
        while at < len(text):
            place, at = _STEPS[place.where](place, text, at)
            steps -= 1
            if steps < 0:
                raise Misplaced("there are too many tags and attributes; make the template shorter")  # noqa: TRY301 - the line is added below
    except Misplaced as exc:
        exc.line = text.count("\n", 0, at)
        exc.near = text[at : at + NEAR].partition("\n")[0].lstrip()
        raise
    return place, steps


def _text(_place: Place, text: str, at: int) -> tuple[Place, int]:
    found = _OPENING.search(text, at)
    if not found:
        return TEXT, len(text)
    conditional, empty, comment, declaration, name, cut = found.groups()
    if conditional or empty:
        return TEXT, found.end()
    if comment:
        return Place(Where.COMMENT), found.end()
    if declaration:
        return Place(Where.DECLARATION), found.end()
    if cut is not None:
        return Place(Where.OPEN), len(text)
    return Place(Where.OPEN, element=name.lower()), found.end()


def _open(place: Place, text: str, at: int) -> tuple[Place, int]:
    """Just after a tag's name, or what there is of it."""
    if not place.element or text[at] not in _AFTER_NAME:
        raise Misplaced("a tag's name is not written in one piece")
    return replace(place, where=Where.TAG), at


def _tag(place: Place, text: str, at: int) -> tuple[Place, int]:
    static = _ATTRIBUTE.match(text, at)
    if static:
        _link_so_far(replace(place, attribute=static[1].lower()), static[2][1:-1], whole=True)
        return place, static.end()
    space = _SPACE.match(text, at)
    if space:
        return replace(place, attribute=""), space.end()
    if text[at] == ">":
        return (Place(Where.RAW, element=place.element) if place.element in RAW else TEXT), at + 1
    name = _NAME.match(text, at)
    if not name:
        return place, at + 1
    return replace(place, where=Where.NAME, attribute=name[0].lower()), name.end()


def _name(place: Place, text: str, at: int) -> tuple[Place, int]:
    """Just after an attribute's name: a value follows, or the next attribute, or the tag's end."""
    equals = _EQUALS.match(text, at)
    if not equals or place.attribute == UNKNOWN:
        if equals or _NAME.match(text, at):
            raise Misplaced("an attribute's name is not written in one piece; put a space between attributes")
        return replace(place, where=Where.TAG, attribute=""), at
    after = equals.end()
    if after < len(text) and text[after] in "\"'":
        head = "" if place.attribute in LINKS else None
        return replace(place, where=Where.VALUE, quote=text[after], head=head), after + 1
    return replace(place, where=Where.BARE), after


def _bare(place: Place, text: str, at: int) -> tuple[Place, int]:
    value = _UNQUOTED.match(text, at)
    end = value.end() if value else at
    if end < len(text):
        _link_so_far(place, text[at:end], whole=True)
        return replace(place, where=Where.TAG, attribute=""), end
    return place, end


def _value(place: Place, text: str, at: int) -> tuple[Place, int]:
    end = text.find(place.quote, at)
    piece = text[at:] if end < 0 else text[at:end]
    head = None if place.head is None else place.head + piece
    if end < 0:
        return replace(place, head=head), len(text)
    _link_so_far(place, head or "", whole=True)
    return Place(Where.TAG, element=place.element), end + 1


def _raw(place: Place, text: str, at: int) -> tuple[Place, int]:
    found = re.compile(rf"</{place.element}(?=[\s/>])", re.IGNORECASE).search(text, at)
    return (Place(Where.TAG, element="/" + place.element), found.end()) if found else (place, len(text))


def _comment(place: Place, text: str, at: int) -> tuple[Place, int]:
    end = text.find("-->", at)
    return (TEXT, end + 3) if end >= 0 else (place, len(text))


def _declaration(place: Place, text: str, at: int) -> tuple[Place, int]:
    end = text.find(">", at)
    return (TEXT, end + 1) if end >= 0 else (place, len(text))


_STEPS: Final = {
    Where.TEXT: _text,
    Where.OPEN: _open,
    Where.TAG: _tag,
    Where.NAME: _name,
    Where.BARE: _bare,
    Where.VALUE: _value,
    Where.RAW: _raw,
    Where.COMMENT: _comment,
    Where.DECLARATION: _declaration,
}


def _link_so_far(place: Place, raw: str, *, whole: bool) -> bool:
    """Whether the scheme of a link that begins with *raw* is settled; a bad one is refused."""
    if place.attribute not in LINKS:
        return True
    # Browsers decode entities and drop controls before they look at the scheme. Half an entity may still be completed.
    text = _CONTROLS.sub("", unescape(raw if whole else _HALF_ENTITY.sub("", raw))).lower()
    found = _HEAD.match(text)
    scheme, end = found.groups() if found else ("", "")
    if end != ":":
        return whole or bool(end)
    picture = scheme == "data" and place.attribute in {"src", "background", "poster"}
    if scheme not in SCHEMES and not picture:
        raise Misplaced(f"a link begins with {scheme[:20]!r}:; only http, https, mailto, tel and sms are links")
    return True


def settled(place: Place) -> bool:
    """Whether a variable here can no longer change the scheme of the link it stands in."""
    return place.head is None or _link_so_far(place, place.head, whole=False)


def join(one: Place, two: Place) -> Place | None:
    """The place after two branches that ended here and there; None when they ended in different places."""
    if one == two:
        return one
    if replace(one, head=None) != replace(two, head=None):
        return _glued(one, two)
    # One branch has begun the link: what follows is judged as if it began it, unless both have settled it.
    if settled(one) and settled(two):
        return replace(one, head=None)
    return replace(one, head="") if "" in {one.head, two.head} and (settled(one) or settled(two)) else None


def _glued(one: Place, two: Place) -> Place | None:
    """An attribute without value in one branch and nothing in the other: a space must follow."""
    inside = {Where.OPEN, Where.TAG, Where.NAME}
    if {one.where, two.where} <= inside and one.element == two.element:
        return Place(Where.NAME, element=one.element, attribute=UNKNOWN)
    return None
