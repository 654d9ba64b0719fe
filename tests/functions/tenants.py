"""Two projects of one stage: `acme`, which owns one of everything that has an id, and `other`, which wants it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from functions.dispatch.handler import handler as dispatch
from functions.manage.handler import handler as manage_handler
from functions.send.handler import handler as send_handler
from functions.webhooks.apply import handler as apply
from heliograph.domain.event_json import event_to_json
from heliograph.domain.inbox import Item
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON, EventKind, ProviderEvent
from heliograph.domain.project import Project
from heliograph.domain.tokens import Echo
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES
from heliograph.store.inbox import Inbox
from tests.functions.contents import Items, belongs, items
from tests.functions.granted import FILES_BUCKET
from tests.functions.http import Answer, Headers, answer, event
from tests.functions.queues import batch
from tests.functions.stage import NOW, Context, Stage
from tests.support import document

ADDRESS: Final = "canarymail@example.com"
PHONE: Final = "+46701112223"
SUPPRESSED: Final = "canarygone@example.com"
TOKEN: Final = "ExponentPushToken[canarytokencanarytoken]"
EVENT_BODY: Final[JSON] = {
    "title": "canarytitle",
    "channels": ["email", "sms"],
    "templates": {
        "email": {"subject": "canarysubject {{ name }}", "html": "<p>canarytext</p>"},
        "sms": {"text": "canarysms"},
    },
}
PLAIN_EVENT: Final[JSON] = {
    "channels": ["email", "sms"],
    "templates": {"email": {"subject": "a", "text": "b"}, "sms": {"text": "c"}},
}
TWILIO: Final = {"account_sid": "AC" + "0" * 32, "auth_token": "1" * 32}


@dataclass
class Tenants:
    """A stage with both, the keys of both, and the names of what belongs to acme."""

    stage: Stage
    other: str = ""
    """A live key of the project other, which may do everything."""
    bare: str = ""
    """A live key of acme's without any scope."""
    names: dict[str, str] = field(default_factory=dict)
    """What is acme's, by what it is: `notification`, `contact`, ..."""
    cursors: dict[str, str] = field(default_factory=dict)
    """A cursor of each of acme's lists, by its path."""
    own: dict[str, str] = field(default_factory=dict)
    """What is other's."""
    base: Items = field(default_factory=dict)
    """The table as it is before every request."""

    def ask(self, method: str, target: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
        """Call the function that the HTTP API would; the answer is one that the document tells of."""
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        given: Headers = {"authorization": f"Bearer {key or self.stage.live}"} | shown
        text = None if body is None else json.dumps(body)
        raw = event(method, target, body=text, headers=given)
        found = document.operation(method, target)
        if found and found.route in {*SEND_ROUTES, *VENDOR_ROUTES}:
            raw |= {"routeKey": found.route}
            told = answer(send_handler(raw, Context()))
        else:
            told = answer(manage_handler(raw, Context()))
        document.check(method, target, told.status, told.headers["content-type"], told.text)
        return told

    def taken(self, method: str, target: str, body: Any = None, *, key: str = "") -> Any:
        """The same, for what must be done."""
        told = self.ask(method, target, body, key=key)
        assert told.status < 300, (method, target, told)
        return told.json()


def tenants(stage: Stage) -> Tenants:
    """Both projects, as they are before anybody reaches over."""
    made = Tenants(stage)
    stage.parts.projects.create(Project(id="other", name="Other", salt="pepper", created=NOW))
    made.other, made.bare = stage.key(project="other"), stage.key(scopes=frozenset())
    for part in (_acme_configures, _acme_sends, _acme_is_read, _acme_tries, _other_has_its_own):
        part(made)
    for path in ("notifications", "events", "contacts", "suppressions", f"contacts/{made.names['contact']}/inbox"):
        made.cursors[path] = made.taken("GET", f"/v1/{path}?limit=1")["next_cursor"]
    assert all(made.cursors.values()), made.cursors
    for name in stage.urls:
        stage.queued(name)
    made.base = items()
    return made


def _acme_configures(made: Tenants) -> None:
    ask, names = made.taken, made.names
    ask(
        "PUT", "/v1/layouts/canarylayout", {"kind": "layout", "source": "canarysource{% block content %}{% endblock %}"}
    )
    ask("PUT", "/v1/layouts/canarypartial", {"kind": "partial", "source": "canarypiece"})
    for title in ("canarytitle", "canarynewer"):
        ask("PUT", "/v1/events/canaryevent", EVENT_BODY | {"title": title})
        ask("POST", "/v1/events/canaryevent/publish")
    ask("PUT", "/v1/events/canaryevent", EVENT_BODY | {"title": "canarydraft"})
    stack = {"stack": {"mode": "digest", "window": 600}}
    ask("PUT", "/v1/events/canarydigest", EVENT_BODY | stack)
    ask("POST", "/v1/events/canarydigest/publish")
    person = {"id": "canaryid", "email": ADDRESS, "phone": PHONE, "first_name": "canaryfirst", "plan": "canaryplan"}
    ask("POST", "/v1/contacts", person)
    ask("POST", "/v1/contacts/canaryid/push-tokens", {"token": TOKEN})
    ask("POST", "/v1/contacts", {"id": "canarysecond", "email": "canaryb@example.com"})
    for address in (SUPPRESSED, "canaryaway@example.com"):
        ask("POST", "/v1/suppressions", {"channel": "email", "address": address})
    sender = {"sender": "canarysender@acme.test", "name": "canaryintegration"}
    names["integration"] = ask("POST", "/v1/integrations", {"provider": "ses"} | sender)["id"]
    ask("PUT", f"/v1/integrations/{names['integration']}/rate", {"rate": 7.25})
    ask("POST", "/v1/pauses", {"kind": "event", "name": "canaryevent"})
    upload = ask("POST", "/v1/attachments", {"name": "canaryfile.pdf", "type": "application/pdf", "size": 4})
    place = f"uploads/acme/live/{upload['id']}"
    made.stage.client("s3").put_object(Bucket=FILES_BUCKET, Key=place, Body=b"pdf!", ContentType="application/pdf")
    names |= {"contact": "canaryid", "event": "canaryevent", "upload": upload["id"]}


def _acme_sends(made: Tenants) -> None:
    to = {"to": "canaryid", "payload": {"name": "canarypayload"}}
    labels = {"metadata": {"k": "canarymetadata"}, "tags": ["canarytag"]}
    files = {"overrides": {"email": {"attachments": [{"id": made.names["upload"]}]}}}
    first = made.taken("POST", "/v1/send/welcome", to | labels | files | {"id": "canary-order"})["id"]
    stage = made.stage
    dispatch(batch(*stage.queued("normal")), Context())
    echo = Echo(project="acme", notification=first, message=0, integration="i1", attempt=1).encode(stage.parts.signer)
    told = ProviderEvent(kind=EventKind.DELIVERED, echo=echo, recipient=ADDRESS, text="canaryreport")
    apply(batch({"v": 1, "project": "acme", "integration": "i1", "events": [event_to_json(told)]}), Context())
    waits = made.taken("POST", "/v1/send/welcome", to | {"send_at": "2027-01-16T09:00:00Z"})["id"]
    many = made.taken("POST", "/v1/send", {"messages": [to | {"event": "welcome", "send_at": "2027-01-17T09:00:00Z"}]})
    stacked = made.taken("POST", "/v1/send/canarydigest", to | {"increment_id": "canary-increment"})["id"]
    made.names |= {"notification": first, "waiting": waits, "stacked": stacked, "batch": many["id"]}
    made.names |= {"batched": many["notifications"][0]["id"], "key": "canary-order", "increment": "canary-increment"}


def _acme_is_read(made: Tenants) -> None:
    inbox = Inbox(made.stage.parts.table)
    for place in range(2):
        at = MessageId(project="acme", notification=made.names["notification"], number=0)
        one = Item(message=at, contact="canaryid", at=NOW + place, event="welcome", title="canaryinbox", expires=2**33)
        inbox.put(one)
        made.names["item"] = one.id
    shown = made.taken("GET", f"/v1/notifications/{made.names['notification']}")
    assert shown["status"] == "delivered"


def _acme_tries(made: Tenants) -> None:
    """What its test key leaves behind."""
    key = made.stage.test
    to = {"to": {"id": "canarytester", "email": "canarytest@example.com"}, "payload": {"name": "canarytried"}}
    many = {"messages": [to | {"event": "welcome", "send_at": "2027-01-17T09:00:00Z"}]}
    told = made.taken("POST", "/v1/send", many, key=key)
    made.names |= {"tried": told["notifications"][0]["id"], "tried batch": told["id"]}
    made.taken("POST", "/v1/suppressions", {"channel": "email", "address": "canarytried@example.org"}, key=key)
    made.taken("POST", "/v1/pauses", {"kind": "channel", "name": "sms"}, key=key)


def _other_has_its_own(made: Tenants) -> None:
    def ask(method: str, target: str, body: Any = None) -> Any:
        return made.taken(method, target, body, key=made.other)

    for name in ("welcome", "receipt"):
        ask("PUT", f"/v1/events/{name}", PLAIN_EVENT)
        ask("POST", f"/v1/events/{name}/publish")
    ask("PUT", "/v1/layouts/base", {"kind": "partial", "source": "b"})
    ask("POST", "/v1/contacts", {"id": "bob", "email": "bob@example.com", "phone": "+46709998877"})
    ask("POST", "/v1/suppressions", {"channel": "email", "address": "gone@example.com"})
    given = {"provider": "twilio", "sender": "+15005550006", "credentials": TWILIO}
    made.own["integration"] = ask("POST", "/v1/integrations", given)["id"]
    made.own["notification"] = ask("POST", "/v1/send/welcome", {"to": "bob", "send_at": "2027-01-16T09:00:00Z"})["id"]
    made.own |= {"contact": "bob", "event": "welcome"}


def canaries(made: Tenants) -> frozenset[str]:
    """Every word of acme's that nobody else may read."""
    owned = {key: one for key, one in items().items() if belongs(key[0], "acme")}
    ids = {key[0].rpartition("#")[2] for key in owned if "#N#" in key[0]}
    text = json.dumps(list(owned.values()), default=str)
    words = set(re.findall(r"[\w.+@-]*canary[\w.+@-]*", text)) | ids | set(made.names.values()) | {PHONE[1:]}
    return frozenset(words | {"canary", "acme"})


def leaked(told: Answer, known: frozenset[str], request: str) -> list[str]:
    """Words of acme's in an answer that were not in its request."""
    text = " ".join((told.text, *told.headers, *told.headers.values()))
    for word in sorted((one for one in known if one in request), key=len, reverse=True):
        text = text.replace(word, "").replace(quote(word, safe=""), "")
    return sorted(word for word in known if word in text)


def quoted(values: Mapping[str, str], path: str) -> str:
    """A path with values in its places."""
    for name, text in values.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path
