"""The command itself, as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from tests.local import small_template
from tests.local.waiting import alive, children, eventually


class Running(NamedTuple):
    process: subprocess.Popen[str]
    output: Path

    def ready(self) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return "is ready" in self.output.read_text()


ROOT = Path(__file__).parents[2]


def command(port: int, template: Path) -> list[str]:
    return [sys.executable, "-m", "local", "--port", str(port), "--template", str(template), "--empty"]


@pytest.fixture
def running(port: int, tmp_path: Path) -> Iterator[Running]:
    output = tmp_path / "output"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with output.open("w") as file:
        process = subprocess.Popen(  # noqa: S603  # our own program
            command(port, small_template.write(tmp_path)),
            cwd=tmp_path,
            stdout=file,
            stderr=file,
            env=environment,
            text=True,
        )
    found = Running(process, output)
    try:
        eventually(found.ready, within=40)
        yield found
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_no_process_and_no_port_is_left(running: Running, port: int, stop: signal.Signals) -> None:
    pids = children(running.process.pid)

    running.process.send_signal(stop)
    code = running.process.wait(10)

    assert len(pids) == len(small_template.HANDLERS)
    assert code == (-9 if stop is signal.SIGKILL else 0)
    eventually(lambda: not any(alive(pid) for pid in pids), within=5)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), 1)


def test_it_shows_its_steps_serves_on_loopback_and_writes_the_variables(
    running: Running, port: int, tmp_path: Path
) -> None:
    text = running.output.read_text()

    assert requests.get(f"http://127.0.0.1:{port}/v1/a", timeout=20).ok
    assert "Creating the stack in moto" in text
    assert f"export HELIOGRAPH_URL=http://127.0.0.1:{port}\n" in (tmp_path / ".local" / str(port) / "env").read_text()


def test_a_taken_port_is_one_sentence_and_exit_status_1(port: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", port + 2)):
        result = subprocess.run(  # noqa: S603  # our own program
            command(port, small_template.write(tmp_path)),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    assert result.returncode == 1
    assert result.stderr == (
        f"local: port {port + 2} for the AWS endpoint is taken: "
        "stop what listens there, or choose another with make local PORT=...\n"
    )


def test_a_malformed_choice_is_refused(port: int) -> None:
    result = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "local", "--port", str(port), "--context", "stage"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert result.returncode == 2
    assert "'stage' is not of the form NAME=VALUE" in result.stderr
