"""Links in our messages at their public URL: machines follow them too, so only a POST unsubscribes."""

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.webhooks.links import handler
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from heliograph.domain.signing import Signer
from heliograph.domain.tokens import Link, LinkPurpose
from tests.functions.conftest import Call, manager
from tests.functions.http import Answer, answer, event
from tests.functions.queues import batch
from tests.functions.stage import Context, Stage

BROWSER = "Mozilla/5.0"
TARGET = "https://example.com/offer?a=1&b=2#top"


@pytest.fixture
def sent(send: Call) -> str:
    return str(send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"])


def call(method: str, target: str, agent: str = BROWSER, **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()} | {"user-agent": agent}
    return answer(handler(event(method, target, headers=given, body="List-Unsubscribe=One-Click"), Context()))


def link(acme: Stage, notification: str, purpose: LinkPurpose, signer: Signer | None = None) -> str:
    target = TARGET if purpose == "click" else ""
    token = Link(purpose=purpose, project="acme", notification=notification, message=0, target=target)
    return f"/{purpose[0]}/{token.encode(signer or acme.parts.signer)}"


def engagement(acme: Stage, notification: str) -> dict[str, tuple[int, int]]:
    """Kind -> (people, machines)."""
    [message] = manager(acme)("GET", f"/v1/notifications/{notification}").json()["messages"]
    return {kind: (entry["count"], entry["machine"]) for kind, entry in message["engagement"].items()}


def suppressed(acme: Stage) -> bool:
    return acme.parts.contacts.suppressed("acme", Mode.LIVE, Channel.EMAIL, "ada@example.com") is not None


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_an_unsubscribe_link_changes_nothing(acme: Stage, sent: str, method: str) -> None:
    before = acme.items()

    told = call(method, link(acme, sent, "unsubscribe"))

    assert (told.status, told.headers["cache-control"]) == (200, "no-store")
    assert '<form method="post">' in told.text
    assert acme.items() == before


def test_a_post_unsubscribes_once_however_often_it_comes(acme: Stage, sent: str) -> None:
    target = link(acme, sent, "unsubscribe")

    first = call("POST", target)
    after = acme.items()
    acme.clock.now += 60_000
    again = call("POST", target, agent="")

    assert (first.status, again.status) == (200, 200)
    assert suppressed(acme)
    assert engagement(acme, sent) == {"unsubscribed": (1, 0)}
    assert acme.items() == after


def test_the_next_message_to_an_unsubscribed_address_is_suppressed(acme: Stage, send: Call, sent: str) -> None:
    acme.queued("normal")
    call("POST", link(acme, sent, "unsubscribe"))

    later = send({"to": "Ada@Example.com", "payload": {"name": "Ada"}}).json()["id"]
    dispatch(batch(*acme.queued("normal")), Context())

    told = manager(acme)("GET", f"/v1/notifications/{later}").json()
    assert (told["status"], told["reason"]) == ("suppressed", "unsubscribed")


@pytest.mark.parametrize("purpose", ["open", "click", "unsubscribe"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_tampered_link_is_a_404_and_changes_nothing(
    acme: Stage, sent: str, purpose: LinkPurpose, method: str
) -> None:
    right = link(acme, sent, purpose)
    wrong = [right[:-1], right + "A", right[:-4] + "AAAA", link(acme, sent, purpose, Signer({"1": "z" * 32}))]
    wrong += [f"/{other}{right[2:]}" for other in "ocu" if other != right[1]]
    before = acme.items()

    answers = [call(method, target) for target in wrong]

    assert {told.status for told in answers} == {404}
    assert acme.items() == before


@pytest.mark.parametrize("target", ["/", "/u", "/u/", "/x/abc", "/u/abc/def", "/u/" + "A" * 9000, "/../u"])
def test_what_is_no_link_is_a_404(acme: Stage, target: str) -> None:
    before = acme.items()

    assert call("POST", target).status == 404
    assert acme.items() == before


def test_an_open_answers_a_picture_and_is_counted(acme: Stage, sent: str) -> None:
    told = call("GET", link(acme, sent, "open"))

    assert (told.status, told.headers["content-type"]) == (200, "image/gif")
    assert engagement(acme, sent) == {"opened": (1, 0)}


@pytest.mark.parametrize(
    ("method", "agent", "headers"),
    [("HEAD", BROWSER, {}), ("GET", "", {}), ("GET", BROWSER, {"sec_purpose": "prefetch;prerender"})],
)
def test_what_no_person_s_reader_does_is_a_machine_s(
    acme: Stage, sent: str, method: str, agent: str, headers: dict[str, str]
) -> None:
    call(method, link(acme, sent, "open"), agent, **headers)

    assert engagement(acme, sent) == {"opened": (0, 1)}


def test_a_click_is_counted_and_leads_to_the_signed_target_alone(acme: Stage, sent: str) -> None:
    told = call("GET", link(acme, sent, "click") + "?target=https://evil.example")

    assert (told.status, told.headers["location"]) == (302, TARGET)
    assert engagement(acme, sent) == {"clicked": (1, 0)}


def test_a_reader_s_way_is_not_lost_when_the_table_is(acme: Stage, monkeypatch: pytest.MonkeyPatch, sent: str) -> None:
    target = link(acme, sent, "click")
    acme.refuse(monkeypatch)

    assert call("GET", target).headers["location"] == TARGET


def test_an_unsubscribe_that_could_not_be_written_is_not_answered_as_done(
    acme: Stage, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    target = link(acme, sent, "unsubscribe")
    acme.refuse(monkeypatch)

    told = call("POST", target)

    assert told.status == 503
    assert "try again" in told.text


def test_a_link_of_a_message_that_is_gone_is_a_404(acme: Stage) -> None:
    assert call("POST", link(acme, "z" * 26, "unsubscribe")).status == 404
