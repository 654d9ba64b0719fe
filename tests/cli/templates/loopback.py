"""The part of the API that a folder needs, in memory, over real HTTP; its templates refuse the word `wrong`."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

type Answer = tuple[int, Any]


@dataclass
class Loopback:
    """A project. *next_answers* come before all others: (status, body), the body as text or JSON."""

    events: dict[str, Any] = field(default_factory=dict)
    layouts: dict[str, Any] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    next_answers: deque[Answer] = field(default_factory=deque)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def writes(self) -> list[str]:
        """The calls that changed something."""
        return [call for call in self.calls if not call.startswith("GET")]

    def answer(self, method: str, path: str, body: Any) -> Answer:
        return self.next_answers.popleft() if self.next_answers else self._own(method, path, body)

    def _own(self, method: str, path: str, body: Any) -> Answer:  # noqa: PLR0911  # a line a route
        match method, *path.strip("/").split("/")[1:]:
            case "GET", "events":
                return 200, {"events": [{"name": name} for name in self.events], "next_cursor": None}
            case "GET", "layouts":
                return 200, {"layouts": [{"name": name} for name in self.layouts]}
            case "GET", kind, name:
                return self._shown(kind, name)
            case "GET", "events", name, "diff":
                same = self.published[name][-1] == self._now(name)
                return 200, {"templates": [] if same else [{}], "fields": []}
            case "PUT", kind, name:
                return self._put(kind, name, body)
            case "POST", "events", name, "publish":
                self.published.setdefault(name, []).append(self._now(name))
                return 200, {"version": len(self.published[name])}
        return 404, {"detail": f"there is no {method} {path}", "status": 404}

    def _now(self, name: str) -> str:
        return json.dumps([self.events[name], self.layouts], sort_keys=True)

    def _shown(self, kind: str, name: str) -> Answer:
        kept = getattr(self, kind).get(name)
        if kept is None:
            return 404, {"detail": f"there is no {name!r}", "status": 404, "code": "NOT_FOUND"}
        if kind == "layouts":
            return 200, {"name": name, **kept}
        draft = {"priority": "normal", "window": None} | {key: one for key, one in kept.items() if key != "title"}
        version = len(self.published.get(name, ())) or None
        return 200, {"name": name, "title": kept.get("title", ""), "version": version, "channels": [], "draft": draft}

    def _put(self, kind: str, name: str, body: Any) -> Answer:
        for number, line in enumerate(json.dumps(body).split("\\n"), 1):
            if "wrong" in line:
                path = "source" if kind == "layouts" else "templates.sms.text"
                wrong = {"detail": f"{path} line {number}, column 2: it is wrong", "field": path, "status": 400}
                return 400, wrong | {"line": number, "column": 2} | ({"layout": name} if kind == "layouts" else {})
        getattr(self, kind)[name] = body
        return 200, {"name": name}


def _handler(api: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            path = urlsplit(self.path).path
            api.calls.append(f"{self.command} {path}")
            api.keys.add(self.headers.get("authorization", ""))
            status, body = api.answer(self.command, path, json.loads(raw) if raw else None)
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("retry-after", "2")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = _serve  # noqa: N815  # the names that the server calls

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler
