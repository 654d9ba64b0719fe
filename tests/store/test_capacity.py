"""What a message costs in the table, by the sizes that DynamoDB counts."""

from typing import Any

import pytest

from heliograph.store.quotas import Quotas
from heliograph.usecases.apply import Source
from tests.support.capacity import UNIT, Metered, Step, item_size, units, value_size, write_units
from tests.support.delivering import Service, request
from tests.support.ses_events import DELIVERY, ses_event
from tests.support.table import NAME, scan

KEYS = {"pk": {"S": "p"}, "sk": {"S": "s"}}
LISTED = {"g3": {"S": "W#1"}, "g3s": {"S": "1"}}


@pytest.fixture
def metered(client: Any) -> Metered:
    return Metered(client)


@pytest.fixture
def service(metered: Metered) -> Service:
    """Warm: the caches of the functions have seen one message. The account's quota is known, as on AWS."""
    made = Service(metered, NAME)
    Quotas(made.table).keep("ses", 14.0)
    deliver(made, metered, "warm-up")
    return made


def deliver(service: Service, metered: Metered, key: str, **changes: Any) -> dict[str, Step]:
    """One mail from its acceptance to its receipt: what each step took."""
    caller, accept, dispatch, apply = service.caller(), service.accept(), service.dispatch(), service.apply()
    with metered.step() as accepted:
        accept(request(key, **changes), caller)
    [(hint, _, _)] = service.woken.hints
    service.woken.hints.clear()
    with metered.step() as sent:
        outcome = dispatch(hint, lambda: 30.0)
    event = ses_event("Delivery", service.provider.taken[-1], DELIVERY)
    with metered.step() as told:
        applied = apply.event(event, Source())
    assert (outcome, applied) == ("sent", "moved")
    return {"accept": accepted, "dispatch": sent, "event": told}


def sizes(client: Any, name: str) -> dict[str, int]:
    """Bytes of the items of one notification, by the first letter of their sort keys."""
    return {item["sk"]["S"][0]: item_size(item) for item in scan(client) if item["pk"]["S"].endswith(name)}


def test_a_delivered_mail_to_a_known_contact_costs_nine_write_units(service: Service, metered: Metered) -> None:
    steps = deliver(service, metered, "order-1001")

    split = {name: step.writes for name, step in steps.items()}
    print("write units:", split)  # noqa: T201  # the figures, with pytest -s
    assert sum(map(sum, split.values())) <= 9
    # The head with three indexes; the claim, then sent with the work entry; the event, then the rank.
    assert split == {"accept": [4], "dispatch": [1, 2], "event": [1, 1]}


def test_head_and_event_leave_room_below_a_unit(service: Service, metered: Metered, client: Any) -> None:
    deliver(service, metered, "order-1002")

    name = service.provider.taken[-1].send_key.partition("-")[0]
    found = sizes(client, name)
    print("bytes:", found)  # noqa: T201  # the figures, with pytest -s
    assert found["A"] < UNIT
    assert found["E"] < UNIT


def test_a_large_payload_costs_its_own_size_once(service: Service, metered: Metered) -> None:
    steps = deliver(service, metered, "order-1003", payload={"name": "Ada", "story": "x" * 5000})

    assert steps["accept"].writes == [6, 4]
    assert sum(map(sum, (step.writes for step in steps.values()))) == 6 + 9


def test_each_step_of_a_delivered_mail_makes_few_calls(service: Service, metered: Metered) -> None:
    steps = deliver(service, metered, "order-1004")

    made = {name: dict(step.calls) for name, step in steps.items()}
    print("calls of the table:", made)  # noqa: T201  # the figures, with pytest -s
    # Accepting makes one more, of the queue; dispatching one more, of the provider.
    assert steps["accept"].calls.total() + 1 <= 3
    assert steps["dispatch"].calls.total() <= 5
    assert steps["event"].calls.total() <= 4


def test_a_repeat_costs_one_unit_for_the_refused_head(service: Service, metered: Metered) -> None:
    deliver(service, metered, "order-1005")

    with metered.step() as repeated:
        service.accept()(request("order-1005"), service.caller())

    assert repeated.writes == [1]


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "é"}, 2),
        ({"N": "0"}, 1),
        ({"N": "7"}, 2),
        ({"N": "-7"}, 3),
        ({"N": "1800000000000"}, 2),
        ({"N": "1800000000123"}, 8),
        ({"B": b"\x00\x01\x02"}, 3),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}, {"BOOL": True}]}, 8),
        ({"M": {"key": {"S": "ab"}}}, 9),
    ],
)
def test_values_have_the_sizes_that_dynamodb_counts(value: dict[str, Any], size: int) -> None:
    assert value_size(value) == size
    assert item_size({"é": value}) == size + 2


@pytest.mark.parametrize(("size", "expected"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (5000, 5)])
def test_every_started_kilobyte_is_a_unit(size: int, expected: int) -> None:
    assert units(size) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, KEYS, 1),
        ({}, KEYS | LISTED, 2),
        (KEYS | LISTED, KEYS | LISTED | {"x": {"S": "y"}}, 1),
        (KEYS | LISTED, KEYS | LISTED | {"g3s": {"S": "2"}}, 3),
        (KEYS | LISTED, KEYS, 2),
        (KEYS | LISTED, {}, 2),
        (KEYS | {"x": {"S": "y" * 3000}}, KEYS, 3),
    ],
    ids=["new", "new and listed", "index unchanged", "moved in the index", "left the index", "deleted", "made smaller"],
)
def test_a_write_costs_the_larger_item_and_every_index_entry_that_changes(
    before: dict[str, Any], after: dict[str, Any], expected: int
) -> None:
    assert write_units(before, after) == expected
