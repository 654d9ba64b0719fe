"""The part of Lambda's Runtime API that a function's process polls.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Every path begins with `/{function}/{worker}`, which
tells us who asks.
"""

import json
from collections.abc import Mapping
from typing import Final, Protocol

from local.http_server import Answer, HttpServer, Request
from local.invocation import Invocation, Outcome, trace_id

ACCEPTED: Final = Answer(202, [("content-type", "application/json")], b'{"status":"OK"}')
UNKNOWN_REQUEST: Final = Answer(
    400, [("content-type", "application/json")], b'{"errorMessage":"no such invocation","errorType":"InvalidRequestID"}'
)
NOT_FOUND: Final = Answer(404)
ERROR_TYPE: Final = "lambda-runtime-function-error-type"


class Pool(Protocol):
    """What the Runtime API asks of a function's pool."""

    arn: str

    def next(self, worker_id: str) -> tuple[Invocation, float] | None: ...
    def finish(self, worker_id: str, request_id: str, outcome: Outcome) -> bool: ...
    def init_failed(self, worker_id: str, outcome: Outcome) -> None: ...


class RuntimeApi:
    """Serves the processes of every pool in *pools*, by function name."""

    def __init__(self, port: int, pools: Mapping[str, Pool]) -> None:
        self._pools = pools
        self._server = HttpServer(port, self.handle)
        self.start, self.stop = self._server.start, self._server.stop
        self.address = self._server.url.removeprefix("http://")
        """`host:port`, for AWS_LAMBDA_RUNTIME_API."""

    def handle(self, request: Request) -> Answer | None:
        """Answer one request of a process."""
        match request.target.strip("/").split("/"):
            case [function, worker, "2018-06-01", "runtime", *rest] if function in self._pools:
                return _answer(self._pools[function], worker, rest, request)
            case _:
                return NOT_FOUND


def _answer(pool: Pool, worker: str, rest: list[str], request: Request) -> Answer | None:
    match rest:
        case ["invocation", "next"]:
            return _next(pool, worker)
        case ["invocation", request_id, "response"]:
            done = pool.finish(worker, request_id, Outcome(request.body))
            return ACCEPTED if done else UNKNOWN_REQUEST
        case ["invocation", request_id, "error"]:
            done = pool.finish(worker, request_id, _error(request))
            return ACCEPTED if done else UNKNOWN_REQUEST
        case ["init", "error"]:
            pool.init_failed(worker, _error(request))
            return ACCEPTED
        case _:
            return NOT_FOUND


def _next(pool: Pool, worker: str) -> Answer | None:
    given = pool.next(worker)
    if given is None:
        return None
    invocation, deadline = given
    headers = [
        ("content-type", "application/json"),
        ("lambda-runtime-aws-request-id", invocation.request_id),
        ("lambda-runtime-deadline-ms", str(int(deadline * 1000))),
        ("lambda-runtime-invoked-function-arn", pool.arn),
        ("lambda-runtime-trace-id", trace_id()),
    ]
    return Answer(200, headers, invocation.payload)


def _error(request: Request) -> Outcome:
    try:
        kind = json.loads(request.body)["errorType"]
    except (ValueError, KeyError, TypeError):
        kind = request.header(ERROR_TYPE) or "Runtime.Unknown"
    return Outcome(request.body, str(kind))
