"""Five thousand hostile requests: no 5xx, each answer as the document tells it, and what is refused stores nothing."""

import json
from collections import Counter

import pytest

from functions.manage.handler import handler as manage
from functions.send.handler import handler as send
from tests.functions import hostile
from tests.functions.hostile import Hostile
from tests.functions.http import Answer, answer
from tests.functions.stage import Context, Stage, stage
from tests.support import document

WANTED = 5_000
CHUNK = 250


def call(acme: Stage, one: Hostile) -> Answer:
    handler = send if one.sends else manage
    return answer(handler(one.event(acme.live), Context()))


@pytest.fixture
def requests() -> list[Hostile]:
    found = list(hostile.requests())
    assert len(found) >= WANTED
    return found


def test_nothing_hostile_is_a_5xx_and_what_is_refused_stores_nothing(requests: list[Hostile]) -> None:
    with pytest.MonkeyPatch.context() as patch, stage(patch) as first:
        statuses = [checked(first, one) for one in requests]
    refused = [one for one, status in zip(requests, statuses, strict=True) if status >= 400]

    with pytest.MonkeyPatch.context() as patch, stage(patch) as second:
        for start in range(0, len(refused), CHUNK):
            unchanged(second, refused[start : start + CHUNK])

    told = Counter(statuses)
    assert sum(told.values()) >= WANTED
    assert len(refused) > WANTED * 0.6, told


def checked(acme: Stage, one: Hostile) -> int:
    """The status of an answer that is no 5xx, stands in the document and can be sent."""
    told = call(acme, one)
    assert told.status < 500, (one, told)
    told.text.encode()
    if told.text and told.headers["content-type"].startswith("application/"):
        json.loads(told.text)
    if one.sends:
        document.check_answer(one.operation, told.status, told.headers["content-type"], told.text)
    else:
        document.check(one.operation.method.upper(), one.path, told.status, told.headers["content-type"], told.text)
    return told.status


def unchanged(acme: Stage, refused: list[Hostile]) -> None:
    """The table and the queues are as before; but for what is taken here, where no other request has been."""
    before = acme.items()
    taken = [one for one in refused if call(acme, one).status < 400]
    if not taken:
        assert acme.items() == before
        assert [acme.depth(name) for name in acme.urls] == [0, 0, 0]
