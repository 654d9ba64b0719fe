"""A soft bounce that is reported later, under one fault at any site: exactly one new attempt, and nothing is lost."""

from collections.abc import Callable
from itertools import permutations

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.model import EventKind, Outgoing
from heliograph.domain.status import Rank
from heliograph.store import message_items
from heliograph.store.values import decode
from tests.faults import plans
from tests.faults.invariants import breaches, times_sent
from tests.faults.provider import Manner, Outcome
from tests.faults.runs import ran
from tests.faults.setting import Setting, reported
from tests.faults.sites import Plan
from tests.faults.world import World
from tests.support.builders import message_id


def bounced_once() -> Callable[[Outgoing], Outcome]:
    """The first call that is taken for a message bounces softly, the next is delivered."""
    seen: set[str] = set()

    def outcome(message: Outgoing) -> Outcome:
        name = message.send_key.split("-")[0]
        if name in seen:
            return (reported(message, EventKind.DELIVERED),)
        seen.add(name)
        return (reported(message, EventKind.BOUNCED, bounce="soft"),)

    return outcome


def setting() -> Setting:
    return Setting(manner=Manner(honours_key=True), outcome=bounced_once(), retries=1, doubled=0.2)


def stands(world: World, accepted: str) -> tuple[Phase, int, int]:
    """(phase, deliveries, calls that the provider took) of a message."""
    item = world.item(accepted)
    assert item is not None
    state = message_items.decode(message_id(accepted), decode(item)).progress
    took = times_sent(world)[accepted]
    return state.phase, state.delivered, took


def wrong(plan: Plan) -> list[str]:
    """What is wrong after a run, but for that messages went out twice: that is what they should."""
    world = ran(setting(), plan)
    found = [one for one in breaches(world) if "went out" not in one]
    wanted = (Phase.DONE, 1, 2)
    return found + [
        f"{one.key}: {stands(world, one.accepted)} ({dict(plan)})"
        for one in world.sent.values()
        if one.accepted and stands(world, one.accepted) != wanted
    ]


def test_one_fault_at_any_site_makes_neither_none_nor_two_new_attempts() -> None:
    found = [breach for plan in plans.single(setting()) for breach in wrong(plan)]

    assert found == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_bounce_a_receipt_and_a_report_for_good_end_the_same_in_any_order(order: tuple[int, ...]) -> None:
    def told(message: Outgoing) -> Outcome:
        kinds = ((EventKind.BOUNCED, "soft"), (EventKind.DELIVERED, None), (EventKind.BOUNCED, "hard"))
        return tuple(reported(message, kind, bounce=bounce) for kind, bounce in kinds)

    world = ran(Setting(messages=1, manner=Manner(order=order, copies=2), outcome=told, retries=1), {})

    (one,) = world.sent.values()
    assert stands(world, one.accepted) == (Phase.DONE, 0, 1)
    assert int((world.item(one.accepted) or {})["r1"]["N"]) == Rank.HARD_BOUNCE
