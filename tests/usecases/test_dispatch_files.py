"""Files at dispatch: read before the claim, handed over whole, and what is missing is said."""

from dataclasses import replace

import pytest

from heliograph.domain.attachment import MAX_TOTAL, File
from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Message
from heliograph.domain.model import Attachment
from tests.usecases.world import AT, World

KEY = "files/acme/live/n/1"
FILE = File(name="a.pdf", type="application/pdf", size=3, content_id="logo", key=KEY)


@pytest.fixture
def world() -> World:
    return World()


def waiting(world: World) -> Message:
    return world.messages.add(replace(world.waiting(), files=(FILE,)))


def test_the_provider_gets_the_bytes(world: World) -> None:
    waiting(world)
    world.files.put(KEY, b"pdf", days=8)

    world.dispatch(Hint(message=AT), lambda: 25.0)

    (sent,) = world.first.sent
    assert sent.attachments == (Attachment(name="a.pdf", type="application/pdf", content=b"pdf", content_id="logo"),)


def test_a_message_whose_file_is_gone_ends_failed_and_nobody_is_called(world: World) -> None:
    waiting(world)

    world.dispatch(Hint(message=AT), lambda: 25.0)

    last = world.messages.items[AT].progress.log[-1]
    assert (last.ending, last.reason) == ("failed", "internal")
    assert "no longer stored" in last.text
    assert not world.first.sent


def test_a_bucket_that_does_not_answer_costs_no_try(world: World) -> None:
    before = waiting(world)
    world.files.trouble.waiting.append(Unavailable("S3 did not answer"))

    with pytest.raises(Unavailable):
        world.dispatch(Hint(message=AT), lambda: 25.0)

    assert world.messages.items[AT].progress == before.progress


def test_a_message_without_room_for_its_files_comes_again_soon(world: World) -> None:
    waiting(world)

    with world.dispatch.room.held(MAX_TOTAL, lambda: 25.0):
        done = world.dispatch(Hint(message=AT), lambda: 10.0)

    assert done == "put off"
    assert not world.first.sent
    assert world.messages.items[AT].progress.attempt == 0
