"""Files by the API: what is taken, what is refused and how, what is shown and what goes with an erasure."""

import base64
from typing import Any

import pytest

from functions.send.handler import handler as send_handler
from heliograph.api.attaching import MAX_CALL
from heliograph.domain.attachment import MAX_INLINE
from heliograph.domain.model import JSON
from heliograph.domain.project import Scope
from tests.functions.conftest import Call
from tests.functions.granted import FILES_BUCKET
from tests.functions.http import answer, as_json, event, problem
from tests.functions.stage import Context, Stage

FIELD = "overrides.email.attachments"


def inline(raw: bytes = b"pdf", **changes: Any) -> JSON:
    return {"name": "a.pdf", "type": "application/pdf", "content": base64.b64encode(raw).decode()} | changes


def body(*files: Any, **changes: Any) -> JSON:
    who = {"to": "ada@example.com", "payload": {"name": "Ada"}}
    return who | {"overrides": {"email": {"attachments": list(files)}}} | changes


def stored(acme: Stage) -> dict[str, bytes]:
    s3 = acme.client("s3")
    found = s3.list_objects_v2(Bucket=FILES_BUCKET).get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket=FILES_BUCKET, Key=one["Key"])["Body"].read() for one in found}


def test_a_file_is_stored_and_shown_without_its_content(acme: Stage, send: Call, manage: Call) -> None:
    told = send(body(inline())).json()

    shown = manage("GET", f"/v1/notifications/{told['id']}").json()["messages"][0]

    assert shown["attachments"] == [{"name": "a.pdf", "type": "application/pdf", "size": 3}]
    assert list(stored(acme).values()) == [b"pdf"]
    assert "cGRm" not in str(acme.items())


def test_the_requests_hash_covers_the_bytes(acme: Stage, send: Call) -> None:
    first = send(body(inline(), id="o-1"))

    assert send(body(inline(), id="o-1")).json() == first.json()
    assert send(body(inline(b"PDF"), id="o-1")).status == 422
    assert list(stored(acme).values()) == [b"pdf"]


