"""Runs the CDK CLI on the synthesised stage: `python -m infra.cdk.deploy diff --stage dev`."""

import argparse
import os
import subprocess
import sys
from typing import Final

from heliograph.names import stack_name
from infra.cdk import ROOT
from infra.cdk.node import node, npx
from infra.cdk.synth import synthesise

CLI: Final = "aws-cdk@2"
NEEDS: Final = (
    "This needs AWS credentials and a region (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_REGION), the network for npx, "
    "and an account that was bootstrapped once (docs/deploying.md)."
)


def main() -> None:
    """Synthesises, says what is needed, and hands over to `npx aws-cdk@2`."""
    parser = argparse.ArgumentParser(prog="python -m infra.cdk.deploy", description=__doc__)
    parser.add_argument("command", choices=("diff", "deploy"))
    parser.add_argument("--stage", default="dev")
    arguments = parser.parse_args()
    try:
        synthesise(ROOT / "cdk.out", arguments.stage)
    except RuntimeError as exc:
        sys.exit(f"{arguments.command}: {exc}")
    print(NEEDS, file=sys.stderr, flush=True)
    command = [*npx(), "--yes", CLI, arguments.command, stack_name(arguments.stage)]
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # The CLI asks before it widens permissions, so it may wait for a person: no time limit.
    result = subprocess.run(  # noqa: S603 - the command is ours
        [*command, "--app", "cdk.out"], check=False, cwd=ROOT, env=os.environ | {"PATH": path}
    )
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
