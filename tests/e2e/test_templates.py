"""Events that callers define, and templates that fail."""

from typing import Any

from tests.e2e.service import Service


def define(service: Service, name: str, publish: bool = True, **email: str) -> Any:  # noqa: FBT001, FBT002  # a word in a call reads well
    draft = {"name": name, "channels": ["email"], "templates": {"email": email}}
    created = service.call("POST", "/v1/events", json=draft)
    assert created.status_code == 201, created.text
    if publish:
        assert service.call("POST", f"/v1/events/{name}/publish").status_code == 200
    return created.json()


def send(service: Service, name: str, **payload: Any) -> str:
    answer = service.call("POST", f"/v1/send/{name}", json={"to": f"{name}@example.com", "payload": payload})
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["id"]
    return found


def test_an_event_of_ones_own_is_sent_with_its_payload(service: Service) -> None:
    define(
        service, "receipt", subject="Your receipt {{ number }}", html="{% for x in lines %}<p>{{ x }}</p>{% endfor %}"
    )

    service.until(send(service, "receipt", number=7, lines=["a", "<b>"]), "delivered")

    [mail] = service.inbox("receipt@example.com")
    assert (mail["subject"], mail["html"]) == ("Your receipt 7", "<p>a</p><p>&lt;b&gt;</p>")


def test_a_template_that_fails_ends_the_message_and_names_line_and_variable(service: Service) -> None:
    define(service, "typo", subject="Hello", html="<p>Hello</p>\n<p>{{ customer.name }}</p>")

    found = service.until(send(service, "typo"), "failed")

    assert found["reason"] == "template_error"
    assert "line 2" in found["error"]["message"]
    assert "customer" in found["error"]["message"]
    assert service.journal("typo@example.com") == []


def test_an_event_without_a_published_version_ends_as_unpublished(service: Service) -> None:
    define(service, "draft", publish=False, subject="Hello", html="<p>Hello</p>")

    assert service.until(send(service, "draft"), "failed")["reason"] == "unpublished"