@pytest.mark.parametrize(
    ("file", "field"),
    [
        (inline(name="a/b"), "name"),
        (inline(name=None), "name"),
        (inline(type="pdf"), "type"),
        (inline(content="a Gk="), "content"),
        (inline(content="data:a/b;base64,aGk="), "content"),
        (inline(content="aGk"), "content"),
        (inline(content=""), "content"),
        (inline(content=7), "content"),
        (inline(content_id="<a>"), "content_id"),
        (inline(id="a" * 26), "id"),
        ({"name": "a", "type": "a/b"}, "content"),
        ({"id": "x"}, "id"),
        ({"id": "a" * 26, "type": "a/b"}, "type"),
        (inline(url="https://a.test"), "url"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_where_it_stands(acme: Stage, send: Call, file: JSON, field: str) -> None:
    told = problem(send(body(inline(), file)))

    assert (told["status"], told["field"]) == (400, f"{FIELD}[1].{field}")
    assert not stored(acme)


def test_more_than_ten_files_are_refused(send: Call) -> None:
    told = problem(send(body(*[inline()] * 11)))

    assert (told["status"], told["field"]) == (400, FIELD)


def test_two_files_do_not_share_a_content_id(send: Call) -> None:
    told = problem(send(body(inline(content_id="a"), inline(content_id="a"))))

    assert told["field"] == f"{FIELD}[1].content_id"


def test_three_megabytes_are_taken_in_a_body_and_a_byte_more_is_not(send: Call) -> None:
    assert send(body(inline(bytes(MAX_INLINE)))).status == 202

    told = problem(send(body(inline(bytes(MAX_INLINE)), inline(b"x"))))

    assert (told["status"], told["code"], told["field"]) == (413, "PAYLOAD_TOO_LARGE", FIELD)
    assert "POST /v1/attachments" in told["detail"]


def test_a_body_that_is_larger_than_all_files_may_be_is_told_the_way(send: Call) -> None:
    told = problem(send(body(inline(bytes(MAX_CALL)))))

    assert told["status"] == 413
    assert "POST /v1/attachments" in told["detail"]


def test_beside_its_files_a_body_stays_as_small_as_any(send: Call) -> None:
    large = {f"k{number}": "x" * 90_000 for number in range(3)}

    told = problem(send(body(inline(), payload={"name": "Ada"} | large)))

    assert (told["status"], told["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "beside its files" in told["detail"]


def test_a_text_message_takes_no_files(acme: Stage, send: Call) -> None:
    told = problem(send(body(inline(), to="+46701234567"), target="/v1/send/welcome/sms"))

    assert (told["status"], told["code"]) == (400, "ATTACHMENTS_NOT_TAKEN")
    assert not stored(acme)


def test_each_of_many_recipients_has_files_of_its_own(acme: Stage, send: Call) -> None:
    assert send(body(inline(), to=["ada@example.com", "bea@example.com"])).status == 202

    assert list(stored(acme).values()) == [b"pdf", b"pdf"]


def test_an_upload_is_named_by_its_id(acme: Stage, send: Call, manage: Call) -> None:
    offer = manage("POST", "/v1/attachments", {"name": "big.bin", "type": "a/b", "size": 4}).json()
    absent = problem(send(body({"id": offer["id"]})))
    acme.client("s3").put_object(
        Bucket=FILES_BUCKET, Key=f"uploads/acme/live/{offer['id']}", Body=b"four", ContentType="a/b"
    )

    told = send(body({"id": offer["id"], "name": "Ada.bin"}))

    assert (absent["status"], absent["field"]) == (409, f"{FIELD}[0].id")
    shown = manage("GET", f"/v1/notifications/{told.json()['id']}").json()["messages"][0]
    assert shown["attachments"] == [{"name": "Ada.bin", "type": "a/b", "size": 4}]


def test_an_offer_says_where_and_how_to_upload(acme: Stage, manage: Call) -> None:
    key = acme.key(scopes=frozenset({Scope.SEND}))

    answer = manage("POST", "/v1/attachments", {"name": "a.pdf", "type": "application/pdf", "size": 10}, key=key)

    told = answer.json()
    assert (answer.status, told["method"]) == (201, "PUT")
    assert told["headers"]["Content-Length"] == "10"
    assert f"/uploads/acme/live/{told['id']}?" in told["url"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"size": 0}, "size"), ({"size": 20 * 2**20 + 1}, "size"), ({"name": ".."}, "name"), ({"sha256": "x"}, "sha256")],
)
def test_an_offer_for_what_could_not_be_sent_is_refused(manage: Call, changes: JSON, field: str) -> None:
    told = problem(manage("POST", "/v1/attachments", {"name": "a", "type": "a/b", "size": 1} | changes))

    assert (told["status"], told["field"]) == (400, field)


def test_erasing_a_contact_removes_the_files_that_they_were_sent(acme: Stage, send: Call, manage: Call) -> None:
    told = send(body(inline(), to={"id": "ada", "email": "ada@example.com"})).json()
    send(body(inline(b"hers"), to={"id": "bea", "email": "bea@example.com"}))

    manage("POST", "/v1/contacts/ada/erase")

    assert list(stored(acme).values()) == [b"hers"]
    shown = manage("GET", f"/v1/notifications/{told['id']}").json()["messages"][0]
    assert shown["attachments"] == []


def test_moving_a_message_far_ahead_keeps_its_files(acme: Stage, send: Call, manage: Call) -> None:
    told = send(body(inline(), send_at="2027-01-20T08:00:00Z")).json()

    moved = manage("POST", f"/v1/notifications/{told['id']}/reschedule", {"send_at": "2027-12-24T08:00:00Z"})

    (key,) = stored(acme)
    tags = acme.client("s3").get_object_tagging(Bucket=FILES_BUCKET, Key=key)["TagSet"]
    assert (moved.status, tags) == (200, [{"Key": "keep", "Value": "850"}])


def test_a_repeat_is_answered_as_before_when_its_upload_is_gone(acme: Stage, send: Call, manage: Call) -> None:
    offer = manage("POST", "/v1/attachments", {"name": "big.bin", "type": "a/b", "size": 4}).json()
    place = {"Bucket": FILES_BUCKET, "Key": f"uploads/acme/live/{offer['id']}"}
    acme.client("s3").put_object(**place, Body=b"four", ContentType="a/b")
    first = send(body({"id": offer["id"]}, id="o-1"))

    acme.client("s3").delete_object(**place)

    again = send(body({"id": offer["id"]}, id="o-1"))
    assert (again.status, again.json()) == (202, first.json())


def test_each_of_many_messages_is_told_its_own_mistake(acme: Stage, manage: Call) -> None:
    given = {"messages": [body(inline()) | {"event": "welcome"}, body(inline(type="pdf")) | {"event": "welcome"}]}
    headers = {"authorization": f"Bearer {acme.live}"}
    raw = event("POST", "/v1/send", body=as_json(given), headers=headers) | {"routeKey": "POST /v1/send"}

    told = answer(send_handler(raw, Context())).json()["notifications"]

    assert told[1]["field"] == f"messages[1].{FIELD}[0].type"
    shown = manage("GET", f"/v1/notifications/{told[0]['id']}").json()["messages"][0]
    assert shown["attachments"] == [{"name": "a.pdf", "type": "application/pdf", "size": 3}]
