"""The table's values and what its failures mean."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.stub import Stubber

from heliograph.domain.errors import Busy, Contended, HeliographError, Unavailable
from heliograph.store.table import Refused, Table, Unmet, Write
from tests.support.table import NAME, moto_client

KEY = ("p", "s")
PLACE = {"pk": "p", "sk": "s"}


def test_plain_values_come_back_as_they_were_put(table: Table) -> None:
    item = PLACE | {
        "n": 1_800_000_000_000,
        "b": b"\x00\xff",
        "t": True,
        "l": ["a", 1],
        "m": {"x": {"y": b"z"}},
        "s": "é",
    }

    table.put(item | {"absent": None})

    assert table.get(KEY, strong=True) == item


def test_a_refused_put_tells_what_stands_there(table: Table) -> None:
    table.put(PLACE | {"v": 1})

    with pytest.raises(Refused) as refused:
        table.put(PLACE | {"v": 2}, condition="attribute_not_exists(pk)")

    assert refused.value.item == PLACE | {"v": 1}


def test_an_update_sets_and_removes_only_if_all_is_as_expected(table: Table) -> None:
    table.put(PLACE | {"a": 1, "b": True, "c": "x"})

    table.update(KEY, {"a": 2, "c": None}, expect={"b": True, "d": None})
    with pytest.raises(Refused):
        table.update(KEY, {"a": 3}, expect={"b": False})
    with pytest.raises(Refused):
        table.update(KEY, {"a": 3}, expect={"a": None})

    assert table.get(KEY) == PLACE | {"a": 2, "b": True}


def test_an_update_makes_no_item(table: Table) -> None:
    with pytest.raises(Refused) as refused:
        table.update(KEY, {"a": 2}, expect={})

    assert refused.value.item is None
    assert table.get(KEY) is None


def test_a_query_walks_over_pages_in_both_directions(table: Table) -> None:
    for number in range(7):
        table.put({"pk": "p", "sk": f"s{number}", "fill": "x" * 300_000})

    assert [item["sk"][1] for item in table.query("p")] == list("0123456")
    assert [item["sk"][1] for item in table.query("p", descending=True, limit=5)] == list("65432")
    assert [item["sk"][1] for item in table.query("p", before="s3")] == list("012")
    assert [item["sk"][1] for item in table.query("p", begins="s4")] == ["4"]


def test_many_items_are_read_in_one_call_each_once(table: Table) -> None:
    table.put(PLACE)

    found = table.get_many([KEY, KEY, ("p", "gone")], strong=True)

    assert found == {KEY: PLACE}


def test_an_item_is_deleted_though_it_may_be_gone_already(table: Table) -> None:
    table.put(PLACE)

    table.delete(KEY)
    table.delete(KEY)

    assert table.get(KEY) is None


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ProvisionedThroughputExceededException", 400, Busy),
        ("ThrottlingException", 400, Busy),
        ("RequestLimitExceeded", 400, Busy),
        ("InternalServerError", 500, Unavailable),
        ("ServiceUnavailable", 503, Unavailable),
        ("ValidationException", 400, ClientError),
        ("AccessDeniedException", 400, ClientError),
    ],
)
def test_failures_are_told_apart_by_what_the_caller_can_do(code: str, status: int, expected: type[Exception]) -> None:
    with moto_client() as client, Stubber(client) as stub:
        stub.add_client_error("get_item", service_error_code=code, http_status_code=status)
        with pytest.raises((Unavailable, ClientError)) as failed:
            Table(client, NAME).get(KEY)

    assert type(failed.value) is expected


def test_no_answer_is_unavailable() -> None:
    class Unreachable:
        def get_item(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://dynamodb.example")

    with pytest.raises(Unavailable, match="send the same request again"):
        Table(Unreachable(), "t").get(KEY)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["None", "TransactionConflict"], Contended),
        (["None", "ThrottlingError"], Busy),
        (["TransactionConflict", "ConditionalCheckFailed"], Unmet),
    ],
)
def test_who_meets_others_in_a_transaction_is_told_apart_from_who_is_too_many(
    codes: list[str], expected: type[Exception]
) -> None:
    class Canceling:
        def transact_write_items(self, **_: Any) -> None:
            answer: Any = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
            raise ClientError(
                answer | {"CancellationReasons": [{"Code": code} for code in codes]}, "TransactWriteItems"
            )

    with pytest.raises(HeliographError) as failed:
        Table(Canceling(), "t").transact([Write(key=KEY)])

    assert type(failed.value) is expected


def test_items_that_are_never_handed_out_end_as_busy() -> None:
    class Starving:
        def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803  # AWS's name
            return {"Responses": {}, "UnprocessedKeys": RequestItems}

    with pytest.raises(Busy):
        Table(Starving(), "t").get_many([KEY])
