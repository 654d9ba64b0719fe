"""Plivo signs a callback in two ways, of which the one that is documented for messages covers the bare URL only."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from heliograph.domain.errors import BadSignature
from heliograph.providers.plivo import Plivo
from tests.providers.signers.plivo import TOKEN, v2, v3

URL = "https://hooks.heliograph.example/webhooks/plivo/int-7f3a?echo=abc"
BODY = b"MessageUUID=1&Status=delivered&To=46701234567&Note="


def account(*tokens: str) -> Plivo.Credentials:
    first, second = [*map(SecretStr, tokens), None][:2]
    return Plivo.Credentials.model_construct(auth_id="MA1", auth_token=first, second_auth_token=second)


def test_the_older_signature_suffices() -> None:
    came = v2(URL, BODY)

    (event,) = Plivo().receive(came, account(TOKEN)).events

    assert event.echo == "abc"


def test_the_older_signature_suffices_beside_a_newer_one_that_is_wrong() -> None:
    came = v2(URL, BODY)
    both = replace(came, headers={**came.headers, "x-plivo-signature-v3": "AAAA", "x-plivo-signature-v3-nonce": "1"})

    assert Plivo().receive(both, account(TOKEN)).events


def test_the_older_signature_holds_for_one_url_and_one_nonce() -> None:
    came = v2(URL, BODY)
    elsewhere = replace(came, url=URL.replace("int-7f3a", "int-other"))
    again = replace(came, headers={**came.headers, "x-plivo-signature-v2-nonce": "1"})

    for wrong in (elsewhere, again, v2(URL, BODY, "another-secret"), replace(came, headers={})):
        with pytest.raises(BadSignature):
            Plivo().receive(wrong, account(TOKEN))


def test_one_of_two_signatures_in_a_header_is_enough() -> None:
    came = v3(URL, BODY)
    name = "x-plivo-signature-v3"
    other = v3(URL, BODY, "another-secret").headers[name]
    for written in (f"{came.headers[name]},{other}", f"{other},{came.headers[name]}"):
        two = replace(came, headers={**came.headers, name: written})

        assert Plivo().receive(two, account(TOKEN)).events


def test_both_tokens_prove_while_one_is_changed() -> None:
    came = v3(URL, BODY)

    assert Plivo().receive(came, account("the-new-token-0", TOKEN)).events
    with pytest.raises(BadSignature):
        Plivo().receive(came, account("the-new-token-0"))


def test_a_url_without_a_query_and_a_body_without_fields_are_signed_too() -> None:
    bare = URL.partition("?")[0]

    assert Plivo().receive(v3(bare, BODY), account(TOKEN)).events
    assert Plivo().receive(v3(URL, b""), account(TOKEN)).ignored == ("no status",)
    assert Plivo().receive(v3(bare, b""), account(TOKEN)).ignored == ("no status",)
