"""The processes of all functions, and the Runtime API that serves them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from local.functions import Function, process_environment
from local.invocation import Invocation
from local.logs import Logs
from local.pool import Pool
from local.process import PROGRAM, FunctionProcess
from local.runtime_api import RuntimeApi
from local.worker import Worker

ROOT: Final = Path(__file__).parents[1]
"""Where the functions run, as in the task root of Lambda."""
WARM_AT_ONCE: Final = 2
"""Functions that start at the same time."""


class Fleet:
    """A pool for each of the *functions*, whose processes find AWS by *services* (environment variables).

    Args:
        program: the module that each process runs, with the handler as its argument.
    """

    def __init__(
        self,
        port: int,
        functions: Mapping[str, Function],
        services: Mapping[str, str],
        logs: Logs,
        program: str = PROGRAM,
    ) -> None:
        self._services, self._logs, self._program = services, logs, program
        self.pools = {name: self._pool(function) for name, function in functions.items()}
        self._api = RuntimeApi(port, self.pools)
        self.start = self._api.start

    def stop(self) -> None:
        """Kill every process, and stop serving them."""
        self.kill()
        self._api.stop()

    def kill(self) -> None:
        """Kill every process; what runs or comes later fails."""
        for pool in self.pools.values():
            pool.stop()

    def warm(self) -> None:
        """Start one process of each function; returns when all are ready, or have failed."""
        with ThreadPoolExecutor(WARM_AT_ONCE) as executor:
            list(executor.map(Pool.warm, self.pools.values()))

    def environment(self, name: str) -> dict[str, str]:
        """What a process of this function sees."""
        return process_environment(self.pools[name].function, self._services, str(ROOT))

    def invoke_async(self, name: str, payload: str) -> None:
        """Run a function for an event that nobody waits for; its errors are in its log."""
        self.pools[name].submit(Invocation(payload.encode()))

    def _pool(self, function: Function) -> Pool:
        log = self._logs.of(function.name)

        def start(worker: Worker) -> None:
            address = f"{self._api.address}/{function.name}/{worker.id}"
            worker.process = FunctionProcess(
                self._program,
                function.handler,
                self.environment(function.name) | {"AWS_LAMBDA_RUNTIME_API": address},
                str(ROOT),
                log,
                lambda code: pool.ended(worker, code),
            )

        pool = Pool(function, start, log)
        return pool
