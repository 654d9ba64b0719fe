"""Whatever order workers, reports and a cancel come in, and wherever workers die: no step is lost, none is stolen."""

from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.domain.further import next_step
from heliograph.domain.limits import Limits
from heliograph.domain.model import EventKind
from heliograph.domain.routing import RoutingMode
from tests.usecases.several import CHANNELS, Several

NUMBERS = st.integers(0, len(CHANNELS) - 1)
VISITS = st.tuples(
    st.just("visit"), NUMBERS, st.booleans(), st.one_of(st.none(), st.tuples(st.integers(0, 5), st.booleans()))
)
REPORTS = st.tuples(
    st.just("told"),
    NUMBERS,
    st.sampled_from([(EventKind.DELIVERED, None), (EventKind.BOUNCED, "hard"), (EventKind.FAILED, None)]),
)
OTHERS = st.one_of(st.tuples(st.just("cancel")), st.tuples(st.just("time"), st.sampled_from([1_000, 700_000])))
STEPS = st.one_of(VISITS, REPORTS, OTHERS)
ORDERS = st.lists(st.tuples(STEPS, st.lists(STEPS, max_size=2)), max_size=10)
"""Each with what others do right before its writes."""
COUNTRIES = st.sampled_from([(), ("NO",)])
"""In the second case the text message ends before it waits."""
SINGLE = {"fails_over": st.booleans(), "patience": st.sampled_from([0, 600_000]), "countries": COUNTRIES}
KINDS = st.one_of(
    st.tuples(st.just(RoutingMode.ALL), st.fixed_dictionaries({"countries": COUNTRIES})),
    st.tuples(st.just(RoutingMode.SINGLE), st.fixed_dictionaries(SINGLE)),
)


def done(world: Several, step: Any) -> None:
    match step:
        case ("visit", number, refuses, dies):
            world.visit(number, refuses=refuses, dies=dies)
        case ("told", number, (kind, bounce)):
            world.told(number, kind, bounce)
        case ("cancel",):
            world.cancel()
        case ("time", passes):
            world.clock.pass_(passes)


def played(kind: tuple[RoutingMode, dict[str, Any]], order: Any) -> Several:
    mode, moving = kind
    world = Several(mode, **{name: value for name, value in moving.items() if name != "countries"})
    world.project(limits=Limits(sms_countries=moving.get("countries", ())))
    for step, others in order:
        world.store.meanwhile = [partial(done, world, other) for other in others]
        done(world, step)
        world.store.meanwhile = []
    world.sweep_all()
    return world


@settings(max_examples=400, deadline=None)
@given(KINDS, ORDERS)
def test_no_step_is_lost_and_nothing_stays_behind(kind: tuple[RoutingMode, dict[str, Any]], order: Any) -> None:
    world = played(kind, order)

    assert next_step(world.notification) is None
    assert [one.progress.check for one in world.store.items.values()] == [None] * len(world.store.items)


@settings(max_examples=400, deadline=None)
@given(KINDS, ORDERS)
def test_nothing_begins_after_a_cancel_and_nothing_is_handed_over_under_two_names(
    kind: tuple[RoutingMode, dict[str, Any]], order: Any
) -> None:
    world = played(kind, order)

    assert world.wrong == []
    assert [len(keys) for keys in world.handed.values() if len(keys) > 1] == []
    assert {*world.handed} <= {one.id.number for one in world.notification}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.integers(0, 5), st.booleans()), max_size=8))
def test_all_reaches_every_channel_wherever_workers_die(deaths: list[tuple[int, int, bool]]) -> None:
    world = Several(RoutingMode.ALL)
    for number, writes, made in deaths:
        world.visit(number, dies=(writes, made))

    world.sweep_all()

    assert sorted(world.handed) == [0, 1, 2]
