"""One fault at any site: nothing accepted is lost, nothing sent twice beyond the one documented window."""

from collections import Counter

import pytest

from heliograph.domain.model import Channel
from tests.faults import plans
from tests.faults.invariants import duplicates
from tests.faults.provider import Manner
from tests.faults.runs import CHANNELS, LATE, PROMPT, ran, wrong
from tests.faults.setting import Setting
from tests.faults.sites import Fault


@pytest.mark.parametrize(
    "manner",
    [Manner(honours_key=honours, slowest=slowest) for honours in (True, False) for slowest in (PROMPT, LATE)],
    ids=["keys, prompt", "keys, late", "no keys, prompt", "no keys, late"],
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_one_fault_at_any_site_loses_nothing(channel: Channel, manner: Manner) -> None:
    setting = Setting(channel=channel, manner=manner)

    found = [breach for plan in plans.single(setting) for breach in wrong(setting, plan)]

    assert found == []


def test_prompt_receipts_leave_no_window_for_a_second_send() -> None:
    setting = Setting(manner=Manner(slowest=PROMPT))

    found = Counter(duplicates(ran(setting, plan)) for plan in plans.single(setting))

    assert set(found) == {0}


def test_the_one_window_is_a_result_that_could_not_be_stored_and_a_receipt_that_comes_too_late() -> None:
    setting = Setting(messages=1, manner=Manner(slowest=LATE))
    struck = set()
    for plan in plans.single(setting):
        world = ran(setting, plan)
        if duplicates(world):
            struck |= {(name, fault) for _, name, fault in world.seam.fired}

    assert ("provider.send", Fault.CRASH_AFTER) in struck
    assert ("provider.send", Fault.LOST) in struck
    assert ("provider.send", Fault.GARBAGE) in struck
    assert {name for name, _ in struck} <= {"provider.send", "dynamodb.update_item"}
    assert all(fault is Fault.CRASH_BEFORE for name, fault in struck if name == "dynamodb.update_item")
