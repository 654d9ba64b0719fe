"""The inbox page as a person sees it, by a real browser."""

import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from itertools import batched
from pathlib import Path
from typing import Any, Final

import pytest

from local.host import Host
from tests.e2e.service import Service

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING: Final = "these tests look at pages in a browser: apt-get install chromium, or name one in the variable CHROME"
FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    *("--window-size=1200,800", "--virtual-time-budget=4000"),
)

type Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """`browse(url, flag, ...)` opens a page in a fresh browser and gives what it prints."""
    found = os.environ.get("CHROME") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, MISSING

    def open_page(url: str, *flags: str) -> str:
        done = subprocess.run(  # noqa: S603  # a browser, and our own page
            [found, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags, url],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return done.stdout

    return open_page


def picture(path: Path) -> tuple[int, int, int]:
    """(width, height, number of different rows) of a PNG."""
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    place, packed = 8, b""
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        packed += data[place + 8 : place + 8 + size] if kind == b"IDAT" else b""
        place += size + 12
    rows = zlib.decompress(packed)
    return width, height, len(set(batched(rows, len(rows) // height, strict=False)))


def sent(service: Service, first_name: str) -> Any:
    to = f"{first_name.lower()}@example.com"
    service.until(service.sent({"email": to, "first_name": first_name}, payload={"plan": "team"}), "delivered")
    [mail] = service.inbox(to)
    return mail


def test_a_mail_that_was_sent_is_in_the_list(host: Host, service: Service, browse: Browse) -> None:
    mail = sent(service, "Barbara")

    page = browse(f"{host.access.inbox}/", "--dump-dom")

    assert mail["subject"] == "Welcome, Barbara"
    assert "Welcome, Barbara" in page
    assert "barbara@example.com" in page


def test_a_mail_that_is_opened_is_shown_as_it_arrived(
    host: Host, service: Service, browse: Browse, tmp_path: Path
) -> None:
    mail = sent(service, "Katherine")
    address = f"{host.access.inbox}/inbox/{mail['id']}"

    page = browse(address, "--dump-dom")
    browse(address, f"--screenshot={tmp_path / 'inbox.png'}")

    assert "Welcome, Katherine!" in page
    width, height, rows = picture(tmp_path / "inbox.png")
    assert (width, height) == (1200, 800)
    assert rows > 50, "the page is nearly empty"
