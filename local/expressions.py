"""References inside a CloudFormation template: found, replaced, and resolved by whoever holds the stack."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

type Lookup = Callable[[str, str], str | None]
"""(logical id, attribute or "Ref") -> the local value, None when moto knows it."""

PLACEHOLDER: Final = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


def is_intrinsic(node: Any) -> bool:
    """Whether *node* is a `Ref`, a condition or a call of a CloudFormation function."""
    return isinstance(node, dict) and len(node) == 1 and next(iter(node)).startswith(("Ref", "Fn::", "Condition"))


def replace(node: Any, lookup: Lookup) -> Any:
    """A copy of *node* with every reference that *lookup* answers replaced by the answer."""
    if isinstance(node, list):
        return [replace(each, lookup) for each in node]
    if not isinstance(node, dict):
        return node
    if is_intrinsic(node):
        found = _look_up(node, lookup)
        if found is not None:
            return found
    return {key: replace(value, lookup) for key, value in node.items()}


def _look_up(node: Mapping[str, Any], lookup: Lookup) -> Any:
    name, argument = next(iter(node.items()))
    if name == "Ref":
        return lookup(argument, "Ref")
    if name == "Fn::GetAtt":
        logical_id, _, attribute = (
            argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
        )
        return lookup(logical_id, attribute)
    if name == "Fn::Sub" and isinstance(argument, str):
        return {"Fn::Sub": PLACEHOLDER.sub(lambda match: lookup(match[1], match[2] or "Ref") or match[0], argument)}
    return None


def collect(node: Any, into: dict[str, Any]) -> None:
    """Put every outermost intrinsic of *node* into *into*, under its own JSON."""
    if is_intrinsic(node):
        into[json.dumps(node, sort_keys=True)] = node
    elif isinstance(node, dict):
        for value in node.values():
            collect(value, into)
    elif isinstance(node, list):
        for value in node:
            collect(value, into)


def resolve(node: Any, values: Mapping[str, str]) -> Any:
    """A copy of *node* with every outermost intrinsic replaced by its value."""
    if is_intrinsic(node):
        return values[json.dumps(node, sort_keys=True)]
    if isinstance(node, dict):
        return {key: resolve(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [resolve(value, values) for value in node]
    return node
