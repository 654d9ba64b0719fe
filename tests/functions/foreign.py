"""Requests that name what is another project's: in the path, in the query and in the body."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from cli.openapi.document import document
from cli.openapi.operation import Operation
from heliograph.domain.model import JSON
from heliograph.names import VENDOR_ROUTES
from tests.functions.hostile import ASKS
from tests.functions.tenants import ADDRESS, PHONE, SUPPRESSED, TOKEN, Tenants, quoted

PLACES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("batches", "batch"): ("batch",),
    ("notifications", "notification"): ("notification", "waiting", "stacked", "batched"),
    ("events", "name"): ("event",),
    ("events", "number"): ("=1", "=2"),
    ("send", "event"): ("event",),
    ("send", "channel"): ("=email", "=sms"),
    ("cancel", "event"): ("event",),
    ("layouts", "name"): ("=canarylayout",),
    ("contacts", "identifier"): ("contact", f"={ADDRESS}", f"={PHONE}", f"={TOKEN}"),
    ("contacts", "item"): ("item",),
    ("suppressions", "channel"): ("=email",),
    ("suppressions", "address"): (f"={SUPPRESSED}", f"={ADDRESS}"),
    ("integrations", "integration"): ("integration", "=i1"),
    ("pauses", "kind"): ("=event", "=integration"),
    ("pauses", "name"): ("event", "integration"),
}
"""(resource, parameter of the path) -> what of acme's may stand there: a name, or after `=` the text itself."""
OWN: Final[Mapping[tuple[str, str], str]] = {
    ("notifications", "notification"): "notification",
    ("events", "name"): "event",
    ("events", "number"): "=1",
    ("send", "event"): "event",
    ("send", "channel"): "=email",
    ("cancel", "event"): "event",
    ("layouts", "name"): "=base",
    ("contacts", "identifier"): "contact",
    ("suppressions", "channel"): "=email",
    ("suppressions", "address"): "=gone@example.com",
    ("integrations", "integration"): "integration",
}
"""The same of what is other's; what is missing here is acme's there too."""
QUERIES: Final[Mapping[str, tuple[str, ...]]] = {
    "tag": ("canarytag",),
    "event": ("canaryevent", "welcome"),
    "search": ("canary", "canaryid", "canaryfirst", ADDRESS, PHONE),
}
"""Parameter of the query -> what of acme's may stand there; `cursor` is every cursor of acme's."""
PLAIN: Final = {"limit", "channel", "status", "show", "force", "strict", "wait", "from", "to"}
"""Parameters of the query that name nothing that anybody owns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that names what is not the caller's."""

    operation: Operation
    places: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        # A call of Notifuse waits for its providers, and here is none.
        asked = {**self.query} | ({"wait": "0"} if self.operation.route in VENDOR_ROUTES else {})
        return quoted(self.places, self.operation.path) + (f"?{urlencode(asked, quote_via=quote)}" if asked else "")

    @property
    def text(self) -> str:
        """All that it says."""
        return " ".join(map(json.dumps, (dict(self.places), dict(self.query), self.body, dict(self.headers))))

    def with_(self, names: Mapping[str, str]) -> "Request":
        """The same with other names in it."""
        told = (_renamed(one, names) for one in (self.places, self.query, self.body, self.headers))
        return replace(self, **dict(zip(("places", "query", "body", "headers"), told, strict=True)))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case str():
            return names.get(value, value.replace("canary", "nobody"))
        case Mapping():
            return {_renamed(name, names): _renamed(one, names) for name, one in value.items()}
        case list():
            return [_renamed(one, names) for one in value]
        case _:
            return value


def strangers(made: Tenants) -> Mapping[str, str]:
    """Each name of acme's -> one of the same form that nobody has."""
    found = {name: name.replace("canary", "nobody") for name in made.names.values() if "canary" in name}
    found |= {name: name[::-1] for name in (*made.names.values(), *made.cursors.values(), "i1") if name not in found}
    at, notification, number = made.names["item"].split("-")
    found[made.names["item"]] = f"{at}-{notification[::-1]}-{number}"
    return found | {PHONE: PHONE[:-1] + "9", PHONE[1:]: PHONE[1:-1] + "9"}


def resource(operation: Operation) -> str:
    """`events` of /v1/events/{name}; the whole path of what a vendor has."""
    parts = operation.path.split("/")
    return parts[2] if parts[1] == "v1" else operation.path


def inside(operation: Operation) -> list[str]:
    """The parameters of its path."""
    return [one.name for one in operation.parameters if one.place == "path"]


@cache
def _paths() -> JSON:
    found: JSON = document()["paths"]
    return found


def example(operation: Operation) -> Any:
    """A body that is right in form."""
    if operation.request is None:
        return None
    told = _paths()[operation.path][operation.method]["requestBody"]["content"]["application/json"]
    return {name: value for name, value in told.get("example", {}).items() if name != ASKS}


def by_path(operation: Operation, made: Tenants) -> Iterator[Request]:
    """With names of acme's in the path; also behind a contact of the caller's own."""
    of = resource(operation)
    names = inside(operation)
    found = [[_text(one, made.names) for one in PLACES[of, name]] for name in names]
    for values in itertools.product(*found):
        yield Request(operation=operation, places=dict(zip(names, values, strict=True)), body=example(operation))
    if "item" in names:
        yield Request(
            operation=operation,
            places={"identifier": made.own["contact"], "item": made.names["item"]},
            body=example(operation),
        )


def by_query(operation: Operation, made: Tenants) -> Iterator[Request]:
    """With names of acme's in the query, about what is the caller's own."""
    asked = [one.name for one in operation.parameters if one.place == "query" and one.name not in PLAIN]
    places = own(operation, made)
    for name in asked:
        for text in made.cursors.values() if name == "cursor" else QUERIES[name]:
            yield Request(operation=operation, places=places, query={name: text})


def own(operation: Operation, made: Tenants) -> JSON:
    """The places of its path, filled with what is other's wherever it has one."""
    of = resource(operation)
    found = {}
    for name in inside(operation):
        mine = OWN.get((of, name))
        found[name] = _text(mine, made.own) if mine else _text(PLACES[of, name][0], made.names)
    return found


def _text(name: str, names: Mapping[str, str]) -> str:
    return name[1:] if name.startswith("=") else names[name]
