"""The service as a folder sees it: drafts, layouts, publishing; over the API, with one key."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from cli.templates.folder import Shared
from cli.templates.meaning import TEMPLATES
from cli.templates.names import EVENT, LAYOUT
from heliograph.api.shapes import EventBody
from heliograph.domain.layout import LayoutKind
from heliograph.domain.model import JSON

SECONDS: Final = 30
"""Time limit of one request."""
TRIES: Final = 4
LONGEST_WAIT: Final = 10.0
"""Seconds between two tries."""
PAGE: Final = 100
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
PASSING: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
OUTSIDE: Final = frozenset(EventBody.model_fields) - {"channels", TEMPLATES}
"""Members that are not in the draft but beside it; `channels` there are the published version's."""


class Unreachable(Exception):
    """The service gave no answer that could be read; one sentence that says what to do."""


class Refused(Exception):
    """A request that the service refused, with what its problem document says."""

    def __init__(self, problem: JSON) -> None:
        self.detail = str(problem.get("detail", "it was refused without a reason"))
        super().__init__(self.detail)
        self.field = str(problem.get("field", ""))
        self.line = int(problem.get("line", 0))
        self.column = int(problem.get("column", 0))
        self.layout = str(problem.get("layout", ""))
        self.status = int(problem.get("status", 0))


class Service:
    """One project.

    Raises:
        Unreachable: on making it, an address to which no key should be sent.
    """

    def __init__(self, url: str, key: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise Unreachable(f"{url} is no address that begins with https://: a key goes nowhere else")
        self._url = url.rstrip("/")
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers["authorization"] = f"Bearer {key}"

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def names(self) -> list[str]:
        """All events."""
        found: list[str] = []
        cursor = ""
        while True:
            query = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            page = self._call("GET", "/v1/events", params=query)
            found += [one["name"] for one in page["events"] if EVENT.fullmatch(one["name"])]
            cursor = page["next_cursor"]
            if not cursor:
                return sorted(found)

    def draft(self, name: str) -> JSON | None:
        """An event's draft as `PUT` takes it; None where there is no event, or none of it."""
        found = self._known(f"/v1/events/{name}")
        if not found or not found.get("draft"):
            return None
        draft: JSON = {member: found[member] for member in found if member in OUTSIDE} | found["draft"]
        return draft

    def save(self, name: str, body: JSON) -> None:
        """Replace an event's draft, or make the event."""
        self._call("PUT", f"/v1/events/{name}", json=body)

    def publishable(self, name: str) -> bool:
        """Whether publishing an event now would change what is sent."""
        found = self._call("GET", f"/v1/events/{name}")
        if not found["version"]:
            return True
        changes = self._call("GET", f"/v1/events/{name}/diff")
        return bool(changes["templates"] or changes["fields"])

    def publish(self, name: str) -> int:
        """Publish an event's draft; the number of its version."""
        return int(self._call("POST", f"/v1/events/{name}/publish")["version"])

    def shared_names(self) -> list[str]:
        """All layouts and partials."""
        found = self._call("GET", "/v1/layouts")["layouts"]
        return sorted(one["name"] for one in found if LAYOUT.fullmatch(one["name"]))

    def shared(self, name: str) -> Shared | None:
        """A layout or partial, None where there is none."""
        found = self._known(f"/v1/layouts/{name}")
        return Shared(name, LayoutKind(found["kind"]), found["source"]) if found else None

    def save_shared(self, one: Shared) -> None:
        """Make or replace a layout or partial."""
        self._call("PUT", f"/v1/layouts/{one.name}", json={"kind": one.kind.value, "source": one.source})

    def _known(self, path: str) -> JSON | None:
        try:
            return self._call("GET", path)
        except Refused as exc:
            if exc.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def _call(self, method: str, path: str, **request: Any) -> JSON:
        """The answer's object.

        Raises:
            Refused: a problem document.
            Unreachable: no answer, or none of Heliograph's.
        """
        for left in range(TRIES - 1, -1, -1):
            answer = self._answer(method, path, **request)
            # Every request here may be repeated: it writes the same again.
            if answer.status_code not in PASSING or not left:
                break
            self._sleep(_wait(answer.headers.get("retry-after", "")))
        try:
            found = answer.json()
        except requests.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise Unreachable(f"{self._url} answered {answer.status_code} and no JSON: is it the API's address?")
        if not answer.ok:
            raise Refused({"status": answer.status_code} | found)
        return found

    def _answer(self, method: str, path: str, **request: Any) -> requests.Response:
        try:
            return self._session.request(method, self._url + path, timeout=SECONDS, allow_redirects=False, **request)
        except requests.RequestException as exc:
            raise Unreachable(
                f"{self._url} was not reached ({type(exc).__name__}): is it there, and is the network?"
            ) from exc


def _wait(text: str) -> float:
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() else 1.0
