"""Judges every variable of an HTML part by where it stands, and names the guard that it needs there."""

from collections.abc import Iterable
from typing import Final, Never

from jinja2 import nodes

from heliograph.templates.faults import Fault
from heliograph.templates.places import LINKS, MAX_STEPS, TEXT, Misplaced, Place, Where, advance, join, settled

NEVER: Final = frozenset({"by", "content", "from", "ping", "srcdoc", "srcset", "to", "values"})
"""Attributes that hold more than one plain value, so no variable is let in; and every `on…`."""
OPEN_TEXT: Final = frozenset({"textarea", "title"})
"""Elements without markup in which entities are still read, so that escaping protects them."""


def guards(tree: nodes.Template) -> dict[int, str]:
    """The internal filter of each printed expression that needs one, by the expression's identity.

    Raises:
        TemplateSyntaxError: a variable stands where escaping cannot protect, or branches end in different places.
    """
    walk = _Walk()
    end = walk.through(tree.body, TEXT)
    if end != TEXT:
        last = max((node.lineno for node in tree.find_all(nodes.Node) if node.lineno), default=1)
        _fault(last, f"the HTML ends {end.where.value}; close it")
    return walk.guards


class _Walk:
    def __init__(self) -> None:
        self.guards: dict[int, str] = {}
        self._steps = MAX_STEPS

    def through(self, body: Iterable[nodes.Node], place: Place) -> Place:
        for node in body:
            if isinstance(node, nodes.Output):
                place = self._output(node, place)
            elif isinstance(node, nodes.If):
                place = self._if(node, place)
            elif isinstance(node, nodes.For):
                place = self._for(node, place)
        return place

    def _output(self, node: nodes.Output, place: Place) -> Place:
        for child in node.nodes:
            try:
                if isinstance(child, nodes.TemplateData):
                    place, self._steps = advance(place, child.data, self._steps)
                else:
                    place = self._expression(child, place)
            except Misplaced as exc:
                _fault(child.lineno + exc.line, str(exc), exc.near)
        return place

    def _if(self, node: nodes.If, place: Place) -> Place:
        _may_branch(node, place)
        branches = [node.body, *(other.body for other in node.elif_), node.else_]
        end = self.through(branches[0], place)
        for branch in branches[1:]:
            end = _joined(node, end, self.through(branch, place))
        return end

    def _for(self, node: nodes.For, place: Place) -> Place:
        _may_branch(node, place)
        again = _joined(node, place, self.through(node.body, place))
        # A second turn begins where the first ended.
        end = again if again == place else _joined(node, again, self.through(node.body, again))
        return _joined(node, end, self.through(node.else_, place))

    def _expression(self, node: nodes.Expr, place: Place) -> Place:
        if place.where is Where.VALUE:
            return self._value(node, place)
        if place.where is Where.BARE:
            _fault(node.lineno, f"a variable stands {_shown(place)}; put quotes around the whole value", _name(node))
        if place.where is Where.RAW and place.element == "style":
            self.guards[id(node)] = "style!"
        elif place.where not in {Where.TEXT, Where.COMMENT} and not _open_text(place):
            _fault(
                node.lineno,
                f"a variable stands {_shown(place)}, where it could become code; put it elsewhere",
                _name(node),
            )
        return place

    def _value(self, node: nodes.Expr, place: Place) -> Place:
        name = place.attribute
        if name.startswith("on") or name in NEVER:
            _fault(
                node.lineno,
                f"a variable stands in the attribute {name}, where it could become code; remove it",
                _name(node),
            )
        if name == "style":
            self.guards[id(node)] = "style!"
        if name not in LINKS or place.head is None:
            return place
        if not place.head.strip():
            self.guards[id(node)] = "link!"
        elif not settled(place):
            _fault(
                node.lineno,
                f"the {name} begins with {place.head[:20]!r}; write its https:// before the variable",
                _name(node),
            )
        return Place(place.where, place.element, name, place.quote, None)


def _name(node: nodes.Expr) -> str:
    """The first name in an expression, by which it is found."""
    first = node if isinstance(node, nodes.Name) else node.find(nodes.Name)
    return first.name if first else ""


def _open_text(place: Place) -> bool:
    return place.where is Where.RAW and place.element in OPEN_TEXT


def _may_branch(node: nodes.Node, place: Place) -> None:
    if place.where is Where.BARE or (place.where is Where.OPEN and not place.element):
        _fault(node.lineno, f"a condition or loop stands {_shown(place)}; put quotes around the whole value")


def _joined(node: nodes.Node, one: Place, two: Place) -> Place:
    place = join(one, two)
    if place is None:
        sentence = f"one way through this ends {_shown(one)}, another {_shown(two)}; close tags and quotes in each"
        _fault(node.lineno, sentence)
    return place


def _shown(place: Place) -> str:
    if place.where in {Where.BARE, Where.VALUE}:
        return f"{place.where.value} ({place.attribute[:20]})"
    return f"{place.where.value} ({place.element})" if place.where is Where.RAW else place.where.value


def _fault(line: int, sentence: str, near: str = "") -> Never:
    raise Fault(sentence, line, near=near)
