"""What differs between two forms of an event: its templates line by line, its other fields by value."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from heliograph.domain.model import JSON

type Bodies = Mapping[str, Any]
"""An event's body as callers see it: fields, and `templates` by name and part."""


def changes(old: Bodies, new: Bodies, *, names: tuple[str, str]) -> JSON:
    """`{templates: [{template, part, change, diff}], fields: [{field, from, to}]}`; the diffs are unified ones.

    *old* and *new* are bodies as callers see them, *names* what to call them, such as `3` and `draft`.
    """
    return {
        "templates": list(_templates(old.get("templates", {}), new.get("templates", {}), names)),
        "fields": [
            {"field": field, "from": old.get(field), "to": new.get(field)}
            for field in sorted({*old, *new} - {"templates"})
            if old.get(field) != new.get(field)
        ],
    }


def _templates(old: Bodies, new: Bodies, names: tuple[str, str]) -> Iterator[JSON]:
    for template in sorted({*old, *new}):
        before, after = _parts(old.get(template, {})), _parts(new.get(template, {}))
        for part in sorted({*before, *after}):
            if before.get(part) != after.get(part):
                yield _part(template, part, before.get(part), after.get(part), names)


def _parts(template: Bodies) -> Bodies:
    """By part; those of a variant are `variants.{name}.{part}`, its weight among them."""
    found = {part: value for part, value in template.items() if part != "variants"}
    for variant in template.get("variants", ()):
        found |= {f"variants.{variant['name']}.{part}": value for part, value in variant.items() if part != "name"}
    return found


def _part(template: str, part: str, before: Any, after: Any, names: tuple[str, str]) -> JSON:
    change = "added" if before is None else "removed" if after is None else "changed"
    path = f"{template}.{part}"
    lines = unified_diff(
        _lines(before), _lines(after), f"{path} ({names[0]})", f"{path} ({names[1]})", lineterm="", n=3
    )
    return {"template": template, "part": part, "change": change, "diff": "\n".join(lines)}


def _lines(value: Any) -> list[str]:
    return [] if value is None else str(value).split("\n")
