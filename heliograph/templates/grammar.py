"""What the syntax of a template may be: an allow-list over the parsed tree, with a sentence for each refusal."""

import inspect
import math
from typing import Any, Final, Never, cast

from jinja2 import nodes

from heliograph.templates.faults import Fault
from heliograph.templates.filters import FILTERS
from heliograph.templates.limits import MAX_DEPTH, MAX_LOOPS
from heliograph.templates.sandbox import TESTS
from heliograph.templates.values import INT_LIMIT

ALLOWED: Final = frozenset(
    {
        nodes.Add, nodes.And, nodes.Assign, nodes.Compare, nodes.Concat, nodes.CondExpr, nodes.Const, nodes.Div,
        nodes.Filter, nodes.FloorDiv, nodes.For, nodes.Getattr, nodes.Getitem, nodes.If, nodes.Keyword, nodes.List,
        nodes.Mul, nodes.Name, nodes.Neg, nodes.Not, nodes.Operand, nodes.Or, nodes.Output, nodes.Pos, nodes.Slice,
        nodes.Sub, nodes.Template, nodes.TemplateData, nodes.Test, nodes.Tuple,
    }
)  # fmt: skip

NAMES: Final[dict[type[nodes.Node], str]] = {
    nodes.AssignBlock: "set blocks are",
    nodes.Block: "blocks are",
    nodes.Call: "calls are",
    nodes.CallBlock: "call blocks are",
    nodes.Dict: "objects written in the template are",
    nodes.Extends: "extends is",
    nodes.FilterBlock: "filter blocks are",
    nodes.FromImport: "imports are",
    nodes.Import: "imports are",
    nodes.Include: "includes are",
    nodes.Macro: "macros are",
    nodes.Mod: "the operator % is",
    nodes.Pow: "the operator ** is",
    nodes.Scope: "the switch autoescape is",
    nodes.With: "with is",
}
"""What people know the refused nodes as."""

WORDS: Final[dict[type[nodes.Node], str]] = {
    nodes.AssignBlock: "set",
    nodes.CallBlock: "call",
    nodes.Extends: "extends",
    nodes.FilterBlock: "filter",
    nodes.FromImport: "from",
    nodes.Import: "import",
    nodes.Include: "include",
    nodes.Macro: "macro",
    nodes.Mod: "%",
    nodes.Pow: "**",
    nodes.Scope: "autoescape",
    nodes.With: "with",
}
"""By which word a refused node is found in its line."""


def check_tree(tree: nodes.Template) -> None:
    """Refuse all syntax that is not on the list.

    Raises:
        TemplateSyntaxError: with the line.
    """
    _check(tree, 0, 0)


def _check(node: nodes.Node, depth: int, loops: int) -> None:
    if type(node) not in ALLOWED:
        what = NAMES.get(type(node), f"{type(node).__name__} is")
        _fault(node, f"{what} not available in templates; compute the value before you send it")
    if depth > MAX_DEPTH:
        _fault(node, f"it is nested deeper than {MAX_DEPTH} levels")
    if loops > MAX_LOOPS:
        _fault(node, f"more than {MAX_LOOPS} loops are inside each other")
    rule = RULES.get(type(node))
    if rule:
        rule(node)
    for child in node.iter_child_nodes():
        _check(child, depth + 1, loops + isinstance(child, nodes.For))


def _filter(node: nodes.Filter) -> None:
    if node.name == "safe":
        _fault(node, "the filter safe is not available: values are always escaped")
    if node.name not in FILTERS:
        _fault(node, f"there is no filter {node.name[:40]!r}; there are {', '.join(sorted(FILTERS))}")
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        _fault(node, f"the filter {node.name} takes no * or **")
    named: dict[str, Any] = {word.key: word.value for word in cast("list[nodes.Keyword]", node.kwargs)}
    try:
        inspect.signature(FILTERS[node.name]).bind("meter", "value", *node.args, **named)
    except TypeError as exc:
        _fault(node, f"the filter {node.name} cannot take these arguments: {exc}")


def _test(node: nodes.Test) -> None:
    if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        _fault(node, f"there is no test 'is {node.name[:40]}' of this form; there are {', '.join(sorted(TESTS))}")


def _const(node: nodes.Const) -> None:
    value: Any = node.value
    if isinstance(value, float) and not math.isfinite(value):
        _fault(node, "the number is too large")
    if isinstance(value, int) and abs(value) >= INT_LIMIT:
        _fault(node, "the whole number does not fit into 64 bits")


def _name(node: nodes.Name) -> None:
    if node.name == "self":
        _fault(node, "the name self is taken; write payload.self")


def _for(node: nodes.For) -> None:
    if node.recursive:
        _fault(node, "recursive loops are not available in templates")


def _assign(node: nodes.Assign) -> None:
    if not isinstance(node.target, nodes.Name):
        _fault(node, "set takes one name")


def _tuple(node: nodes.Tuple) -> None:
    if any(isinstance(item, nodes.Slice) for item in node.items):
        _fault(node, "a slice stands alone between its brackets")


def _fault(node: nodes.Node, sentence: str) -> Never:
    raise Fault(sentence, node.lineno, near=_written(node))


def _written(node: nodes.Node) -> str:
    """The word by which the node is found in its line, empty for those that have none."""
    word = getattr(node, "name", "") if isinstance(node, nodes.Filter | nodes.Test | nodes.Name | nodes.Block) else ""
    return str(word) or WORDS.get(type(node), "")


RULES: Final[dict[type[nodes.Node], Any]] = {
    nodes.Assign: _assign,
    nodes.Const: _const,
    nodes.Filter: _filter,
    nodes.For: _for,
    nodes.Name: _name,
    nodes.Test: _test,
    nodes.Tuple: _tuple,
}
