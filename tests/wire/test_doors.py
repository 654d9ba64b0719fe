import pytest

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import BusEvent, WebhookRequest
from heliograph.wire.doors import by_bus, by_webhook

WEBHOOK = WebhookRequest(method="POST", url="https://hooks.example/", headers={}, body=b"")
BUS = BusEvent(id="1", topic="t", body={})


def test_each_door_lets_its_own_pass() -> None:
    assert by_webhook(WEBHOOK, "Acme") is WEBHOOK
    assert by_bus(BUS, "Acme") is BUS


def test_what_comes_by_the_other_door_is_refused() -> None:
    with pytest.raises(BadSignature, match="Acme's events come over HTTPS only"):
        by_webhook(BUS, "Acme")
    with pytest.raises(BadSignature, match="Acme has no webhook"):
        by_bus(WEBHOOK, "Acme")
