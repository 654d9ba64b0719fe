"""Digests and increments on the running service, with windows of seconds."""

from datetime import datetime
from typing import Any, Final

import pytest

from tests.e2e.service import Service
from tests.local.waiting import eventually

TEXT: Final = "{{ count }}: {% for item in items %}{{ item.who }} {% endfor %}last {{ who }}"


@pytest.fixture(scope="module")
def events(service: Service) -> None:
    for name, stack in {
        "some-digest": {"mode": "digest", "window": 6},
        "some-increment": {"mode": "increment", "window": 600},
    }.items():
        body = {"channels": ["email"], "templates": {"email": {"subject": "{{ count }} new", "text": TEXT}}}
        put = service.call("PUT", f"/v1/events/{name}", json=body | {"stack": stack})
        assert put.ok, put.text
        assert service.call("POST", f"/v1/events/{name}/publish").ok


def sent(service: Service, event: str, to: str, who: str, **body: Any) -> str:
    answer = service.call("POST", f"/v1/send/{event}", json={"to": to, "payload": {"who": who}, **body})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def texts(service: Service, to: str) -> list[str]:
    return [mail["text"].strip() for mail in service.inbox(to)]


@pytest.mark.usefixtures("events")
def test_three_sends_arrive_as_one_mail_at_the_windows_end_and_a_late_one_in_the_next(service: Service) -> None:
    to = "digest@example.com"
    names = [sent(service, "some-digest", to, who, id=f"digest-{who}") for who in ("Bo", "Cy", "Di", "Bo")]
    [digest] = {service.show(name)["merged_into"] for name in names}
    early = texts(service, to)

    found = service.until(digest, "delivered", within=20)
    late = service.show(sent(service, "some-digest", to, "Ed"))["merged_into"]
    service.until(late, "delivered", within=20)

    shown = service.show(digest)
    assert (names[0] == names[3], len(set(names)), shown["count"], early) == (True, 3, 3, [])
    assert datetime.fromisoformat(found["sent_at"]) >= datetime.fromisoformat(shown["stack"]["closes_at"])
    assert {service.show(name)["reason"] for name in names} == {"merged"}
    assert late != digest
    assert texts(service, to) == ["1: Ed last Ed", "3: Bo Cy Di last Di"]


@pytest.mark.usefixtures("events")
def test_the_first_of_an_increment_is_delivered_and_its_repeats_count_up(service: Service) -> None:
    to = "increment@example.com"
    first = sent(service, "some-increment", to, "Bo", increment_id="photo-1")
    service.until(first, "delivered", within=20)

    repeat = sent(service, "some-increment", to, "Cy", increment_id="photo-1")

    assert (service.show(repeat)["reason"], service.show(repeat)["merged_into"]) == ("merged", first)
    assert service.show(first)["count"] == 2
    assert texts(service, to) == ["1: Bo last Bo"]


@pytest.mark.usefixtures("events")
def test_notifuses_increment_id_stacks(service: Service) -> None:
    person = {"userId": "stacked-1", "userEmail": "notifuse@example.com", "incrementId": "photo-1"}
    wanted = [{"notificationId": "some-increment", "data": {"who": who}} | person for who in ("Bo", "Cy")]

    answer = service.call("POST", "/messages.send?wait=0", json={"messages": wanted})
    mails = eventually(lambda: texts(service, "notifuse@example.com"), within=20)

    assert [one["ok"] for one in answer.json()["results"]] == [True, True]
    assert "heliograph-ignored" not in answer.headers
    assert len(mails) == 1
