"""Variants of a template: which one a notification gets. Pure: chance would choose another one on a repeat."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

MAX_VARIANTS: Final = 10
MAX_WEIGHT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of several forms of a template; its parts replace the template's own."""

    name: str
    weight: int = 1
    parts: Mapping[str, str] = field(default_factory=dict)


def choose(variants: Sequence[Variant], notification: str) -> Variant:
    """The variant of a notification: always the same, and over many notifications by weight.

    The weights' sum must not be 0.
    """
    total = sum(variant.weight for variant in variants)
    digest = hashlib.sha256(b"variant\0" + notification.encode()).digest()
    point = int.from_bytes(digest[:16]) % total
    for variant in variants:
        point -= variant.weight
        if point < 0:
            return variant
    raise AssertionError  # the point lies below the sum
