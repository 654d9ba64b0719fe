"""The one way out to HTTP providers: time limits, no redirects, no proxies, no cookies, capped answers."""

import io
import time
from collections.abc import Callable, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from heliograph.domain.errors import Rejected, Transient, UnknownOutcome
from heliograph.domain.tools import File, Form, Response

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0
ANSWER_BYTES: Final = 256 * 1024
"""Of a longer answer only the beginning is kept; no provider's answer to a send comes near it."""
IDLE_SECONDS: Final = 30.0
"""Connections that rested longer are dropped: what lies between may have forgotten them while Lambda was frozen."""
CHUNK: Final = 16 * 1024


class Transport:
    """Implements `heliograph.domain.provider.Http`; one instance serves all threads of a function.

    `sandbox_url`: base URL of the local sandbox; `https://HOST/PATH?q` then goes to `{sandbox_url}/HOST/PATH?q`.
    `adapter`: takes the place of the session's own for https.
    `connect` and `read` are seconds: until TLS stands, and between two pieces of an answer; both together end it all.
    """

    def __init__(
        self,
        *,
        sandbox_url: str = "",
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
        answer_bytes: int = ANSWER_BYTES,
        clock: Callable[[], float] = time.monotonic,
        adapter: HTTPAdapter | None = None,
    ) -> None:
        self._sandbox_url = sandbox_url.rstrip("/")
        self._limits = (connect, read)
        self._answer_bytes = answer_bytes
        self._clock = clock
        self._last = clock()
        self._session = requests.Session()
        if adapter:
            self._session.mount("https://", adapter)
        # No proxies, no .netrc, no certificates from the environment: a variable must not redirect credentials.
        self._session.trust_env = False
        # One session serves all projects: a provider's cookie must not travel from one to another.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

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
        """POST and return any answer that came, whatever its status.

        Raises:
            Rejected: it cannot be written as a request (a line break in a header, half a surrogate pair).
            Transient: it never left (name, connect, TLS).
            UnknownOutcome: it left, and no whole answer came back in time.
        """
        parts = [(one.field, (one.name, one.content, one.type)) for one in files]
        fields = list(form.items()) if isinstance(form, Mapping) else form
        body = {"json": json, "data": content if fields is None else fields, "files": parts or None}
        return self._sent("POST", url, headers, auth, **body)

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> Response:
        """GET and return any answer that came; raises what `post` raises."""
        return self._sent("GET", url, headers, auth)

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str] | None, auth: tuple[str, str] | None, **body: Any
    ) -> Response:
        request = self._prepare(method, url, headers, auth, body)
        sent = _Body(request.body)
        if method != "GET":
            request.body = sent  # type: ignore[assignment] # requests sends files too; its stubs leave them out here
        deadline = self._clock() + sum(self._limits)
        self._drop_rested()
        try:
            answer = self._session.send(request, timeout=self._limits, allow_redirects=False, stream=True)
            with answer:
                content = self._read(answer.raw, deadline)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
            host = urlsplit(url).netloc
            if sent.left:
                text = f"no whole answer came from {host}: {type(exc).__name__}"
                raise UnknownOutcome(text) from exc
            raise Transient(f"{host} cannot be reached: {type(exc).__name__}") from exc
        return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, content)

    def _prepare(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
        body: Mapping[str, Any],
    ) -> requests.PreparedRequest:
        # No compression: an answer of a few bytes could unfold to gigabytes.
        plain = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        try:
            encoded = (auth[0].encode(), auth[1].encode()) if auth else None
            request = requests.Request(method, self._target(url), headers=plain, auth=encoded, **body)
            prepared = self._session.prepare_request(request)
            for value in prepared.headers.values():
                value.encode("latin-1")
        except (ValueError, requests.RequestException) as exc:
            raise Rejected(f"this message cannot be written as an HTTP request: {type(exc).__name__}") from exc
        return prepared

    def _target(self, url: str) -> str:
        if not url.startswith("https://"):
            raise Rejected("providers are reached over https only")
        return f"{self._sandbox_url}/{url.removeprefix('https://')}" if self._sandbox_url else url

    def _drop_rested(self) -> None:
        now = self._clock()
        if now - self._last > IDLE_SECONDS:
            self._session.close()
        self._last = now

    def _read(self, raw: urllib3.HTTPResponse, deadline: float) -> bytes:
        content = bytearray()
        while len(content) < self._answer_bytes and (chunk := raw.read1(CHUNK)):
            content += chunk
            if self._clock() > deadline:
                raise TimeoutError
        return bytes(content[: self._answer_bytes])


class _Body(io.BytesIO):
    """A request's body that knows whether it was sent: it is read only once the connection stands and headers are out.

    Exceptions do not tell: a TLS handshake that hangs and an answer that never comes are the same error to urllib3.
    """

    def __init__(self, content: str | bytes | None) -> None:
        super().__init__(content.encode() if isinstance(content, str) else content or b"")
        self.left = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.left = True
        return super().read(size)
