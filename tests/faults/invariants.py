"""What must hold when a run has come to rest, each breach as one sentence."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from heliograph.domain.attempts import Phase
from heliograph.domain.status import Rank
from heliograph.store import message_items
from heliograph.store.values import decode
from tests.faults.world import Sent, World
from tests.support.builders import NOW, message_id


def breaches(world: World) -> list[str]:
    """Everything that is wrong at the end of a run; empty when all holds."""
    found = [*world.table.falls, *_litter(world)]
    sqs: Any = world.clients["sqs"]
    if others := set(sqs.groups) - set(world.setting.projects):
        found.append(f"wake-ups were put in the groups {others}, not in their project's")
    went, early = times_sent(world), _first_sent(world)
    for one in world.sent.values():
        found += _message(world, one, went[one.accepted])
        found += _early(world, one, early.get(one.accepted))
    return found


def duplicates(world: World) -> int:
    """How many messages more went out than there are people who got one."""
    went = times_sent(world)
    return sum(max(0, went[one.accepted] - 1) for one in world.sent.values() if one.accepted)


def times_sent(world: World) -> Counter[str]:
    """How often each notification went out to its person."""
    found = Counter[str]()
    for key, count in world.provider.taken.items():
        found[key.partition("-")[0]] += count
    return found


def _litter(world: World) -> Iterator[str]:
    if left := world.working():
        yield f"{len(left)} entries are left in the work index"
    if len(world.agenda):
        yield f"{len(world.agenda)} things are still to come"
    if left := world.left():
        yield f"{len(left)} dead letters are left"
    for place, item in world.table.items.items():
        if place[1].startswith("A") and "tok" in item:
            yield f"a lease is left on {place}"


def _message(world: World, one: Sent, went: int) -> Iterator[str]:
    if not one.accepted:
        # Nobody was told 202: whether it exists is open, but what exists must end as any other.
        return
    item = world.item(one.accepted, project=one.project)
    if item is None:
        yield f"{one.key} was accepted and is gone"
        return
    state = message_items.decode(message_id(one.accepted), decode(item)).progress
    if state.phase is not Phase.DONE:
        yield f"{one.key} never ended: {state.phase}"
    if not went:
        yield f"{one.key} was lost: it never went out, {state.log[-1]}"
    elif max(state.ranks) < Rank.SENT:
        yield f"{one.key} went out {went} times and stands at {max(state.ranks)}"
    yield from _twice(world, one, went)


def _twice(world: World, one: Sent, went: int) -> Iterator[str]:
    faults = world.provider.at_risk[one.accepted]
    if went > 1 + faults:
        yield f"{one.key} went out {went} times after {faults} faults at its result"
    if went > 1 and world.setting.manner.honours_key:
        yield f"{one.key} went out {went} times by a provider that honours keys"


def _first_sent(world: World) -> dict[str, int]:
    """When each notification went out first."""
    found: dict[str, int] = {}
    for key, times in world.provider.times.items():
        name = key.partition("-")[0]
        found[name] = min(found.get(name, min(times)), *times)
    return found


def _early(world: World, one: Sent, first: int | None) -> Iterator[str]:
    due = NOW + world.setting.ahead - world.setting.skew
    if one.accepted and first is not None and first < due:
        yield f"{one.key} went out {due - first} ms early"
