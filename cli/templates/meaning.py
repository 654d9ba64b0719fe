"""What an event's settings mean: the same whether a default is written out or left out.

Members that this version does not know (of a newer service) are left as they are.
"""

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from heliograph.api.shapes import EventBody
from heliograph.api.template_parts import VariantBody
from heliograph.api.templating import VARIANTS
from heliograph.domain.errors import HeliographError
from heliograph.domain.model import JSON

TEMPLATES = "templates"


def meaning(settings: JSON) -> JSON:
    """Settings in one form, without what is the default: two that mean the same are equal."""
    known = {name: value for name, value in settings.items() if name in EventBody.model_fields}
    try:
        body = EventBody.model_validate({TEMPLATES: {}} | known)
        plain: JSON = body.model_dump(mode="json", exclude_defaults=True, exclude={TEMPLATES})
    except (ValidationError, HeliographError, PydanticSerializationError):
        # Not taken here: whether it is there, the service says.
        plain = {name: value for name, value in known.items() if name != TEMPLATES and value is not None}
    other = {name: value for name, value in settings.items() if name not in EventBody.model_fields}
    return plain | {name: value for name, value in other.items() if value is not None}


def spared(settings: JSON) -> JSON:
    """Settings as they were given without what is the default, in the order of the API's own fields."""
    return _pruned(settings, meaning(settings))


def spared_variant(variant: JSON) -> JSON:
    """An entry of a template's variants without what is the default."""
    fields = VariantBody.model_fields
    return {
        name: value for name, value in variant.items() if name not in fields or not _same(value, fields[name].default)
    }


def variants_of(template: Any) -> list[JSON]:
    """A template's variants, where each has a name of its own; else none."""
    given = template.get(VARIANTS) if isinstance(template, dict) else None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        return []
    names = [one.get("name") for one in given]
    return given if all(isinstance(name, str) for name in names) and len({*names}) == len(names) else []


def _pruned(given: JSON, kept: JSON) -> JSON:
    """What of *given* is kept, in that order; a value that is kept in another form stays as it was given."""
    return {name: _kept(given[name], value) for name, value in kept.items() if name in given}


def _kept(given: Any, kept: Any) -> Any:
    both = isinstance(given, dict) and isinstance(kept, dict) and kept.keys() <= given.keys()
    return _pruned(given, kept) if both else given


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default
