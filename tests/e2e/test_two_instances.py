"""A second instance beside the first, started as people start it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
import requests

from local.host import Host
from tests.e2e.service import Service
from tests.local.waiting import alive, children, eventually, free_port

ROOT: Final = Path(__file__).parents[2]


class Second(NamedTuple):
    process: subprocess.Popen[str]
    port: int
    folder: Path

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    def ready(self) -> bool:
        assert self.process.poll() is None, self.output
        return "Heliograph is ready" in self.output

    def variables(self, file: str) -> dict[str, str]:
        """What a shell has after sourcing *file*."""
        shown = subprocess.run(  # noqa: S603  # our own file
            ["/bin/sh", "-euc", f". {file}; env"],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
        return dict(line.split("=", 1) for line in shown.stdout.splitlines())


@pytest.fixture(scope="module")
def second(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    assert host.access.api, "the first one runs"
    folder, port = tmp_path_factory.mktemp("second"), free_port()
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-m", "local", "--port", str(port)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=output,
            text=True,
        )
    running = Second(process, port, folder)
    try:
        eventually(running.ready, within=60)
        yield running
    finally:
        process.kill()
        process.wait()


def test_the_files_of_variables_can_be_sourced_and_hold_the_second_ones_values(second: Second, host: Host) -> None:
    newest, own = second.variables("./.local/env"), second.variables(f"./.local/{second.port}/env")

    wanted = {"HELIOGRAPH_API_KEY", "HELIOGRAPH_TEST_KEY", "HELIOGRAPH_WEBHOOKS_URL", "AWS_ENDPOINT_URL"}
    assert newest == own
    assert newest["HELIOGRAPH_URL"] == f"http://127.0.0.1:{second.port}" != host.access.api
    assert wanted <= newest.keys()
    assert newest["HELIOGRAPH_API_KEY"].startswith("live_")
    assert newest["HELIOGRAPH_TEST_KEY"].startswith("test_")


def test_the_seeded_keys_are_the_same_in_every_instance(second: Second, host: Host) -> None:
    found = second.variables("./.local/env")

    assert found["HELIOGRAPH_API_KEY"] == host.access.live_key
    assert found["HELIOGRAPH_TEST_KEY"] == host.access.test_key


def test_the_block_at_the_end_of_the_start_up_holds_what_a_newcomer_needs(second: Second) -> None:
    found = second.variables("./.local/env")

    end = second.output.partition("Heliograph is ready")[2]
    names = ["HELIOGRAPH_URL", "HELIOGRAPH_INBOX_URL", "AWS_ENDPOINT_URL", "HELIOGRAPH_API_KEY", "HELIOGRAPH_TEST_KEY"]
    assert [name for name in names if found[name] not in end] == []
    assert f"curl -X POST {found['HELIOGRAPH_URL']}/v1/send/welcome" in end


def test_what_is_sent_to_one_is_not_in_the_other(second: Second, service: Service) -> None:
    found = second.variables("./.local/env")
    url, headers = found["HELIOGRAPH_URL"], {"Authorization": f"Bearer {found['HELIOGRAPH_API_KEY']}"}

    sent = requests.post(f"{url}/v1/send/welcome", json={"to": "two@example.com"}, headers=headers, timeout=25).json()

    def delivered() -> bool:
        shown = requests.get(f"{url}/v1/notifications/{sent['id']}", headers=headers, timeout=25).json()
        return bool(shown["status"] == "delivered")

    eventually(delivered)
    assert service.call("GET", f"/v1/notifications/{sent['id']}").status_code == 404
    assert service.inbox("two@example.com") == []


def test_ctrl_c_ends_all_processes_of_one_and_leaves_the_other_alone(second: Second, service: Service) -> None:
    pids = children(second.process.pid)

    second.process.send_signal(signal.SIGINT)
    code = second.process.wait(15)

    assert pids
    assert code == 0
    eventually(lambda: not any(alive(pid) for pid in pids), within=5)
    service.until(service.sent("still-there@example.com"), "delivered")
