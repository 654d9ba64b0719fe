"""Keys of the payload that begin with an underscore: used, never readable in the table, gone at the end."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from heliograph.domain import attempts, hidden
from heliograph.domain.message import Content, Message
from heliograph.domain.status import Status
from heliograph.domain.tries import Try
from heliograph.sealing import Sealer
from heliograph.store.messages import Messages
from heliograph.store.table import Table
from tests.support.builders import NOW, message
from tests.support.moves import reread

SMALL = {"_code": "canary-1234", "plan": "pro"}
LARGE = {**SMALL, "user": {"_pin": "canary-5678"}, "story": "é" * 5_000}
KEYS = json.dumps({"1": "old", "2": "new"})


@pytest.fixture
def sealed(table: Table) -> Messages:
    return Messages(table, Sealer(lambda: KEYS))


def stored(client: Any, table: Table) -> str:
    return repr(client.scan(TableName=table.name)["Items"])


def accepted(messages: Messages, payload: dict[str, Any]) -> Message:
    wanted = message(content=Content(payload=payload))
    messages.accept(wanted, now=NOW)
    return reread(messages, wanted)


def ended(messages: Messages, one: Message, *, again: int = 0) -> Message:
    state = replace(one.progress, again=again)
    return messages.move(one, attempts.end(state, now=NOW, ending=Status.EXPIRED, why=Try(reason="expired")))


@pytest.mark.parametrize("payload", [SMALL, LARGE])
def test_hidden_keys_come_back_for_rendering_and_cannot_be_read_in_the_table(
    sealed: Messages, table: Table, client: Any, payload: dict[str, Any]
) -> None:
    found = accepted(sealed, payload)

    assert sealed.content(found).payload == payload
    assert "canary" not in stored(client, table)
    assert "_code" not in stored(client, table)


@pytest.mark.parametrize("payload", [SMALL, LARGE])
def test_they_are_removed_by_the_write_that_ends_the_message(
    sealed: Messages, table: Table, client: Any, payload: dict[str, Any]
) -> None:
    found = accepted(sealed, payload)

    ended(sealed, found)

    left = sealed.content(reread(sealed, found)).payload
    assert left == hidden.split(payload)[0]
    assert "pro" in stored(client, table)


@pytest.mark.parametrize("payload", [SMALL, LARGE])
def test_a_repeat_of_the_request_does_not_bring_them_back(sealed: Messages, payload: dict[str, Any]) -> None:
    found = accepted(sealed, payload)
    ended(sealed, found)

    again = accepted(sealed, payload)

    assert sealed.content(again).payload == hidden.split(payload)[0]


def test_they_stay_while_a_reported_failure_may_be_tried_again(sealed: Messages) -> None:
    found = accepted(sealed, SMALL)
    state = replace(found.progress, again=3)

    assert not hidden.over(replace(state, phase=attempts.Phase.DONE))
    assert hidden.over(replace(state, phase=attempts.Phase.DONE, stop=True))
    assert sealed.content(found).payload == SMALL


def test_a_store_without_a_sealer_takes_no_hidden_keys(messages: Messages) -> None:
    with pytest.raises(ValueError, match="without a sealer"):
        messages.accept(message(content=Content(payload=SMALL)), now=NOW)


def test_what_was_sealed_opens_for_its_own_notification_only_and_with_older_keys() -> None:
    sealer = Sealer(lambda: KEYS)
    at, other = message().id, replace(message().id, notification="another")
    old = Sealer(lambda: json.dumps({"1": "old"})).seal(at, {"_a": "ü"})

    assert sealer.open(at, old) == {"_a": "ü"}
    assert sealer.seal(at, {"_a": 1}) != sealer.seal(at, {"_a": 1})
    with pytest.raises(InvalidTag):
        sealer.open(other, old)


def test_a_key_that_holds_a_hidden_one_anywhere_is_hidden_as_a_whole() -> None:
    payload = {"a": 1, "_b": 2, "c": {"d": [{"_e": 3}]}, "f": ["_g"]}

    assert hidden.split(payload) == ({"a": 1, "f": ["_g"]}, {"_b": 2, "c": {"d": [{"_e": 3}]}})
