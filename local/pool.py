"""The processes of one function: one invocation at a time in each, more processes on demand, as on Lambda."""

import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from local.functions import Function
from local.invocation import TIMED_OUT, Invocation, Outcome, failure
from local.worker import State, Worker

MAXIMUM: Final = 3
"""Processes of one function; a laptop has few cores, and moto serves one call at a time anyway."""
INIT_SECONDS: Final = 60.0
"""Longer than Lambda's 10: a laptop starts all functions at once."""

STOPPING: Final = failure("ServiceException", "the local host is stopping")


class Pool:
    """Takes invocations and gives each to the first free process; *start* begins a worker's process."""

    def __init__(
        self,
        function: Function,
        start: Callable[[Worker], None],
        log: Callable[[str], None],
        maximum: int = MAXIMUM,
    ) -> None:
        self.function = function
        self.arn = function.arn
        self.maximum = maximum
        self._start_process = start
        self._log = log
        self._ids = itertools.count(1)
        self._workers: dict[str, Worker] = {}
        self._pending: deque[Invocation] = deque()
        self._changed = threading.Condition()
        self._stopping = False

    def invoke(self, payload: bytes) -> Outcome:
        """Run the function with this payload and wait for the end."""
        return self.submit(Invocation(payload)).outcome.result()

    def submit(self, invocation: Invocation) -> Invocation:
        """Hand an invocation to the first free process; begin another process if none is free."""
        with self._changed:
            if self._stopping:
                invocation.finish(STOPPING)
                return invocation
            self._pending.append(invocation)
            self._grow()
            self._changed.notify_all()
        return invocation

    def warm(self) -> None:
        """Have one process ready; returns when it is, or has failed."""
        with self._changed:
            if not self._workers and not self._stopping:
                self._start()
            self._changed.wait_for(self._settled, INIT_SECONDS)

    def pids(self, *, busy: bool = False) -> list[int]:
        """Process ids, oldest first; with *busy* only of those that work at this moment."""
        with self._changed:
            chosen = [worker for worker in self._workers.values() if worker.current or not busy]
            return [worker.process.pid for worker in chosen if worker.process]

    def stop(self) -> None:
        """Kill every process and fail what waits. May be called twice."""
        with self._changed:
            self._stopping = True
            workers = list(self._workers.values())
            waiting = [*self._pending, *(worker.current for worker in workers if worker.current)]
            self._pending.clear()
            self._workers.clear()
            self._changed.notify_all()
        for invocation in waiting:
            invocation.finish(STOPPING)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()

    def next(self, worker_id: str) -> tuple[Invocation, float] | None:
        """Wait for this process's next invocation; its deadline is in epoch seconds. None: the process is no more."""
        with self._changed:
            worker = self._workers.get(worker_id)
            if worker is None:
                return None
            worker.ready()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._pending or self._stopping or worker.state is State.ENDED)
            if self._stopping or worker.state is State.ENDED:
                return None
            invocation = self._pending.popleft()
            deadline = worker.take(invocation, self.function.timeout, lambda: self._time_out(worker, invocation))
            return invocation, deadline

    def finish(self, worker_id: str, request_id: str, outcome: Outcome) -> bool:
        """The process answers its invocation; False when it is not, or no longer, its own."""
        with self._changed:
            worker = self._workers.get(worker_id)
            if worker is None or worker.current is None or worker.current.request_id != request_id:
                return False
            invocation = worker.release()
        return invocation.finish(outcome)

    def init_failed(self, worker_id: str, outcome: Outcome) -> None:
        """The process could not start: whoever waited longest gets its error."""
        with self._changed:
            worker = self._workers.get(worker_id)
            if worker is None or worker.state is not State.STARTING:
                return
            worker.state = State.FAILED
            invocation = self._pending.popleft() if self._pending else None
        if invocation:
            invocation.finish(outcome)

    def ended(self, worker: Worker, code: int) -> None:
        """A process is gone, with this exit code (negative: the signal that killed it)."""
        how = f"signal {-code}" if code < 0 else f"exit status {code}"
        with self._changed:
            before = worker.state
            if before is State.ENDED or self._stopping:
                return
            invocation = worker.release() if worker.current else None
            if before is State.STARTING and self._pending:
                invocation = self._pending.popleft()
            self._remove(worker, warm=before is State.READY)
        self._log(f"the process ended with {how}\n")
        if invocation:
            invocation.finish(failure("Runtime.ExitError", f"Runtime exited with {how}"))

    def _settled(self) -> bool:
        states = {worker.state for worker in self._workers.values()}
        return self._stopping or not states or State.READY in states

    def _grow(self) -> None:
        free = sum(worker.current is None and worker.state is not State.FAILED for worker in self._workers.values())
        if len(self._pending) > free and len(self._workers) < self.maximum:
            self._start()

    def _start(self) -> None:
        worker = Worker(f"{self.function.name}-{next(self._ids)}")
        self._workers[worker.id] = worker
        self._start_process(worker)
        worker.limit(INIT_SECONDS, lambda: self._init_too_long(worker))

    def _remove(self, worker: Worker, *, warm: bool) -> None:
        """Forget a worker, and begin another where one is needed, or to keep one *warm*."""
        worker.state = State.ENDED
        self._workers.pop(worker.id, None)
        if self._pending:
            self._grow()
        elif warm and not self._workers:
            self._start()
        self._changed.notify_all()

    def _time_out(self, worker: Worker, invocation: Invocation) -> None:
        with self._changed:
            if worker.current is not invocation:
                return
            worker.release()
            worker.kill()
            self._remove(worker, warm=True)
        message = f"Task timed out after {self.function.timeout:.2f} seconds"
        self._log(f"{invocation.request_id} {message}\n")
        invocation.finish(failure(TIMED_OUT, message))

    def _init_too_long(self, worker: Worker) -> None:
        if worker.state is State.STARTING:
            self._log(f"not ready after {INIT_SECONDS:.0f} seconds, so it is ended\n")
            worker.kill()
