"""All orders of six reports, each twice, come to one result on every channel."""

from itertools import permutations
from typing import Any, Final

import pytest

from heliograph.domain.model import Bounce, Channel, EventKind, Outgoing
from heliograph.domain.status import Rank
from heliograph.store.values import decode
from tests.faults.provider import Manner, Outcome
from tests.faults.runs import CHANNELS, ran
from tests.faults.setting import Setting, reported

STORY: Final[tuple[tuple[EventKind, Bounce | None], ...]] = (
    (EventKind.SENT, None),
    (EventKind.DEFERRED, None),
    (EventKind.BOUNCED, "soft"),
    (EventKind.DELIVERED, None),
    (EventKind.OPENED, None),
    (EventKind.COMPLAINED, None),
)
"""Six things that can be said of one message."""


def told(message: Outgoing) -> Outcome:
    return tuple(reported(message, kind, bounce=bounce) for kind, bounce in STORY)


def result(order: tuple[int, ...], channel: Channel) -> tuple[Any, ...]:
    """How a message stands after its six reports came twice in *order*, and what its timeline holds."""
    world = ran(Setting(channel=channel, messages=1, manner=Manner(order=order, copies=2), outcome=told), {})
    (one,) = world.sent.values()
    item = decode(world.item(one.accepted) or {})
    events = frozenset(sort for (partition, sort) in world.table.items if sort.startswith("E#"))
    return item["ph"], item["a"], item["r1"], item.get("dl"), frozenset(item.get("eg", ())), len(events)


@pytest.mark.parametrize("channel", CHANNELS)
def test_six_reports_each_twice_in_any_order_come_to_one_result(channel: Channel) -> None:
    found = {result(order, channel) for order in permutations(range(len(STORY)))}

    assert found == {("done", 1, Rank.DELIVERED, 1, frozenset({"opened", "complained"}), len(STORY))}
