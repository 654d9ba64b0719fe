"""What a newcomer types works as it stands in the README and in the start-up's block."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from local import banner
from local.host import Host
from tests.e2e.service import Service
from tests.local.waiting import eventually

ROOT: Final = Path(__file__).parents[2]
SHELL: Final = shutil.which("sh") or "/bin/sh"


def blocks(page: str) -> list[str]:
    """The page's commands that call the API, in their order."""
    found = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    return [block for block in found if "curl" in block]


def run(script: str, folder: Path) -> str:
    """What the commands print, where `.local/env` lies."""
    done = subprocess.run(  # noqa: S603  # our own pages
        [SHELL, "-euc", script],
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(host: Host, tmp_path: Path) -> Path:
    """A folder with `.local/env`, as where `make local` was typed."""
    assert shutil.which("curl"), "these tests type what the README says: install curl"
    banner.write(host.access.variables(), tmp_path / ".local", host.ports.api)
    return tmp_path


def test_the_first_commands_of_the_readme_send_a_mail_and_show_it_delivered(service: Service, folder: Path) -> None:
    sends, *shows = blocks("README.md")

    answer = json.loads(run(sends, folder))
    service.until(answer["id"], "delivered", within=5)
    shown = run(f". .local/env\n{shows[0]}", folder)

    assert answer == {"id": answer["id"], "event": "welcome", "status": "accepted"}
    assert answer["id"] in shown
    assert '"status":"delivered"' in shown.replace(" ", "")
    assert service.inbox("ada@example.com")


def test_the_curl_line_that_the_start_up_prints_works_when_pasted(host: Host, service: Service, folder: Path) -> None:
    answer = json.loads(run(banner.curl(host.access), folder))

    found = eventually(lambda: service.until(answer["id"], "delivered", within=5))

    assert [entry["status"] for entry in found["timeline"]] == ["queued", "sent", "delivered"]
