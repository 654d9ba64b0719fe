"""Events with a stack on a stage, their time passing, and the mails that came of them."""

from typing import Any

from moto.ses.models import ses_backends

from functions.dispatch.handler import handler as dispatch
from heliograph.domain.model import JSON
from tests.functions.conftest import Call
from tests.functions.http import Answer
from tests.functions.queues import batch
from tests.functions.stage import ACCOUNT, Context, Stage
from tests.support.table import REGION

WINDOW = 60
TEXT = "{{ count }}: {% for item in items %}{{ item.who }} {% endfor %}last {{ who }}"


def stacked(manage: Call, name: str = "comments", **stack: Any) -> None:
    """Publish an event with a stack; by default a digest of a minute."""
    given = {"mode": "digest", "window": WINDOW} | stack
    body = {"channels": ["email"], "templates": {"email": {"subject": "{{ count }} new", "text": TEXT}}, "stack": given}
    put = manage("PUT", f"/v1/events/{name}", body)
    assert put.status in (200, 201), put.text
    published = manage("POST", f"/v1/events/{name}/publish")
    assert published.status == 200, published.text


class Sender:
    """Sends `comments` to Ada, and has the clock move."""

    def __init__(self, acme: Stage, send: Call, manage: Call) -> None:
        self.acme, self.send, self.manage = acme, send, manage

    def answer(self, who: str, *, key: str | None = None, name: str = "comments", **body: Any) -> Answer:
        known = {"to": {"id": "ada", "email": "ada@example.com"}, "payload": {"who": who}} | body
        return self.send(known, target=f"/v1/send/{name}", key=key)

    def __call__(self, who: str, **told: Any) -> str:
        """Send one; the notification's id."""
        found = self.answer(who, **told)
        assert found.status == 202, found.text
        # What comes in one millisecond has no order.
        self.pass_(0.001)
        return str(found.json()["id"])

    def show(self, name: str, key: str | None = None) -> Any:
        found = self.manage("GET", f"/v1/notifications/{name}", key=key)
        assert found.status == 200, found.text
        return found.json()

    def into(self, name: str, key: str | None = None) -> str:
        """Which notification a request went into."""
        return str(self.show(name, key)["merged_into"])

    def pass_(self, seconds: float) -> None:
        self.acme.clock.now += round(seconds * 1000)

    def work(self) -> list[JSON]:
        """Every wake-up call is worked on, once."""
        hints = self.acme.queued("normal")
        dispatch(batch(*hints), Context())
        return hints

    def wake(self, *names: str) -> None:
        """These are worked on now."""
        dispatch(batch(*({"v": 1, "p": "acme", "n": name, "k": 0, "hop": 0} for name in names)), Context())

    @property
    def mails(self) -> list[str]:
        """The texts of all mails that SES took, in order."""
        sent = ses_backends[ACCOUNT][REGION].sent_messages
        return [str(getattr(one, "body", None) or getattr(one, "raw_data", one)) for one in sent]
