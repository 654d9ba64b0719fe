"""Reading: a project and mode see their own, and a cursor is good for its own list alone."""

from dataclasses import replace

import pytest

from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.message import MessageId
from heliograph.domain.project import Caller, Mode
from heliograph.domain.signing import Signer
from heliograph.domain.tokens import Cursor
from heliograph.usecases.read import Read
from tests.usecases.world import AT, CALLER, SIGNER, World

OTHER = replace(CALLER, project=replace(CALLER.project, id="other"))
TESTER = replace(CALLER, mode=Mode.TEST)


@pytest.fixture
def read(world: World) -> Read:
    return Read(messages=world.messages, signer=SIGNER, clock=world.clock)


def five(world: World) -> list[str]:
    for number in range(5):
        world.waiting(at=MessageId(project="acme", notification=f"n{number}"), created=world.clock() - 5 + number)
    return ["n4", "n3", "n2", "n1", "n0"]


def test_a_notification_is_shown_whole(world: World, read: Read) -> None:
    world.sent()

    shown = read.one(CALLER, AT.notification)

    assert (shown["id"], shown["event"], shown["status"], shown["state"]) == (
        AT.notification, "welcome", "sent", "completed",
    )  # fmt: skip
    assert [entry["status"] for entry in shown["messages"][0]["timeline"]] == ["queued", "sent"]


@pytest.mark.parametrize("caller", [OTHER, TESTER])
def test_what_is_not_the_caller_s_does_not_exist(world: World, read: Read, caller: Caller) -> None:
    world.sent()

    with pytest.raises(NotFound) as caught:
        read.one(caller, AT.notification)

    assert caught.value.code == "NOTIFICATION_NOT_FOUND"


@pytest.mark.parametrize("name", ["", "x" * 5000, "é" * 3000, "a#b", "../.."])
def test_an_id_that_cannot_be_one_is_not_found(read: Read, name: str) -> None:
    with pytest.raises(NotFound):
        read.one(CALLER, name)


def test_pages_follow_one_another_newest_first_and_miss_nothing(world: World, read: Read) -> None:
    wanted = five(world)
    found: list[str] = []
    cursor = ""
    while True:
        page = read.latest(CALLER, limit=2, cursor=cursor)
        found += [one["id"] for one in page["notifications"]]
        cursor = page["next_cursor"] or ""
        if not cursor:
            break

    assert found == wanted


def test_what_comes_meanwhile_does_not_shift_the_pages(world: World, read: Read) -> None:
    five(world)
    first = read.latest(CALLER, limit=2)
    world.clock.pass_(1)
    world.waiting(at=MessageId(project="acme", notification="newer"))

    second = read.latest(CALLER, limit=2, cursor=first["next_cursor"])

    assert [one["id"] for one in second["notifications"]] == ["n2", "n1"]


@pytest.mark.parametrize("caller", [OTHER, TESTER])
def test_a_cursor_of_another_project_or_mode_is_refused(world: World, read: Read, caller: Caller) -> None:
    five(world)
    cursor = read.latest(CALLER, limit=2)["next_cursor"]

    with pytest.raises(BadInput) as caught:
        read.latest(caller, limit=2, cursor=cursor)

    assert caught.value.field == "cursor"


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "A" * 9000,
        Cursor(project="acme", query={"list": "contacts", "mode": "live"}, position=[1, ""]).encode(SIGNER),
        Cursor(project="acme", query={"list": "notifications", "mode": "live"}, position=[1, ""]).encode(
            Signer({"1": "z" * 32})
        ),
    ],
)
def test_a_cursor_of_another_query_or_from_nowhere_is_refused(read: Read, cursor: str) -> None:
    with pytest.raises(BadInput) as caught:
        read.latest(CALLER, cursor=cursor)

    assert caught.value.field == "cursor"
