"""Weights between a channel's integrations: which of them a message goes to first. Pure: chance would not repeat."""

import hashlib
from collections.abc import Mapping, Sequence

from heliograph.domain.project import Integration


def weighted(choices: Sequence[Integration], weights: Mapping[str, int], message: str) -> tuple[Integration, ...]:
    """*choices* with one first that is drawn by weight; the others keep their order, as those to fail over to.

    *message* is its name: the same one always draws the same. An integration without a weight is never drawn.
    """
    total = sum(weights.get(one.id, 0) for one in choices)
    if not total:
        return tuple(choices)
    digest = hashlib.sha256(b"integration\0" + message.encode()).digest()
    point = int.from_bytes(digest[:16]) % total
    for one in choices:
        point -= weights.get(one.id, 0)
        if point < 0:
            return (one, *(other for other in choices if other is not one))
    raise AssertionError  # the point lies below the sum
