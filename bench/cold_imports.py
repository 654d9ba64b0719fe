"""Prints how long each function's handler module takes to import: `.venv/bin/python bench/cold_imports.py`.

Each figure is the median of several fresh processes, bytecode written before, in the environment that a function has on
AWS but for its settings, which no import may need. What the interpreter itself takes to start is not counted.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
RUNS: Final = 7
PROGRAM: Final = """
import importlib, sys, time
began = time.perf_counter()
importlib.import_module(sys.argv[1])
print(time.perf_counter() - began, len(sys.modules))
"""


def once(module: str) -> tuple[float, int]:
    """(milliseconds, modules loaded) of one import in a fresh process."""
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", PROGRAM, module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seconds, modules = done.stdout.split()
    return float(seconds) * 1000, int(modules)


def median(module: str) -> tuple[float, int]:
    """The median of RUNS imports, after one that writes the bytecode."""
    once(module)
    runs = [once(module) for _ in range(RUNS)]
    return statistics.median(milliseconds for milliseconds, _ in runs), runs[0][1]


def main() -> None:
    """One line a function, and the heaviest of what all of them share."""
    sys.path.insert(0, str(ROOT))
    from heliograph.names import HANDLERS  # noqa: PLC0415  # found only from the line above on

    print(f"{'function':20} {'ms':>7}  {'modules':>7}")
    for function, handler in HANDLERS.items():
        milliseconds, modules = median(handler.rpartition(".")[0])
        print(f"{function.value:20} {milliseconds:7.0f}  {modules:7}")
    for shared in ("boto3", "pydantic", "aws_lambda_powertools", "cryptography.hazmat.primitives.asymmetric.ec"):
        milliseconds, modules = median(shared)
        print(f"  {shared[:18]:18} {milliseconds:7.0f}  {modules:7}")


if __name__ == "__main__":
    main()
