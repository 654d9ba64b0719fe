"""A body as it is published: every template with its layouts and partials put in, and checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from heliograph.domain.definition import Body
from heliograph.domain.errors import BadInput
from heliograph.usecases.layouts import Check, Find

MAX_BYTES: Final = 350_000
"""Of all flat templates of an event together: they lie in one item, which holds 400 KB."""


def flat(body: Body, check: Check, find: Find) -> Body:
    """The body that needs no layouts any more.

    Raises:
        BadTemplate: a template, or a layout in it, could never be rendered.
        BadInput: together they are too large.
    """
    templates = {name: _flat(parts, f"templates.{name}", check, find) for name, parts in body.templates.items()}
    variants = {
        name: tuple(
            replace(one, parts=_flat(one.parts, f"templates.{name}.variants[{index}]", check, find))
            for index, one in enumerate(given)
        )
        for name, given in body.variants.items()
    }
    found = replace(body, templates=templates, variants=variants)
    size = sum(len(json.dumps(source, ensure_ascii=False).encode(errors="replace")) for source in _sources(found))
    if size > MAX_BYTES:
        detail = f"the templates have {size} bytes with their layouts, and at most {MAX_BYTES} together: shorten them"
        raise BadInput(detail, field="templates", code="TEMPLATES_TOO_LARGE")
    return found


def _flat(parts: Mapping[str, str], field: str, check: Check, find: Find) -> dict[str, str]:
    return {part: check(f"{field}.{part}", source, find) for part, source in parts.items()}


def _sources(body: Body) -> Iterator[str]:
    for parts in body.templates.values():
        yield from parts.values()
    for given in body.variants.values():
        for one in given:
            yield from one.parts.values()
