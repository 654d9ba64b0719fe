"""Update and condition expressions from plain values."""

from collections.abc import Mapping
from typing import Any

from heliograph.names import PARTITION
from heliograph.store.placeholders import Placeholders
from heliograph.store.values import Item, serialize


def updating(
    changes: Mapping[str, Any],
    expect: Mapping[str, Any],
    *,
    add: Mapping[str, int] | None = None,
    below: Mapping[str, int] | None = None,
) -> Item:
    """The arguments of an update of an item that exists.

    *changes* sets attributes (None removes) and *add* adds to numbers, if every one in *expect* is as given (None:
    absent) and those in *below* are below their bound.
    """
    names, values = Placeholders("n"), Placeholders("v")
    sets = [f"{names[name]} = {values[value]}" for name, value in changes.items() if value is not None]
    removes = [names[name] for name, value in changes.items() if value is None]
    adds = [f"{names[name]} {values[value]}" for name, value in (add or {}).items()]
    conditions = [f"attribute_exists({names[PARTITION]})"] + [
        f"attribute_not_exists({names[name]})" if value is None else f"{names[name]} = {values[value]}"
        for name, value in expect.items()
    ]
    conditions += [f"{names[name]} < {values[bound]}" for name, bound in (below or {}).items()]
    clauses = {"SET": sets, "REMOVE": removes, "ADD": adds}
    found: Item = {
        "UpdateExpression": " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": {short: name for name, short in names.items()},
    }
    known = {short: serialize(value) for value, short in values.items()}
    return found | ({"ExpressionAttributeValues": known} if known else {})
