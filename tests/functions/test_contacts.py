"""Contacts by HTTP: created, listed, searched, changed, removed and erased."""

from urllib.parse import quote

import pytest

from heliograph.domain.project import Scope
from tests.functions.conftest import Call
from tests.functions.stage import Stage

ADA = {"id": "ada", "email": "ada@example.com", "phone": "+46701234567", "first_name": "Ada", "plan": "pro"}


def test_a_batch_answers_for_each_in_order_and_one_may_fail(manage: Call) -> None:
    given = [
        ADA,
        {"email": "nonsense"},
        {"id": "eve", "email": "ada@example.com"},
        "text",
        {"id": "ada", "city": "Lund"},
    ]

    answer = manage("POST", "/v1/contacts/batch", {"contacts": given})

    results = answer.json()["results"]
    assert answer.status == 200
    assert [one["status"] for one in results] == ["created", "failed", "failed", "failed", "updated"]
    assert [one.get("code") for one in results[1:4]] == ["INVALID_EMAIL", "IDENTIFIER_TAKEN", "VALIDATION_ERROR"]
    assert [one.get("field") for one in results[1:4]] == ["contacts[1].email", "contacts[2].email", "contacts[3]"]
    assert results[4]["contact"]["meta"] == {"plan": "pro", "city": "Lund"}


@pytest.mark.parametrize("contacts", [[], [{"id": "x"}] * 101, "x", None])
def test_a_batch_has_1_to_100_contacts(manage: Call, contacts: object) -> None:
    answer = manage("POST", "/v1/contacts/batch", {"contacts": contacts})

    assert (answer.status, answer.json()["field"]) == (400, "contacts")


@pytest.mark.parametrize("name", ["ada", "ada@example.com", "ADA@example.com", "+46701234567", "+46 70 123 45 67"])
def test_a_contact_is_named_by_id_mail_address_or_phone(manage: Call, name: str) -> None:
    manage("POST", "/v1/contacts", ADA)

    path = f"/v1/contacts/{quote(name, safe='')}"
    found, changed = manage("GET", path), manage("PATCH", path, {"city": "Lund"})

    assert found.json()["id"] == "ada"
    assert changed.json()["meta"] == {"plan": "pro", "city": "Lund"}


def test_a_patch_merges_and_null_removes(manage: Call) -> None:
    manage("POST", "/v1/contacts", ADA | {"meta": {"tier": 1}})

    changes = {"first_name": None, "last_name": "Lovelace", "phone": None, "meta": {"tier": None, "city": "Lund"}}
    changed = manage("PATCH", "/v1/contacts/ada", changes)

    told = changed.json()
    assert (told["name"], told["meta"]) == ("Lovelace", {"plan": "pro", "city": "Lund"})
    assert "phone" not in told
    assert manage("GET", "/v1/contacts/%2B46701234567").status == 404
    assert manage("POST", "/v1/contacts", {"id": "eve", "phone": "+46701234567"}).status == 201


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"id": "other"}, 400, "id"),
        ({"id": None}, 400, "id"),
        ({"email": "nonsense"}, 400, "email"),
        ({"meta": "text"}, 400, "meta"),
        ({"meta": None, "city": "Lund"}, 400, "meta"),
        ({"email": "eve@example.com"}, 409, "email"),
    ],
)
def test_a_patch_that_is_wrong_changes_nothing(manage: Call, changes: object, status: int, field: str) -> None:
    before = manage("POST", "/v1/contacts", ADA).json()
    manage("POST", "/v1/contacts", {"id": "eve", "email": "eve@example.com"})

    answer = manage("PATCH", "/v1/contacts/ada", changes)

    assert (answer.status, answer.json()["field"]) == (status, field)
    assert manage("GET", "/v1/contacts/ada").json() == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/contacts/nobody"),
        ("PATCH", "/v1/contacts/nobody%40example.com"),
        ("DELETE", "/v1/contacts/nobody"),
        ("POST", "/v1/contacts/nobody/erase"),
        ("POST", "/v1/contacts/nobody/push-tokens"),
    ],
)
def test_who_is_unknown_is_a_404(manage: Call, method: str, path: str) -> None:
    body = {"token": "a" * 64} if path.endswith("tokens") else {}

    answer = manage(method, path, body)

    assert (answer.status, answer.json()["code"]) == (404, "CONTACT_NOT_FOUND")


def test_a_deleted_contact_frees_its_addresses(manage: Call) -> None:
    manage("POST", "/v1/contacts", ADA)

    gone = manage("DELETE", "/v1/contacts/ada%40example.com")

    assert gone.json() == {"id": "ada", "deleted": True}
    assert manage("GET", "/v1/contacts/ada").status == 404
    assert manage("GET", "/v1/contacts").json() == {"contacts": [], "next_cursor": None}
    assert manage("POST", "/v1/contacts", {"id": "eve", "email": "ada@example.com"}).status == 201


