"""Signatures that the vendors publish, and the ways in which theirs differ from a plain one."""

from base64 import b64encode
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import WebhookRequest
from heliograph.providers.sendgrid import SendGrid
from heliograph.providers.twilio import Twilio
from tests.providers.signers.sendgrid import KEY, OTHER_KEY, public, sendgrid
from tests.providers.signers.twilio import TOKEN, twilio, twilio_json

SID = "AC0123456789abcdef0123456789abcdef"
URL = "https://hooks.heliograph.example/webhooks/twilio/int-7f3a?echo=abc"
BODY = urlencode({"MessageSid": "SM1", "MessageStatus": "sent", "To": "+46701234567"}).encode()


def account(*tokens: str) -> Twilio.Credentials:
    first, second = [*map(SecretStr, tokens), None][:2]
    return Twilio.Credentials.model_construct(account_sid=SID, auth_token=first, second_auth_token=second)


def test_twilios_published_example_is_accepted() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    came = WebhookRequest(
        method="POST",
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        headers={"x-twilio-signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="},
        body=urlencode(fields).encode(),
    )

    received = Twilio().receive(came, account("12345"))

    assert received.ignored == ("no message status",)


@pytest.mark.parametrize(
    ("signed", "called"),
    [
        ("https://a.example/w?echo=e", "https://a.example:443/w?echo=e"),
        ("https://a.example:443/w?echo=e", "https://a.example/w?echo=e"),
        ("http://a.example:80/w", "http://a.example/w"),
        ("https://a.example/w", "https://a.example:8443/w"),
        ("https://user:pass@a.example:443/w", "https://user:pass@a.example/w"),
    ],
)
def test_twilio_may_sign_the_url_with_or_without_its_port(signed: str, called: str) -> None:
    came = replace(twilio(signed, BODY), url=called)

    assert len(Twilio().receive(came, account(TOKEN)).events) == 1


@pytest.mark.parametrize(
    "other",
    [
        URL.replace("echo=abc", "echo=abd"),
        URL.replace("int-7f3a", "int-other"),
        URL.replace("https", "http"),
        URL + "&more=1",
        URL.replace("hooks.", "hooks2."),
    ],
)
def test_a_callback_for_another_url_is_refused(other: str) -> None:
    came = replace(twilio(URL, BODY), url=other)

    with pytest.raises(BadSignature):
        Twilio().receive(came, account(TOKEN))


def test_a_form_in_another_order_says_the_same_and_is_proven_by_the_same_signature() -> None:
    came = twilio(URL, BODY)
    turned = replace(came, body=b"&".join(reversed(BODY.split(b"&"))).replace(b"%2B", b"%2b"))

    assert Twilio().receive(turned, account(TOKEN)) == Twilio().receive(came, account(TOKEN))


def test_twilio_signs_a_field_that_comes_twice_once() -> None:
    came = replace(twilio(URL, BODY), body=BODY + b"&MessageStatus=sent")

    assert len(Twilio().receive(came, account(TOKEN)).events) == 1


def test_twilios_json_is_proven_by_the_hash_in_its_url() -> None:
    came = twilio_json(URL, b'{"a": 1}')

    assert Twilio().receive(came, account(TOKEN)).ignored == ("no message status",)
    with pytest.raises(BadSignature):
        Twilio().receive(replace(came, body=b'{"a": 2}'), account(TOKEN))


def test_both_twilio_tokens_prove_while_one_is_changed() -> None:
    came = twilio(URL, BODY)

    assert Twilio().receive(came, account("the-new-token-0", TOKEN)).events
    with pytest.raises(BadSignature):
        Twilio().receive(came, account("the-new-token-0"))


def test_a_callback_with_hundreds_of_fields_is_refused_before_it_is_sorted() -> None:
    body = urlencode({f"f{number}": "x" for number in range(300)}).encode()

    with pytest.raises(BadSignature):
        Twilio().receive(twilio(URL, body), account(TOKEN))


def key(*keys: ec.EllipticCurvePrivateKey) -> SendGrid.Credentials:
    shown = ", ".join(map(public, keys))
    return SendGrid.Credentials(api_key=SecretStr("SG.test-key-1"), verification_key=shown)


def test_both_sendgrid_keys_prove_while_one_is_changed() -> None:
    came = sendgrid(b'[{"event": "delivered", "email": "ada@example.com"}]\r\n')

    assert SendGrid().receive(came, key(OTHER_KEY, KEY)).events
    with pytest.raises(BadSignature):
        SendGrid().receive(came, key(OTHER_KEY))


def test_sendgrids_timestamp_is_part_of_what_is_signed() -> None:
    came = sendgrid(b"[]", timestamp="1772355610")
    later = {**came.headers, "x-twilio-email-event-webhook-timestamp": "1772355611"}

    with pytest.raises(BadSignature):
        SendGrid().receive(replace(came, headers=later), key(KEY))


def test_without_a_verification_key_every_event_is_refused() -> None:
    with pytest.raises(BadSignature):
        SendGrid().receive(sendgrid(b"[]"), key())


ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
OTHER_KINDS = {
    "another curve": public(ec.derive_private_key(7, ec.SECP384R1())),
    "Ed25519": b64encode(ED25519.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode(),
    "no key": b64encode(b"not a key").decode(),
    "PEM": "-----BEGIN PUBLIC KEY-----",
    "no base64": "é",
}


@pytest.mark.parametrize("text", OTHER_KINDS.values(), ids=OTHER_KINDS)
def test_a_verification_key_that_cannot_be_one_is_refused_when_it_is_entered(text: str) -> None:
    with pytest.raises(ValidationError, match="verification"):
        SendGrid.Credentials(api_key=SecretStr("SG.test-key-1"), verification_key=text)


@pytest.mark.parametrize("token", ["", "short"])
def test_an_empty_or_short_secret_is_refused_when_it_is_entered(token: str) -> None:
    with pytest.raises(ValidationError):
        Twilio.Credentials(account_sid=SID, auth_token=SecretStr(token))
    with pytest.raises(ValidationError):
        Twilio.Credentials(account_sid=SID, auth_token=SecretStr("long enough"), second_auth_token=SecretStr(token))
    with pytest.raises(ValidationError):
        SendGrid.Credentials(api_key=SecretStr(token))


def test_an_account_sid_cannot_lead_to_another_path() -> None:
    with pytest.raises(ValidationError, match="account_sid"):
        Twilio.Credentials(account_sid="AC1/../x", auth_token=SecretStr("long enough"))
