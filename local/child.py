"""The program of a function's process: AWS's runtime client, told where its own Runtime API lies.

Started as `python -m local.child HANDLER` with a pipe as standard input, of which only the host holds the other end.
"""

import os
import signal
import sys
import threading
from typing import Any

from awslambdaric import bootstrap  # type: ignore[import-untyped]  # it carries no types
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # type: ignore[import-untyped]  # the same


class Client(LambdaRuntimeClient):  # type: ignore[misc]  # awslambdaric carries no types
    """AWS's client, whose own part of the code cannot take an address with a path; the compiled part can."""

    def call_rapid(self, http_method: str, endpoint: str, *args: Any, **kwargs: Any) -> None:
        address, _, prefix = os.environ["AWS_LAMBDA_RUNTIME_API"].partition("/")
        self.lambda_runtime_address = address
        super().call_rapid(http_method, f"/{prefix}{endpoint}", *args, **kwargs)


def end_with_the_host() -> None:
    """Kill this process and what it started when the host is gone, however it went."""
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Serve invocations until killed."""
    threading.Thread(target=end_with_the_host, daemon=True).start()
    bootstrap.run(sys.argv[1], Client(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main()