def test_the_list_goes_page_by_page_newest_first(manage: Call, acme: Stage) -> None:
    for number in range(5):
        acme.clock.now += 1
        manage("POST", "/v1/contacts", {"id": f"c{number}"})

    first = manage("GET", "/v1/contacts?limit=3").json()
    second = manage("GET", f"/v1/contacts?limit=3&cursor={first['next_cursor']}").json()

    assert [one["id"] for one in first["contacts"]] == ["c4", "c3", "c2"]
    assert [one["id"] for one in second["contacts"]] == ["c1", "c0"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ada@example.com", ["ada"]),
        ("+46 70 123 45 67", ["ada"]),
        ("c1", ["c1"]),
        ("c", ["c4", "c3", "c2", "c1", "c0"]),
        ("ADA@ex", ["ada"]),
        ("Ada L", ["ada"]),
        ("love", ["ada"]),
        ("+4670", ["ada"]),
        ("zebra", []),
    ],
)
def test_a_search_finds_who_is_named_or_begins_with_it(
    manage: Call, acme: Stage, search: str, found: list[str]
) -> None:
    for person in [*({"id": f"c{number}"} for number in range(5)), ADA | {"last_name": "Lovelace"}]:
        acme.clock.now += 1
        manage("POST", "/v1/contacts", person)

    answer = manage("GET", f"/v1/contacts?search={quote(search, safe='')}")

    assert [one["id"] for one in answer.json()["contacts"]] == found


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense", f"search={'x' * 321}"])
def test_a_query_that_is_wrong_names_its_field(manage: Call, query: str) -> None:
    answer = manage("GET", f"/v1/contacts?{query}")

    assert (answer.status, answer.json()["field"]) == (400, query.partition("=")[0])


def test_a_cursor_of_another_search_is_refused(manage: Call) -> None:
    for number in range(3):
        manage("POST", "/v1/contacts", {"id": f"c{number}"})
    cursor = manage("GET", "/v1/contacts?limit=1").json()["next_cursor"]

    answer = manage("GET", f"/v1/contacts?limit=1&search=c&cursor={cursor}")

    assert (answer.status, answer.json()["field"]) == (400, "cursor")


def test_push_tokens_are_added_and_removed_with_the_service_told_by_their_form(manage: Call) -> None:
    manage("POST", "/v1/contacts", ADA)
    tokens = ["ExponentPushToken[abc]", "0" * 64, "f" * 152]

    for token in [*tokens, tokens[0]]:
        added = manage("POST", "/v1/contacts/ada/push-tokens", {"token": token})
    dropped = manage("DELETE", "/v1/contacts/ada/push-tokens", {"token": tokens[1]})

    assert [one["provider"] for one in added.json()["push_tokens"]] == ["expo", "apns", "fcm"]
    assert [one["token"] for one in dropped.json()["push_tokens"]] == [tokens[0], tokens[2]]
    assert manage("DELETE", "/v1/contacts/ada/push-tokens", {"token": tokens[1]}).status == 404


@pytest.mark.parametrize("token", ["", "short", "x" * 5000, "with space " * 20, 7, None])
def test_what_is_no_push_token_is_refused(manage: Call, token: object) -> None:
    manage("POST", "/v1/contacts", ADA)

    answer = manage("POST", "/v1/contacts/ada/push-tokens", {"token": token})

    assert (answer.status, answer.json()["field"]) == (400, "token")


def test_an_erased_contact_is_gone_and_comes_back_only_with_a_new_request(
    manage: Call, send: Call, acme: Stage
) -> None:
    manage("POST", "/v1/contacts", ADA)
    waiting = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]
    acme.clock.now += 1

    erased = manage("POST", "/v1/contacts/ada%40example.com/erase")
    gone = manage("GET", "/v1/contacts/ada")
    acme.clock.now += 1
    back = manage("POST", "/v1/contacts", {"id": "ada", "email": "ada@example.com"})

    told = manage("GET", f"/v1/notifications/{waiting}").json()
    assert (erased.status, erased.json()["complete"], len(erased.json()["repeats_at"])) == (202, True, 2)
    assert gone.status == 404
    assert (told["status"], told["reason"]) == ("canceled", "erased")
    assert (back.status, back.json().get("first_name")) == (201, None)


def test_a_key_that_may_only_read_changes_nothing(manage: Call, acme: Stage) -> None:
    key = acme.key(scopes=frozenset({Scope.READ}))

    refused = [
        manage(method, path, {}, key=key).status
        for method, path in (
            ("POST", "/v1/contacts/batch"),
            ("PATCH", "/v1/contacts/ada"),
            ("DELETE", "/v1/contacts/ada"),
            ("POST", "/v1/contacts/ada/erase"),
            ("POST", "/v1/suppressions"),
            ("DELETE", "/v1/suppressions/email/ada%40example.com"),
            ("DELETE", "/v1/events/welcome"),
            ("POST", "/v1/events/welcome/rollback"),
        )
    ]

    assert set(refused) == {403}
