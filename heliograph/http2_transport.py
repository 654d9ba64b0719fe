"""The way out to vendors that speak HTTP/2 alone: the same limits as `heliograph.transport`, other libraries."""

import json as json_text
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx

from heliograph.domain.errors import Rejected, Transient, UnknownOutcome
from heliograph.domain.tools import File, Form, Response

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
ANSWER_BYTES: Final = 256 * 1024
IDLE_SECONDS: Final = 30.0
"""Connections that rested longer are dropped: what lies between may have forgotten them while Lambda was frozen."""
NEVER_LEFT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Http2Transport:
    """Implements `heliograph.domain.provider.Http`; one connection carries the requests of all threads.

    `verify`: certificates to trust, in tests.
    """

    def __init__(self, *, verify: Any = True, clock: Callable[[], float] = time.monotonic) -> None:
        limits = httpx.Limits(keepalive_expiry=IDLE_SECONDS)
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        # No proxies and no certificates from the environment: a variable must not redirect credentials.
        self._client = httpx.Client(
            http1=False, http2=True, trust_env=False, verify=verify, timeout=timeout, limits=limits
        )
        self._clock = clock

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        form: Form | None = None,
        files: Sequence[File] = (),
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Response:
        """POST a JSON value or bytes; no vendor of this kind takes forms.

        Raises:
            Rejected: it cannot be written as a request.
            Transient: it never left.
            UnknownOutcome: it left, and no whole answer came back in time.
        """
        if form is not None or files or auth:
            raise Rejected("forms, files and passwords are not sent by HTTP/2 here")
        body = content if json is None else json_text.dumps(json, separators=(",", ":")).encode()
        return self._sent("POST", url, headers, body)

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Response:
        """GET and return any answer that came; raises what `post` raises."""
        if auth:
            raise Rejected("passwords are not sent by HTTP/2 here")
        return self._sent("GET", url, headers, None)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _sent(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes | None) -> Response:
        if not url.startswith("https://"):
            raise Rejected("providers are reached over https only")
        plain = {"accept-encoding": "identity", **(headers or {})}
        if any(mark in value for value in plain.values() for mark in "\r\n\0"):
            raise Rejected("this message cannot be written as an HTTP request: a header has a line break in it")
        try:
            request = self._client.build_request(method, url, headers=plain, content=body)
        except (ValueError, TypeError, httpx.InvalidURL) as exc:
            raise Rejected(f"this message cannot be written as an HTTP request: {type(exc).__name__}") from exc
        deadline = self._clock() + CONNECT_SECONDS + READ_SECONDS
        try:
            answer = self._client.send(request, stream=True)
            try:
                read = self._read(answer, deadline)
            finally:
                answer.close()
        except NEVER_LEFT as exc:
            raise Transient(f"{request.url.host} cannot be reached: {type(exc).__name__}") from exc
        except (httpx.HTTPError, TimeoutError) as exc:
            raise UnknownOutcome(f"no whole answer came from {request.url.host}: {type(exc).__name__}") from exc
        return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, read)

    def _read(self, answer: httpx.Response, deadline: float) -> bytes:
        content = bytearray()
        for chunk in answer.iter_raw():
            content += chunk
            if len(content) >= ANSWER_BYTES:
                break
            if self._clock() > deadline:
                raise TimeoutError
        return bytes(content[:ANSWER_BYTES])
