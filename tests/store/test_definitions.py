"""Events: a head, a draft, and versions that never change."""

from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import Conflict, Unavailable
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel
from heliograph.store.definitions import Definitions
from heliograph.store.table import Table
from tests.support.builders import NOW

FIRST = Body(channels=(Channel.EMAIL,), templates={"email": {"subject": "Hello", "text": "Välkommen"}})
OTHER = replace(FIRST, channels=(Channel.SMS, Channel.EMAIL), lane=Lane.CRITICAL, templates={"sms": {"text": "Hej"}})
WELCOME = Definition(name="welcome", title="Welcome", draft=FIRST, created=NOW, updated=NOW)


class Dying(Table):
    """The table of a process that dies before its first update."""

    def update(self, *_: Any, **__: Any) -> None:
        raise Unavailable("the process died")


def current(definitions: Definitions) -> Definition:
    found = definitions.get("demo", "welcome")
    assert found is not None
    return found


def test_a_draft_comes_back_as_it_was_saved(definitions: Definitions) -> None:
    definitions.save_draft("demo", WELCOME)

    assert current(definitions) == WELCOME
    assert definitions.get("demo", "other") is None
    assert definitions.get("other", "welcome") is None


def test_a_later_draft_changes_neither_the_version_nor_when_it_began(definitions: Definitions) -> None:
    definitions.save_draft("demo", WELCOME)
    definitions.publish("demo", WELCOME, FIRST, now=NOW + 1)

    definitions.save_draft("demo", replace(WELCOME, title="", draft=OTHER, created=NOW + 2, updated=NOW + 2))

    found = current(definitions)
    assert (found.draft, found.title, found.published, found.channels) == (OTHER, "", 1, FIRST.channels)
    assert (found.created, found.updated) == (NOW, NOW + 2)


def test_publishing_freezes_a_version_and_points_the_head_at_it(definitions: Definitions) -> None:
    definitions.save_draft("demo", WELCOME)

    numbers = [
        definitions.publish("demo", WELCOME, FIRST, now=NOW),
        definitions.publish("demo", current(definitions), FIRST, now=NOW),
    ]
    numbers.append(definitions.publish("demo", current(definitions), OTHER, now=NOW + 3))

    found = current(definitions)
    assert numbers == [1, 2, 3]
    assert (found.published, found.channels, found.lane) == (3, OTHER.channels, Lane.CRITICAL)
    assert [definitions.version("demo", "welcome", number) for number in (1, 2, 3, 4)] == [FIRST, FIRST, OTHER, None]


def test_of_two_who_publish_the_same_version_the_second_learns_of_it(definitions: Definitions) -> None:
    definitions.save_draft("demo", WELCOME)
    definitions.publish("demo", WELCOME, FIRST, now=NOW)

    with pytest.raises(Conflict, match="published by somebody else meanwhile"):
        definitions.publish("demo", WELCOME, OTHER, now=NOW)

    assert definitions.version("demo", "welcome", 1) == FIRST
    assert current(definitions).published == 1


def test_a_publish_that_died_halfway_is_completed_by_the_same_body(definitions: Definitions, table: Table) -> None:
    definitions.save_draft("demo", WELCOME)
    with pytest.raises(Unavailable):
        Definitions(Dying(table._client, table.name)).publish("demo", WELCOME, FIRST, now=NOW)
    before = current(definitions).published

    number = definitions.publish("demo", current(definitions), FIRST, now=NOW + 1)

    assert (before, number, current(definitions).published) == (0, 1, 1)


def test_a_publish_that_died_halfway_does_not_block_another_body_for_ever(
    definitions: Definitions, table: Table
) -> None:
    definitions.save_draft("demo", WELCOME)
    with pytest.raises(Unavailable):
        Definitions(Dying(table._client, table.name)).publish("demo", WELCOME, FIRST, now=NOW)

    with pytest.raises(Conflict, match="published by somebody else meanwhile"):
        definitions.publish("demo", current(definitions), OTHER, now=NOW + 1)
    number = definitions.publish("demo", current(definitions), OTHER, now=NOW + 2)

    assert number == 2
    assert [definitions.version("demo", "welcome", one) for one in (1, 2)] == [FIRST, OTHER]
    assert current(definitions).channels == OTHER.channels
