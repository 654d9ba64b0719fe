"""Files are stored before the message that names them, and nothing is left that no message names."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from heliograph.domain.attachment import MAX_TOTAL, File, Upload
from heliograph.domain.errors import BadInput, Conflict, Unavailable
from heliograph.domain.message import Accepted, Message
from heliograph.domain.model import Channel
from heliograph.domain.request import SendRequest
from heliograph.usecases.attaching import Attaching, carried
from tests.support.builders import DAY, NOW, message
from tests.usecases.fake_files import FakeFiles
from tests.usecases.fake_messages import FakeMessages

PDF = File(name="a.pdf", type="application/pdf", size=3, content=b"pdf")
UPLOADED = File(upload="u" * 26)


@dataclass
class Heads(FakeMessages):
    """Remembers what the bucket held when the head was put."""

    files: FakeFiles = field(default_factory=FakeFiles)
    seen: list[set[str]] = field(default_factory=list)

    def accept(self, message: Message, *, now: int) -> Accepted:
        self.seen.append(set(self.files.objects))
        return super().accept(message, now=now)


@dataclass
class Desk:
    files: FakeFiles = field(default_factory=FakeFiles)

    def __post_init__(self) -> None:
        self.heads = Heads(files=self.files)
        self.attaching = Attaching(messages=self.heads, files=self.files)

    def accept(self, *files: File, **changes: Any) -> Accepted:
        return self.attaching.accept(replace(message(), files=files, **changes), now=NOW)

    def source(self) -> str:
        one = message()
        return f"uploads/{one.id.project}/{one.mode}/{UPLOADED.upload}"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_bytes_are_stored_before_the_head(desk: Desk) -> None:
    accepted = desk.accept(PDF)

    (stored,) = accepted.message.files
    assert desk.heads.seen == [{stored.key}]
    assert desk.files.objects == {stored.key: b"pdf"}
    assert (stored.name, stored.size, stored.content) == ("a.pdf", 3, None)
    assert stored.key.endswith(hashlib.sha256(b"pdf").hexdigest())


def test_a_message_without_files_asks_the_bucket_nothing(desk: Desk) -> None:
    desk.files.trouble.waiting.append(Unavailable("nobody may call"))

    assert desk.accept().new
    assert desk.files.trouble.waiting


def test_an_upload_is_copied_so_that_it_outlives_itself(desk: Desk) -> None:
    desk.files.upload(desk.source(), b"bytes", name="big.bin", type="a/b")

    (stored,) = desk.accept(UPLOADED).message.files

    assert desk.files.objects[stored.key] == b"bytes"
    assert (stored.name, stored.type, stored.size, stored.upload) == ("big.bin", "a/b", 5, "")


def test_an_upload_that_never_came_is_a_409_that_names_it(desk: Desk) -> None:
    with pytest.raises(Conflict) as caught:
        desk.accept(PDF, UPLOADED)

    assert caught.value.field == "overrides.email.attachments[1].id"
    assert not desk.heads.items
    assert not desk.files.objects


def test_files_that_are_too_large_together_are_a_413(desk: Desk) -> None:
    desk.files.upload(desk.source(), b"")
    desk.files.uploads[desk.source()] = Upload(name="a", type="a/b", size=MAX_TOTAL)

    with pytest.raises(BadInput) as caught:
        desk.accept(PDF, UPLOADED)

    assert (caught.value.http_status, caught.value.field) == (413, "overrides.email.attachments")
    assert not desk.heads.items


def test_a_repeat_stores_the_same_once(desk: Desk) -> None:
    first = desk.accept(PDF)

    again = desk.accept(PDF)

    assert (first.new, again.new) == (True, False)
    assert again.message.files == first.message.files
    assert list(desk.files.objects) == [first.message.files[0].key]


def test_what_another_request_of_the_same_key_brought_is_removed(desk: Desk) -> None:
    first = desk.accept(PDF)

    desk.accept(replace(PDF, content=b"other"))

    assert list(desk.files.objects) == [first.message.files[0].key]


def test_a_repeat_from_before_an_erasure_brings_nothing_back(desk: Desk) -> None:
    first = desk.accept(PDF).message
    desk.heads.items[first.id] = replace(first, to="", files=())

    desk.accept(PDF)

    assert not desk.files.objects


@pytest.mark.parametrize(("life", "days"), [(3 * DAY, 8), (7 * DAY, 8), (8 * DAY, 100), (366 * DAY, 850)])
def test_a_file_is_kept_as_long_as_its_message_may_wait(desk: Desk, life: int, days: int) -> None:
    waiting = replace(message().progress, expires=NOW + life)

    desk.accept(PDF, progress=waiting)

    assert list(desk.files.days.values()) == [days]


def wanting(channel: Channel | None) -> SendRequest:
    return SendRequest(event="e", channel=channel, to={}, due=NOW, key="k", files=(PDF,), body_hash=b"")


def test_files_go_with_mails_and_are_left_out_elsewhere() -> None:
    assert carried(wanting(None), (Channel.SMS, Channel.EMAIL)) == (PDF,)
    assert carried(wanting(None), (Channel.SMS,)) == ()


def test_a_send_by_a_channel_without_files_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        carried(wanting(Channel.SMS), (Channel.SMS,))

    assert (caught.value.code, caught.value.field) == ("ATTACHMENTS_NOT_TAKEN", "overrides.email.attachments")
