"""Stacks over HTTP: digests and increments, each request with an id of its own."""

import pytest

from heliograph.bootstrap import managing
from tests.functions.conftest import Call
from tests.functions.stacks import WINDOW, Sender, stacked
from tests.functions.stage import Stage


@pytest.fixture
def comment(acme: Stage, send: Call, manage: Call) -> Sender:
    managing.waiting.cache_clear()
    return Sender(acme, send, manage)


def test_a_digest_waits_for_its_windows_end_and_renders_once_with_all_items(comment: Sender, manage: Call) -> None:
    stacked(manage)
    names = []
    for who in ("Bo", "Cy", "Di"):
        names.append(comment(who))
        comment.pass_(10)

    [digest] = {comment.into(name) for name in names}
    waiting = comment.show(digest)
    comment.work()
    early = comment.mails
    comment.pass_(WINDOW)
    comment.wake(digest)

    assert len(set(names)) == 3
    assert [(one["status"], one["reason"], one["state"]) for one in map(comment.show, names)] == [
        ("canceled", "merged", "completed")
    ] * 3
    assert (waiting["status"], waiting["count"]) == ("scheduled", 3)
    assert waiting["stack"] == {
        "mode": "digest",
        "opened_at": "2027-01-15T08:00:00.000Z",
        "closes_at": "2027-01-15T08:01:00.000Z",
    }
    assert early == []
    assert comment.mails == ["3: Bo Cy Di last Di"]
    assert comment.show(digest)["status"] == "sent"
