"""Starting and stopping."""

import threading

import pytest
import requests

from local.sandbox import Sandbox
from local.sandbox.accounts import is_loopback


def test_a_sandbox_stops_and_frees_its_port() -> None:
    first = Sandbox(0, publish=lambda *_: None, topics={})
    first.start()
    url, port = first.url, int(first.url.rpartition(":")[2])

    first.stop()
    first.stop()

    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)
    second = Sandbox(port, publish=lambda *_: None, topics={})
    second.start()
    assert second.url == url
    second.stop()


def test_a_taken_port_is_an_error_of_the_system() -> None:
    first = Sandbox(0, publish=lambda *_: None, topics={})
    first.start()

    with pytest.raises(OSError, match="in use"):
        Sandbox(int(first.url.rpartition(":")[2]), publish=lambda *_: None, topics={}).start()

    first.stop()


def test_no_thread_is_left_behind() -> None:
    before = set(threading.enumerate())
    sandbox = Sandbox(0, publish=lambda *_: None, topics={})
    sandbox.start()
    assert requests.get(sandbox.url, timeout=5).ok

    sandbox.stop()

    left = [thread for thread in set(threading.enumerate()) - before if "callback" in thread.name]
    assert left == []


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8400/x", True),
        ("http://localhost:8400/x", True),
        ("http://[::1]/x", True),
        ("http://api.localhost/x", True),
        ("https://example.com/x", False),
        ("http://127.0.0.1.example.com/x", False),
        ("http://localhost@example.com/x", False),
        ("http://169.254.169.254/x", False),
        ("http://[bad/x", False),
        ("ftp://127.0.0.1/x", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, local: bool) -> None:  # noqa: FBT001 -- an expected value
    assert is_loopback(url) is local
