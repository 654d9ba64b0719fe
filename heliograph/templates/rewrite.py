"""Puts the meters into a checked tree, before the engine compiles it."""

from collections.abc import Mapping
from typing import Final, cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

MAX_PATH: Final = 100
"""Characters of a variable as it is repeated in an error."""


class Rewrite(NodeTransformer):
    """Loops, look-ups, slices, comparisons and joined texts become calls of the sandbox's internal filters.

    *guards* names, by the identity of a printed expression, the internal filter that its place in the HTML asks for.
    """

    def __init__(self, guards: Mapping[int, str]) -> None:
        self._guards = guards

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja's visitor finds it by this name
        children = []
        for child in node.nodes:
            guard = self._guards.get(id(child))
            seen = self.visit(child)
            children.append(_call(guard, seen) if guard else seen)
        node.nodes = children
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - the same
        cost = 1 + sum(1 for part in (*node.body, node.test, node.target) if part for _ in part.find_all(nodes.Node))
        written = path(node.iter)
        self.generic_visit(node)
        node.iter = _call("steps!", cast("nodes.Expr", node.iter), nodes.Const(cost), nodes.Const(written))
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Filter:  # noqa: N802 - the same
        owner, whole = path(node.node), path(node)
        return _call("get!", self.visit(node.node), *map(nodes.Const, (node.attr, owner, whole)))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Filter:  # noqa: N802 - the same
        if isinstance(node.arg, nodes.Slice):
            ends = (node.arg.start, node.arg.stop, node.arg.step)
            return _call(
                "slice!", self.visit(node.node), *(self.visit(end) if end else nodes.Const(None) for end in ends)
            )
        owner, whole = path(node.node), path(node)
        return _call("get!", self.visit(node.node), self.visit(node.arg), nodes.Const(owner), nodes.Const(whole))

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - the same
        return _call("concat!", nodes.List([self.visit(part) for part in node.nodes], lineno=node.lineno))

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802 - the same
        self.generic_visit(node)
        node.expr = _call("weigh!", node.expr)
        for operand in node.ops:
            operand.expr = _call("weigh!", operand.expr)
        return node


def path(node: nodes.Node) -> str:
    """A variable as it is written in the template."""
    match node:
        case nodes.Name():
            written = node.name
        case nodes.Getattr():
            written = f"{path(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            written = f'{path(node.node)}["{key}"]'
        case nodes.Getitem(arg=nodes.Const(value=key)):
            written = f"{path(node.node)}[{key}]"
        case nodes.Getitem():
            written = f"{path(node.node)}[{path(node.arg)}]"
        case _:
            written = "this"
    return written[:MAX_PATH]


def _call(name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(args[0], name, list(args[1:]), [], None, None, lineno=args[0].lineno)
