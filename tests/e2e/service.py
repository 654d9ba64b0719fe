"""The running service as its callers see it: the HTTP API, and the sandbox's inbox and journal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import requests

from local.host import Host
from tests.local.waiting import eventually
from tests.support import document

SECONDS: Final = 25
"""Time limit of every request, cold starts included."""


@dataclass(frozen=True, slots=True)
class Service:
    """A caller with the live key of the project `demo`; `with_key` gives one with another."""

    host: Host
    key: str

    def with_key(self, key: str) -> "Service":
        return Service(self.host, key)

    def call(self, method: str, path: str, **request: Any) -> requests.Response:
        """Call the API; *request* is what `requests.request` takes."""
        headers = {"Authorization": f"Bearer {self.key}"} | dict(request.pop("headers", {}))
        answer = requests.request(method, f"{self.host.access.api}{path}", headers=headers, timeout=SECONDS, **request)
        document.check(method, path, answer.status_code, answer.headers.get("content-type", ""), answer.text)
        return answer

    def send(self, to: Any, headers: Mapping[str, str] | None = None, **body: Any) -> requests.Response:
        """Send the seeded event `welcome`."""
        return self.call("POST", "/v1/send/welcome", json={"to": to, **body}, headers=headers or {})

    def sent(self, to: Any, **body: Any) -> str:
        """Send it, and give the notification's id."""
        answer = self.send(to, **body)
        assert answer.status_code == 202, answer.text
        found: str = answer.json()["id"]
        return found

    def show(self, notification: str) -> Any:
        """The notification."""
        answer = self.call("GET", f"/v1/notifications/{notification}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def message(self, notification: str) -> Any:
        """Its first message."""
        return self.show(notification)["messages"][0]

    def until(self, notification: str, *statuses: str, within: float = 10) -> Any:
        """The first message, once it stands at one of *statuses*."""

        def reached() -> Any:
            found = self.message(notification)
            assert found["status"] in statuses, found
            return found

        return eventually(reached, within=within)

    def when(self, notification: str, condition: Callable[[Any], bool], within: float = 10) -> Any:
        """The first message, once *condition* holds for it."""

        def reached() -> Any:
            found = self.message(notification)
            assert condition(found), found
            return found

        return eventually(reached, within=within)

    def latest(self) -> list[Any]:
        """The newest notifications."""
        found: list[Any] = self.call("GET", "/v1/notifications?limit=100").json()["notifications"]
        return found

    def inbox(self, to: str) -> list[Any]:
        """What the fakes took for *to*, newest first."""
        found: list[Any] = self._sandbox("GET", "messages", params={"to": to}).json()["messages"]
        return found

    def everything(self) -> list[Any]:
        """What the fakes took last, newest first."""
        found: list[Any] = self._sandbox("GET", "messages").json()["messages"]
        return found

    def journal(self, to: str) -> list[Any]:
        """Every call of a fake for *to*, oldest first, `at` as a datetime."""
        calls = self._sandbox("GET", "_sandbox/journal", params={"to": to}).json()["calls"]
        return [call | {"at": datetime.fromisoformat(call["at"])} for call in calls]

    def fault(self, provider: str, **fault: Any) -> None:
        """The next calls to *provider* go wrong."""
        self._sandbox("POST", "_sandbox/faults", json={"provider": provider, **fault})

    def lift(self, channel: str, address: str) -> None:
        """The suppression of *address*, if there is one, is gone."""
        answer = self.call("DELETE", f"/v1/suppressions/{channel}/{quote(address, safe='')}")
        assert answer.status_code in {200, 204, 404}, answer.text

    def webhook_url(self, provider: str) -> str:
        """Where the demo project's integration of *provider* gets its events."""
        found = self.call("GET", "/v1/integrations").json()["integrations"]
        url: str = next(one["webhook_url"] for one in found if one["provider"] == provider)
        return url

    def _sandbox(self, method: str, path: str, **request: Any) -> requests.Response:
        answer = requests.request(method, f"{self.host.access.inbox}/{path}", timeout=SECONDS, **request)
        answer.raise_for_status()
        return answer


def story(message: Any) -> list[str]:
    """The timeline's statuses in its order, each once."""
    return list(dict.fromkeys(entry["status"] for entry in message["timeline"]))
