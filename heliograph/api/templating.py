"""Requests about templates: an event's templates with their variants, layouts, and previews."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator

from heliograph.api.request import shaped
from heliograph.api.shape import Shape
from heliograph.api.shapes import LanguageTag
from heliograph.api.template_parts import VariantBody, VariantName
from heliograph.domain.errors import BadInput
from heliograph.domain.layout import LayoutKind
from heliograph.domain.model import Channel
from heliograph.domain.stacking import MAX_LIMIT
from heliograph.domain.variants import MAX_VARIANTS, Variant

LAYOUT_NAME: Final = r"[a-z0-9][a-z0-9._-]{0,63}"
VARIANTS: Final = "variants"


class VariantsBody(Shape):
    """The variants of one template."""

    variants: tuple[VariantBody, ...] = Field(min_length=1, max_length=MAX_VARIANTS)

    @field_validator(VARIANTS)
    @classmethod
    def _distinct(cls, given: tuple[VariantBody, ...]) -> tuple[VariantBody, ...]:
        if len({one.name for one in given}) < len(given):
            raise ValueError("two variants have the same name; name each differently")
        if not sum(one.weight for one in given):
            raise ValueError("all weights are 0; give one of them more")
        return given


class LayoutBody(Shape):
    """`PUT /v1/layouts/{name}`."""

    kind: LayoutKind = Field(
        description='A layout is used by `{% extends "name" %}`, a partial by `{% include "name" %}`.'
    )
    source: str = Field(
        description="What a template has in its place. A layout has `{% block content %}…{% endblock %}`."
    )


class PreviewBody(Shape):
    """`POST /v1/events/{name}/preview`."""

    channel: Channel
    language: LanguageTag | None = None
    payload: dict[str, Any] = Field(default_factory=dict, description="Sample data.")
    items: tuple[dict[str, Any], ...] = Field(
        default=(), max_length=MAX_LIMIT, description="Of an event with a stack: the payloads that it would gather."
    )
    contact: dict[str, Any] = Field(
        default_factory=dict, description="A sample contact; what it has no field for is meta."
    )
    version: Literal["draft"] | Annotated[int, Field(strict=True, ge=1)] = Field(
        default="draft", description="`draft`, or the number of a published version."
    )
    variant: VariantName | None = Field(default=None, description="Which variant; the first where there are some.")


def split(given: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, dict[str, str]], dict[str, tuple[Variant, ...]]]:
    """An event's templates as (name -> parts, name -> variants).

    Raises:
        BadInput: names the field.
    """
    templates: dict[str, dict[str, str]] = {}
    variants: dict[str, tuple[Variant, ...]] = {}
    for name, parts in given.items():
        if VARIANTS in parts:
            variants[name] = _variants(name, parts[VARIANTS])
        templates[name] = {part: _text(name, part, source) for part, source in parts.items() if part != VARIANTS}
    return templates, variants


def _variants(name: str, given: Any) -> tuple[Variant, ...]:
    try:
        body = shaped(VariantsBody, {VARIANTS: given})
    except BadInput as exc:
        field = f"templates.{name}.{exc.field}"
        raise BadInput(exc.detail.replace(f"`{exc.field}`", f"`{field}`"), field=field) from exc
    return tuple(
        Variant(
            name=one.name,
            weight=one.weight,
            parts=one.model_dump(exclude={"name", "weight"}, exclude_none=True),
        )
        for one in body.variants
    )


def _text(name: str, part: str, source: Any) -> str:
    field = f"templates.{name}.{part}"
    if not isinstance(source, str):
        raise BadInput(f"`{field}` must be text", field=field)
    return source
