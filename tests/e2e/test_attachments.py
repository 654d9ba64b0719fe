"""Files from the caller to the inbox: in the body, and by an upload as a caller makes it."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import requests

from local.host import Host
from tests.e2e.service import SECONDS, Service

MEGABYTE = 1024 * 1024


def inline(content: bytes, name: str = "invoice.pdf") -> dict[str, str]:
    return {"name": name, "type": "application/pdf", "content": base64.b64encode(content).decode()}


def attaching(*files: dict[str, Any]) -> dict[str, Any]:
    return {"payload": {"plan": "team"}, "overrides": {"email": {"attachments": list(files)}}}


def arrived(service: Service, to: str) -> list[bytes]:
    """The bytes of the newest mail's files as the inbox gives them."""
    (mail, *_) = service.inbox(to)
    inbox = service.host.access.inbox
    return [requests.get(f"{inbox}{one['url']}", timeout=SECONDS).content for one in mail["attachments"]]


def objects(service: Service) -> list[str]:
    assert isinstance(service.host, Host)
    s3 = service.host.client("s3")
    (bucket,) = (one["Name"] for one in s3.list_buckets()["Buckets"] if "files" in one["Name"])
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def upload(service: Service, content: bytes) -> str:
    about = {"name": "film.mp4", "type": "video/mp4", "size": len(content)}
    about["sha256"] = hashlib.sha256(content).hexdigest()
    offer = service.call("POST", "/v1/attachments", json=about).json()
    put = requests.request(offer["method"], offer["url"], data=content, headers=offer["headers"], timeout=SECONDS)
    assert put.status_code == 200, put.text
    name: str = offer["id"]
    return name


def test_a_file_in_the_body_arrives_as_it_was(service: Service) -> None:
    content = b"%PDF-1.4 " + bytes(range(256))

    sent = service.sent("inline@example.com", **attaching(inline(content)))
    message = service.until(sent, "sent", "delivered")

    assert message["attachments"] == [{"name": "invoice.pdf", "type": "application/pdf", "size": len(content)}]
    assert arrived(service, "inline@example.com") == [content]


def test_a_file_of_ten_megabytes_is_uploaded_and_named(service: Service) -> None:
    content = hashlib.shake_128(b"film").digest(10 * MEGABYTE)

    sent = service.sent("upload@example.com", **attaching({"id": upload(service, content)}))
    service.until(sent, "sent", "delivered", within=20)

    assert arrived(service, "upload@example.com") == [content]


def test_what_is_too_large_for_a_body_is_told_the_way(service: Service) -> None:
    answer = service.send("ada@example.com", **attaching(inline(bytes(4 * MEGABYTE))))

    assert answer.status_code == 413
    assert "POST /v1/attachments" in answer.json()["detail"]


def test_an_erased_contacts_files_are_gone(service: Service, eventually: Callable[..., Any]) -> None:
    sent = service.sent({"id": "files", "email": "files@example.com"}, **attaching(inline(b"%PDF-1.4")))
    service.until(sent, "sent", "delivered")
    assert any(sent in key for key in objects(service))

    service.call("POST", "/v1/contacts/files/erase")

    assert eventually(lambda: not any(sent in key for key in objects(service)), within=10)
    assert service.message(sent)["attachments"] == []
