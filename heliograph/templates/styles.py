"""Rules of a template's `<style>` written into the `style` attributes of its tags: many mail programs read no other.

It only ever inserts text into a tag, and never takes the HTML apart and puts it together again, so that conditions,
loops and variables stay where they are. What it cannot decide from the source stays in the `<style>`, which is kept.
Nothing is loaded: `<link>` and `@import` mean nothing to it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final, NamedTuple

from heliograph.templates.engine import Faulty
from heliograph.templates.limits import MAX_SOURCE

MASK: Final = "\ue000"
"""Stands for what is Jinja's, a character each, so that places stay the same."""
MAX_STEPS: Final = 100_000
"""Rules that are held against tags."""
OFF: Final = 'data-inline="no"'
"""In a `<style>`: leave it as it is."""

_OPENINGS = re.compile(r"\{\{|\{%|\{#|<!--|<style\b[^<>]*>|<(?:script|title|textarea|xmp)\b", re.IGNORECASE)
_CLOSINGS: Final = {"{{": "}}", "{%": "%}", "{#": "#}", "<!--": "-->"}
_TAG = re.compile(r"""<([A-Za-z][^\s/<>]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*+)>""")
_ATTRIBUTE = re.compile(r"""\s(class|id|style)=("[^"]*"|'[^']*')""", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SELECTOR = re.compile(r"(\*|[A-Za-z][A-Za-z0-9]*)?((?:[.#][A-Za-z_][\w-]*)*)")
_PART = re.compile(r"([.#])([\w-]+)")
_COMMENT = re.compile(r"/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_DECLARATION = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^;{}]+?)\s*")


class _Rule(NamedTuple):
    """A simple selector with its declarations."""

    weight: tuple[int, int, int, int]
    """Identifiers, classes, elements, place: the greater wins."""
    element: str
    names: frozenset[tuple[str, str]]
    """(`.` or `#`, name)."""
    declarations: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Sheet:
    """The rules, each found by one thing that it asks for."""

    rules: dict[tuple[str, str], list[_Rule]] = field(default_factory=dict)
    count: int = 0

    def add(self, selector: str, declarations: tuple[tuple[str, str], ...]) -> None:
        found = _SELECTOR.fullmatch(selector.strip())
        if not found or not found[0] or not declarations:
            return
        element = (found[1] or "").lower().replace("*", "")
        names = frozenset((sign, name) for sign, name in _PART.findall(found[2]))
        ids = sum(sign == "#" for sign, _ in names)
        self.count += 1
        rule = _Rule((ids, len(names) - ids, bool(element), self.count), element, names, declarations)
        self.rules.setdefault(min(names, default=("", element)), []).append(rule)


def inlined(source: str) -> str:
    """The source of an HTML part with its simple rules in the tags that they mean.

    Raises:
        Faulty: it would become too large, or there are too many rules for its tags.
    """
    masked, styles = _masked(source)
    sheet = _Sheet()
    for css in styles:
        for selectors, body in _rules(css):
            declarations = tuple(_declarations(body))
            for selector in selectors.split(","):
                sheet.add(selector, declarations)
    return _applied(source, masked, sheet) if sheet.rules else source


def _masked(source: str) -> tuple[str, list[str]]:
    """The source without Jinja, comments and elements of raw text, and what its `<style>` elements hold."""
    kept, styles, at = [], [], 0
    while found := _OPENINGS.search(source, at):
        opening = found[0].lower()
        close = _CLOSINGS.get(opening) or f"</{re.sub(r'[^a-z]', ' ', opening).split()[0]}"
        end = source.find(close, found.end())
        if end < 0:
            break
        css = source[found.end() : end]
        if close == "</style" and OFF not in opening and "{%" not in css:
            styles.append(css)
        kept += [source[at : found.start()], MASK * (end + len(close) - found.start())]
        at = end + len(close)
    return "".join((*kept, source[at:])), styles


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that stand outside of all `@`-rules and hold nothing of Jinja's."""
    text, at = _COMMENT.sub(" ", css), 0
    while (begin := text.find("{", at)) >= 0:
        head, end = text[at:begin].rpartition(";")[2].strip(), _end(text, begin)
        if not head.startswith("@") and MASK not in head:
            yield head, text[begin + 1 : end - 1]
        at = end


def _end(text: str, begin: int) -> int:
    """Behind the bracket that closes the one at *begin*."""
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, begin):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.end()
    return len(text)


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    if "{" in body or "}" in body:
        return
    for one in body.split(";"):
        found = _DECLARATION.fullmatch(one)
        # What is important wins from the <style> too, and must not win over a tag's own style here.
        if found and "!" not in one:
            yield found[1].lower(), " ".join(found[2].split())


def _applied(source: str, masked: str, sheet: _Sheet) -> str:
    out, at, left = [], 0, MAX_STEPS
    size = len(source)
    for tag in _TAG.finditer(masked):
        if MASK in _QUOTED.sub("", tag[2]):
            continue
        attributes = {found[1].lower(): found for found in _ATTRIBUTE.finditer(tag[2])}
        style, left = _style(tag[1].lower(), {name: found[2][1:-1] for name, found in attributes.items()}, sheet, left)
        if not style:
            continue
        own = attributes.get("style")
        place = tag.start(2) + own.start(2) + 1 if own else tag.end(1)
        piece = f"{style}; " if own else f' style="{style}"'
        out += [source[at:place], piece]
        at, size = place, size + len(piece)
        if size > MAX_SOURCE:
            raise Faulty(f"with its styles in its tags it is larger than {MAX_SOURCE} characters; write <style {OFF}>")
    return "".join((*out, source[at:]))


def _style(element: str, attributes: Mapping[str, str], sheet: _Sheet, left: int) -> tuple[str, int]:
    """What the rules say of a tag, and how many steps are left."""
    names = {(".", name) for name in attributes.get("class", "").split()} | {("#", attributes.get("id", ""))}
    if any(MASK in name for _, name in names):
        # A class that is not known yet may ask for something else than what would stand in the tag and win.
        return "", left
    matching = []
    for key in (*names, ("", element), ("", "")):
        candidates = sheet.rules.get(key, ())
        left -= 1 + len(candidates)
        if left < 0:
            raise Faulty(f"its styles have too many rules for its tags; write fewer, or <style {OFF}>")
        matching += [one for one in candidates if one.names <= names and one.element in {"", element}]
    found: dict[str, str] = {}
    for rule in sorted(matching, key=lambda one: one.weight):
        for name, value in rule.declarations:
            found.pop(name, None)
            found[name] = value
    return escape("; ".join(f"{name}: {value}" for name, value in found.items())), left
