"""The third-party wheels of the layer: exactly what the lock says, for Lambda's CPU and Python, without Docker."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.cdk import ROOT

LOCK: Final = ROOT / "requirements" / "lambda.txt"
PYTHON: Final = (3, 13)
"""Lambda's Python; bytecode belongs to a minor version."""
SERVICES: Final = frozenset({"dynamodb", "scheduler", "sesv2", "sns", "sqs", "ssm", "sts"})
"""What the functions call. botocore carries four hundred services' descriptions, 25 MB; these are 2 MB."""
INSTALL: Final = (
    *("pip", "install", "--quiet", "--no-installer-metadata", "--no-deps", "--require-hashes"),
    *("--only-binary", ":all:", "--python-platform", "aarch64-manylinux_2_28", "--python-version", "3.13"),
)
TRIMMED: Final = ("boto3/examples", "bin")
_RECIPE: Final = "1"
"""Raise it when the trimming below changes."""


def digest() -> str:
    """What the layer is made from: the lock and this recipe."""
    recipe = "\n".join([_RECIPE, *INSTALL, *TRIMMED, *sorted(SERVICES), str(_compiles())])
    return hashlib.sha256(LOCK.read_bytes() + recipe.encode()).hexdigest()


def layer_folder() -> Path:
    """The folder of the layer, made once for each lock and then found again.

    Raises:
        RuntimeError: uv could not install; its own words are on stderr.
    """
    folder = ROOT / "build" / f"layer-{digest()[:16]}"
    if not folder.exists():
        unfinished = folder.with_suffix(f".{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        _install(unfinished / "python")
        unfinished.rename(folder)
    return folder


def _compiles() -> bool:
    return sys.version_info[:2] == PYTHON


def _install(target: Path) -> None:
    print(f"Installing the layer's wheels from {LOCK.relative_to(ROOT)} (once for each lock) ...", file=sys.stderr)
    uv = Path(sys.executable).with_name("uv")
    _run([str(uv), *INSTALL, "--target", str(target), "--requirement", str(LOCK)])
    for path in (*(target / part for part in TRIMMED), *_unused(target)):
        shutil.rmtree(path, ignore_errors=True)
    if _compiles():
        _compile(target)
    else:
        print("The layer has no bytecode, so functions start slower: synthesise with Python 3.13.", file=sys.stderr)


def _unused(target: Path) -> Iterator[Path]:
    for data in (target / "botocore" / "data", target / "boto3" / "data"):
        yield from (path for path in data.iterdir() if path.is_dir() and path.name not in SERVICES)


def _compile(target: Path) -> None:
    # CDK resets file times in the zip, which makes ordinary bytecode stale; this kind is never compared.
    command = ["-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(target)]
    _run([sys.executable, *command, "-p", "/opt/python", str(target)])


def _run(command: list[str]) -> None:
    result = subprocess.run(command, check=False, cwd=ROOT, timeout=300)  # noqa: S603 - the command is ours
    if result.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed with {result.returncode}: the layer was not made")
