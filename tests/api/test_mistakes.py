"""What is wrong with a request is said as what to do."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import Field

from heliograph import api
from heliograph.api.request import shaped
from heliograph.api.shape import Shape
from heliograph.domain.errors import BadInput

HOSTILE: list[Any] = [
    *(None, 0, -1, 1.5, 1e30, float("inf"), True, "", "1", "x" * 200_000, "2026-13-45"),
    *([], ["x"], [[1]], [1] * 500, {}, {"a": 1}),
]


class Parcel(Shape):
    kind: Literal["small", "large"] = "small"
    weight: int = Field(default=1, ge=1, le=5)
    name: str = Field(default="", max_length=3)
    codes: tuple[str, ...] = Field(default=(), max_length=2)
    rate: float = 1.0
    fragile: bool = False


def shapes(base: type[Shape] = Shape) -> Iterator[type[Shape]]:
    """Those of all requests, and what they are made of."""
    for module in pkgutil.iter_modules(api.__path__):
        importlib.import_module(f"heliograph.api.{module.name}")
    for one in base.__subclasses__():
        yield one
        yield from shapes(one)


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"kind": "huge"}, "`kind`: send one of 'small' or 'large'"),
        ({"weight": 6}, "`weight`: send at most 5"),
        ({"weight": 0}, "`weight`: send at least 1"),
        ({"weight": []}, "`weight`: send a whole number"),
        ({"weight": 1.5}, "`weight`: send a whole number"),
        ({"name": 7}, "`name`: send text"),
        ({"name": "long"}, "`name`: send at most 3 characters"),
        ({"codes": "x"}, "`codes`: send a list"),
        ({"codes": ["a", "b", "c"]}, "`codes`: send at most 2 of them, not 3"),
        ({"codes": ["a", {}]}, "`codes[1]`: send text"),
        ({"rate": "fast"}, "`rate`: send a number"),
        ({"fragile": "perhaps"}, "`fragile`: send true or false"),
    ],
)
def test_each_mistake_has_its_advice(given: Any, detail: str) -> None:
    with pytest.raises(BadInput) as refused:
        shaped(Parcel, given)

    assert refused.value.detail == detail


@pytest.mark.parametrize("shape", sorted(set(shapes()), key=str), ids=lambda shape: shape.__name__)
def test_whatever_is_sent_nobody_is_told_in_pydantic_s_words(shape: type[Shape]) -> None:
    told = []
    for name in shape.model_fields:
        for value in HOSTILE:
            try:
                shaped(shape, {name: value})
            except BadInput as exc:
                told.append(exc.detail)

    assert [detail for detail in told if "Input should" in detail or "should have" in detail] == []
