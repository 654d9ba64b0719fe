"""In-app inboxes by HTTP: listed in pages, marked, opened by reading, gone with the person."""

import pytest

from heliograph.domain.inbox import Item
from heliograph.domain.message import MessageId
from heliograph.domain.project import Scope
from heliograph.store.inbox import Inbox
from tests.functions.conftest import Call
from tests.functions.stage import NOW, Stage

ADA = {"id": "ada", "email": "ada@example.com"}
DAY = 86_400_000


@pytest.fixture
def inbox(acme: Stage, manage: Call) -> Inbox:
    """The inboxes of a project that has the contact ada."""
    manage("POST", "/v1/contacts", ADA)
    return Inbox(acme.parts.table)


def item(notification: str = "n" * 26, at: int = NOW, **changes: object) -> Item:
    message = MessageId(project="acme", notification=notification, number=0)
    values = {"event": "order-sent", "title": "Sent", "expires": NOW // 1000 + 900, **changes}
    return Item(message=message, contact="ada", at=at, **values)  # type: ignore[arg-type]  # whatever a test wants


def listed(manage: Call, query: str = "") -> list[str]:
    return [one["title"] for one in manage("GET", f"/v1/contacts/ada/inbox{query}").json()["items"]]


def test_items_are_listed_newest_first_in_pages(inbox: Inbox, manage: Call) -> None:
    for place in range(3):
        inbox.put(item(at=NOW + place, title=f"Item {place}"))

    first = manage("GET", "/v1/contacts/ada/inbox?limit=2").json()
    rest = manage("GET", f"/v1/contacts/ada/inbox?limit=2&cursor={first['next_cursor']}").json()

    assert [one["title"] for one in first["items"] + rest["items"]] == ["Item 2", "Item 1", "Item 0"]
    assert rest["next_cursor"] is None


def test_storing_an_item_again_changes_nothing(inbox: Inbox, manage: Call) -> None:
    inbox.put(item())
    manage("PATCH", f"/v1/contacts/ada/inbox/{item().id}", {"read": True})

    inbox.put(item(title="Another"))

    assert listed(manage) == ["Sent"]
    assert listed(manage, "?show=unread") == []


def test_what_is_archived_lies_in_its_own_list_until_it_is_taken_back(inbox: Inbox, manage: Call) -> None:
    inbox.put(item())
    path = f"/v1/contacts/ada/inbox/{item().id}"

    manage("PATCH", path, {"archived": True})
    archived = listed(manage, "?show=archived"), listed(manage)
    manage("PATCH", path, {"archived": False})

    assert archived == (["Sent"], [])
    assert (listed(manage, "?show=archived"), listed(manage)) == ([], ["Sent"])


def test_reading_an_item_opens_its_message_once(inbox: Inbox, send: Call, manage: Call) -> None:
    notification = send({"to": ADA, "payload": {"plan": "team"}}).json()["id"]
    inbox.put(item(notification))
    path = f"/v1/contacts/ada/inbox/{item(notification).id}"

    first, again = (manage("PATCH", path, {"read": True}).json() for _ in range(2))

    assert first["read_at"] == again["read_at"]
    timeline = manage("GET", f"/v1/notifications/{notification}").json()["messages"][0]["timeline"]
    assert sum("opened" in str(entry) for entry in timeline) == 1


def test_an_item_whose_time_is_over_is_gone(inbox: Inbox, acme: Stage, manage: Call) -> None:
    inbox.put(item())

    acme.clock.now += DAY

    assert listed(manage) == []
    assert manage("PATCH", f"/v1/contacts/ada/inbox/{item().id}", {"read": True}).status == 404


def test_an_erased_person_has_no_items(inbox: Inbox, manage: Call) -> None:
    inbox.put(item())
    later = item(at=NOW + 1)
    inbox.put(later)

    manage("POST", "/v1/contacts/ada/erase")

    assert inbox.get("acme", "ada", item().id) is None
    # Items of those who came back under the same id are not the ones that were erased.
    assert inbox.get("acme", "ada", later.id) is not None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("nonsense", {"read": True}, "item"),
        ("%ED%A0%80", {"read": True}, "item"),
        (item().id, {}, "read"),
        (item().id, {"read": "yes"}, "read"),
        (item().id, {"liked": True}, "liked"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    inbox: Inbox, manage: Call, path: str, body: dict[str, object], field: str
) -> None:
    inbox.put(item())

    answer = manage("PATCH", f"/v1/contacts/ada/inbox/{path}", body)

    assert (answer.status, answer.json()["field"]) == (400, field)


def test_no_other_list_and_no_foreign_cursor_is_taken(inbox: Inbox, manage: Call) -> None:
    for place in range(2):
        inbox.put(item(at=NOW + place))
    cursor = manage("GET", "/v1/contacts/ada/inbox?limit=1").json()["next_cursor"]

    other = manage("GET", f"/v1/contacts/ada/inbox?show=unread&cursor={cursor}")

    assert (other.status, other.json()["field"]) == (400, "cursor")
    assert manage("GET", "/v1/contacts/ada/inbox?show=all").json()["field"] == "show"


def test_a_key_needs_the_scope(inbox: Inbox, acme: Stage, manage: Call) -> None:
    inbox.put(item())
    reader = acme.key(scopes=frozenset({Scope.READ}))

    path = f"/v1/contacts/ada/inbox/{item().id}"

    assert manage("GET", "/v1/contacts/ada/inbox", key=reader).status == 200
    assert manage("PATCH", path, {"read": True}, key=reader).status == 403
