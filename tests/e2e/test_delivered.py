from datetime import datetime

import pytest
import requests

from tests.e2e.service import Service, story


@pytest.mark.parametrize("provider", ["ses", "sendgrid"])
def test_a_mail_is_queued_sent_and_delivered_within_five_seconds(service: Service, provider: str) -> None:
    accepted = service.send(f"ada+{provider}@example.com", payload={"plan": "team"}, overrides={"provider": provider})

    found = service.until(accepted.json()["id"], "delivered", within=5)

    assert accepted.status_code == 202
    assert set(accepted.json()) == {"id", "event", "status"}
    assert (accepted.json()["event"], accepted.json()["status"]) == ("welcome", "accepted")
    assert story(found) == ["queued", "sent", "delivered"]
    assert (found["channel"], found["provider"], found["attempts"]) == ("email", provider, 1)
    assert all(datetime.fromisoformat(found[name]) for name in ("queued_at", "sent_at", "delivered_at"))


def test_a_notification_shows_its_event_version_contact_and_state(service: Service) -> None:
    name = service.sent("shape@example.com")
    service.until(name, "delivered")

    found = service.show(name)

    assert (found["id"], found["event"], found["version"], found["state"]) == (name, "welcome", 1, "completed")
    assert found["contact"]["id"]
    assert found["status"] == found["messages"][0]["status"] == "delivered"


def test_the_mail_in_the_inbox_is_the_rendered_one(service: Service) -> None:
    to = {"email": "grace@example.com", "first_name": "Grace <b>"}
    service.until(service.sent(to, payload={"plan": "team & co"}), "delivered")

    [mail] = service.inbox("grace@example.com")

    assert mail["subject"] == "Welcome, Grace <b>"
    assert "<h1>Welcome, Grace &lt;b&gt;!</h1>" in mail["html"]
    assert "Your team &amp; co plan is ready." in mail["html"]
    assert "Your team & co plan is ready." in mail["text"]
    assert mail["from"] == "Heliograph <hello@heliograph.example>"


def test_a_language_picks_its_template(service: Service) -> None:
    service.until(service.sent("sven@example.com", language="sv-FI"), "delivered")

    [mail] = service.inbox("sven@example.com")

    assert mail["subject"] == "Välkommen, vän"


def test_a_text_over_twilio_is_delivered(service: Service) -> None:
    found = service.until(service.sent("+15005550020"), "delivered", within=5)

    assert story(found) == ["queued", "sent", "delivered"]
    assert (found["channel"], found["provider"]) == ("sms", "twilio")
    assert service.inbox("+15005550020")[0]["text"] == "Welcome, friend! Your plan is ready."


def test_a_text_over_sns_ends_as_sent_since_sns_reports_nothing(service: Service) -> None:
    name = service.sent("+15005550021", overrides={"provider": "sns_sms"})

    found = service.until(name, "sent", within=5)

    assert story(found) == ["queued", "sent"]
    assert service.show(name)["state"] == "completed"


def test_a_channel_in_the_path_is_the_one_that_is_used(service: Service) -> None:
    to = {"email": "both@example.com", "phone": "+15005550022"}

    answer = service.call("POST", "/v1/send/welcome/sms", json={"to": to})

    assert service.until(answer.json()["id"], "delivered")["channel"] == "sms"
    assert service.inbox("both@example.com") == []


def test_the_newest_notifications_are_listed_first_and_page_by_page(service: Service) -> None:
    names = [service.sent(f"page+{number}@example.com") for number in range(3)]

    first = service.call("GET", "/v1/notifications?limit=2").json()
    second = service.call("GET", "/v1/notifications", params={"limit": 2, "cursor": first["next_cursor"]}).json()

    listed = [one["id"] for one in first["notifications"] + second["notifications"]]
    assert listed[:3] == names[::-1]


def test_the_unsubscribe_link_asks_on_get_and_acts_on_post(service: Service) -> None:
    to = "leaving@example.com"
    first = service.sent(to)
    service.until(first, "delivered")
    link = service.inbox(to)[0]["headers"]["List-Unsubscribe"].strip("<>")

    page = requests.get(link, timeout=20)
    service.until(service.sent(to), "delivered")
    clicked = requests.post(link, data={"List-Unsubscribe": "One-Click"}, timeout=20)
    after = service.until(service.sent(to), "suppressed")

    assert (page.status_code, clicked.status_code) == (200, 200)
    assert "<form" in page.text
    assert after["reason"] == "unsubscribed"
    assert len(service.inbox(to)) == 2
    assert service.until(first, "unsubscribed")["delivery"] == "delivered"
