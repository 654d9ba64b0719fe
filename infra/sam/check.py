"""`make check-sam`: SAM validates and builds the synthesised template, and its local commands find everything in it.

Needs neither Docker nor credentials; the first run installs the SAM CLI into `.venv-sam`.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

from heliograph.names import HANDLERS, MANAGE_ROUTE, SEND_ROUTES, VENDOR_ROUTES
from infra.cdk import ROOT
from infra.cdk.synth import synthesise

ENVIRONMENT: Final = ROOT / ".venv-sam"
LOCK: Final = ROOT / "requirements" / "sam.txt"
INSTALLED: Final = ENVIRONMENT / ".installed"
LOCAL: Final = ("local_invoke", "local_start_api", "local_start_lambda")
BUILT: Final = ".aws-sam/build/template.yaml"
TIMEOUT: Final = 300


def main() -> None:
    """Exits with one sentence when SAM does not accept what we write."""
    _install()
    synthesise(ROOT / "cdk.out", "dev")
    _run("sam", "validate")
    _run("sam", "build")
    for template in (*_configured(), BUILT):
        _compare(template, json.loads(_run("python", "-m", "infra.sam.read", template)))
        print(f"SAM's local commands find {len(HANDLERS)} functions and all routes in {template}")


def _install() -> None:
    if INSTALLED.exists() and INSTALLED.stat().st_mtime > LOCK.stat().st_mtime:
        return
    print("Installing the SAM CLI into .venv-sam (once; about half a minute) ...", flush=True)
    uv = str(Path(sys.executable).with_name("uv"))
    python = str(ENVIRONMENT / "bin" / "python")
    _call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)])
    _call([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", str(LOCK)])
    INSTALLED.touch()


def _configured() -> list[str]:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]
    return sorted({config[command]["parameters"]["template_file"] for command in LOCAL})


def _compare(template: str, found: dict[str, Any]) -> None:
    handlers = sorted(function["handler"] for function in found["functions"])
    paths = {route.split(" ")[1] for route in (*SEND_ROUTES, *VENDOR_ROUTES, MANAGE_ROUTE)}
    if handlers != sorted(HANDLERS.values()) or set(found["routes"]) != paths:
        sys.exit(f"check-sam: SAM reads {template} wrongly: it found {handlers} and {found['routes']}")
    for function in found["functions"]:
        for folder in (function["code"], *function["layers"]):
            if not (ROOT / folder).is_dir():
                sys.exit(f"check-sam: in {template}, the code of {function['handler']} is not at {folder}")


def _run(program: str, *arguments: str) -> str:
    return _call([str(ENVIRONMENT / "bin" / program), *arguments])


def _call(command: list[str]) -> str:
    # Without credentials on purpose: the check must hold on a machine that has none.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment |= {"SAM_CLI_TELEMETRY": "0", "AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT)}
    result = subprocess.run(  # noqa: S603 - the command is ours
        command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=TIMEOUT
    )
    if result.returncode:
        name = " ".join([Path(command[0]).name, *command[1:]])
        sys.exit(f"check-sam: `{name}` failed:\n{result.stdout}{result.stderr}")
    return result.stdout


if __name__ == "__main__":
    main()
