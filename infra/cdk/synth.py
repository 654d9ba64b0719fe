"""Synthesises the template once for each state of its inputs: `python -m infra.cdk.synth --stage dev`."""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from heliograph.names import stack_name
from infra.cdk import ROOT
from infra.cdk.node import node

BUILD: Final = ROOT / "build"
SOURCES: Final = (
    *("cdk.json", "heliograph/names.py", "heliograph/settings.py"),
    *("requirements/dev.txt", "requirements/lambda.txt", "infra/cdk/**/*.py"),
)
"""What the template's resources are made from."""
CODE: Final = ("functions/**/*", "heliograph/**/*")
"""What only the names of the functions' zips are made from."""
KEPT: Final = 4
"""Older results are deleted."""
METADATA: Final = {"aws:cdk:enable-asset-metadata": True, "aws:cdk:enable-path-metadata": False}
"""What the CDK CLI would set: SAM finds a function's code by it."""
TIMEOUT: Final = 300


def synthesise(
    outdir: Path | None = None, stage: str = "dev", context: Mapping[str, str] | None = None, *, fresh_code: bool = True
) -> Path:
    """Return the path of the stage's template, synthesised if nothing of it has changed since the last time.

    Args:
        outdir: where the whole cloud assembly is copied to; None leaves it in its cache.
        stage: which stage of `cdk.json`.
        context: choices that win over those of `cdk.json`, as with `cdk -c name=value`.
        fresh_code: False takes a cached template although functions' code has changed since, so the zips
            beside it may be stale: for those who read the resources, or run the code where it lies.

    Raises:
        RuntimeError: the app failed; its own words are on stderr.
    """
    chosen = {**(context or {}), "stage": stage}
    with _locked():
        resources = f"synth-{_digest(chosen, SOURCES)}"
        exact = BUILD / f"{resources}-{_digest(chosen, CODE)}"
        cached = exact if fresh_code or exact.exists() else _newest(resources, exact)
        if not cached.exists():
            _run_app(cached, chosen)
        os.utime(cached)
        _forget_old()
        if outdir is not None:
            shutil.rmtree(outdir, ignore_errors=True)
            shutil.copytree(cached, outdir)
    return (outdir or cached) / f"{stack_name(stage)}.template.json"


def app_environment() -> dict[str, str]:
    """The environment that the app runs in: Node.js from the lock."""
    return {**os.environ, "JSII_NODE": str(node())}


def _digest(context: Mapping[str, str], patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256(json.dumps([dict(sorted(context.items())), sys.version]).encode())
    for path in _files(patterns):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _run_app(target: Path, context: Mapping[str, str]) -> None:
    print(f"Synthesising the template of stage {context['stage']} (half a minute) ...", file=sys.stderr, flush=True)
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    base = json.loads((ROOT / "cdk.json").read_text())["context"]
    result = subprocess.run(
        [sys.executable, "-m", "infra.cdk.app"],
        check=False,
        cwd=ROOT,
        env=app_environment()
        | {"CDK_OUTDIR": str(unfinished), "CDK_CONTEXT_JSON": json.dumps({**METADATA, **base, **context})},
        stdout=sys.stderr,
        timeout=TIMEOUT,
    )
    if result.returncode:
        raise RuntimeError(f"the CDK app failed with {result.returncode}: no template was made")
    unfinished.rename(target)


def _newest(resources: str, otherwise: Path) -> Path:
    return max(BUILD.glob(f"{resources}-" + "?" * 16), key=_age, default=otherwise)


def _forget_old() -> None:
    for path in sorted(BUILD.glob("synth-*-" + "?" * 16), key=_age)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> float:
    return path.stat().st_mtime


@contextmanager
def _locked() -> Iterator[None]:
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "synth.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    """`--out` is the folder of the cloud assembly, `-c name=value` a choice."""
    parser = argparse.ArgumentParser(prog="python -m infra.cdk.synth", description=__doc__)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--out", type=Path, default=ROOT / "cdk.out")
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    chosen = dict(pair.split("=", 1) for pair in arguments.context)
    try:
        print(synthesise(arguments.out, arguments.stage, chosen))
    except RuntimeError as exc:
        sys.exit(f"synth: {exc}")


if __name__ == "__main__":
    main()
