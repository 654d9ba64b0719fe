"""Take each safety away in a copy of the tree and run the tests that must notice: python -m tests.mutants [NAME ...].

Prints a table; ends with status 1 when nobody noticed that a safety is gone, or when its line has changed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tests.mutants.safeties import SAFETIES, Safety

ROOT: Final = Path(__file__).parents[2]
PYTEST: Final = (sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", "--no-header")
LIMIT: Final = 600
"""Seconds for one safety's tests."""


def noticed(safety: Safety, where: Path) -> str:
    """The first test that failed without it, or what else happened."""
    shutil.rmtree(where, ignore_errors=True)
    where.mkdir(parents=True)
    tracked = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 # whichever git there is
    for name in filter(None, tracked.stdout.split("\0")):
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, where / name)
    # Templates are kept there by what they were made of, so that not every copy has to make its own.
    (where / "build").symlink_to(ROOT / "build", target_is_directory=True)
    changed = where / safety.file
    text = changed.read_text()
    if text.count(safety.line) != 1:
        return f"NOT FOUND: {safety.file} has the line {text.count(safety.line)} times"
    changed.write_text(text.replace(safety.line, safety.without))
    done = subprocess.run(  # noqa: S603 # our own interpreter and our own table
        (*PYTEST, *safety.tests),
        cwd=where,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    # A test that could not even begin has noticed nothing.
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    if done.returncode == 1 and failed:
        return failed[0].split(" - ")[0]
    return "NOBODY NOTICED" if done.returncode == 0 else f"NOT RUN: {done.stdout[-300:]} {done.stderr[-300:]}"


def main(wanted: list[str]) -> int:
    """Try the safeties whose names contain one of *wanted*, or all."""
    chosen = [one for one in SAFETIES if not wanted or any(part in one.name for part in wanted)]
    worst = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        began = time.monotonic()
        places = [Path(folder) / str(number) for number in range(len(chosen))]
        for safety, told in zip(chosen, pool.map(_told, chosen, places), strict=True):
            good = told.startswith("FAILED")
            worst |= not good
            sys.stdout.write(f"| {safety.name} | {told.removeprefix('FAILED ')} |\n")
            sys.stdout.flush()
    sys.stderr.write(f"{len(chosen)} safeties in {time.monotonic() - began:.0f} s\n")
    return worst


def _told(safety: Safety, where: Path) -> str:
    try:
        return noticed(safety, where)
    except subprocess.TimeoutExpired:
        return f"FAILED by running longer than {LIMIT} s"
    finally:
        shutil.rmtree(where, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
