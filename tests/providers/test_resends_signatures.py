"""The signature that Svix publishes, and what rotation makes of one."""

from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest
from heliograph.providers.resend import Resend
from heliograph.wire import standard_webhooks
from tests.providers.signers.resend import OTHER_SECRET, SECRET, resend, signature

BODY = b'{"type": "email.delivered", "data": {"to": ["ada@example.com"]}}'


def account(*secrets: str) -> Resend.Credentials:
    first, second = [*map(SecretStr, secrets), None, None][:2]
    return Resend.Credentials(api_key=SecretStr("re_test_key1"), signing_secret=first, second_signing_secret=second)


def test_svixs_published_example_is_accepted() -> None:
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    came = WebhookRequest(
        method="POST", url="https://a.example/", headers=headers, body=b'{"test": 2432232314}', at=1614265331
    )

    event_id = standard_webhooks.prove("Svix", came, SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))

    assert event_id == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_the_names_of_standard_webhooks_serve_as_well() -> None:
    assert Resend().receive(resend(BODY, name="webhook"), account(SECRET)).events


def test_both_secrets_prove_while_one_is_changed() -> None:
    came = resend(BODY)

    assert Resend().receive(came, account(OTHER_SECRET, SECRET)).events
    with pytest.raises(BadSignature):
        Resend().receive(came, account(OTHER_SECRET))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_of_several_signatures_is_enough_and_versions_that_are_unknown_are_passed_over(place: int) -> None:
    several = ["v1a,c29tZXRoaW5n", signature(BODY, OTHER_SECRET)]
    several.insert(place, signature(BODY))
    came = resend(BODY)

    received = Resend().receive(
        replace(came, headers={**came.headers, "svix-signature": " ".join(several)}), account(SECRET)
    )

    assert received.events


def test_a_secret_may_lack_its_prefix_and_its_padding() -> None:
    assert Resend().receive(resend(BODY), account(SECRET.removeprefix("whsec_").rstrip("="))).events


def test_without_a_secret_every_event_is_refused() -> None:
    with pytest.raises(BadSignature):
        Resend().receive(resend(BODY), account())


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_no base64 at all!", "whsec_é"])
def test_what_cannot_be_a_secret_is_refused_when_it_is_entered(secret: str) -> None:
    with pytest.raises(ValidationError):
        account(secret)
