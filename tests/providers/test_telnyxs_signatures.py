"""What Telnyx's signature allows: some minutes, two keys, and its own spelling of a key."""

from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError

from heliograph.domain.errors import BadSignature
from heliograph.providers.telnyx import Telnyx
from tests.providers.signers.telnyx import KEY, NOW, OTHER_KEY, public, telnyx

BODY = b'{"data": {"event_type": "message.received"}}'


def account(*keys: str) -> Telnyx.Credentials:
    return Telnyx.Credentials(api_key=SecretStr("KEY-of-the-tests"), public_key=", ".join(keys))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_holds_for_five_minutes_either_way(seconds: int) -> None:
    came = replace(telnyx(BODY), at=NOW + seconds)

    assert Telnyx().receive(came, account(public(KEY))).ignored == ("message.received",)


def test_both_keys_prove_while_one_is_changed() -> None:
    assert Telnyx().receive(telnyx(BODY), account(public(OTHER_KEY), public(KEY))).ignored
    with pytest.raises(BadSignature):
        Telnyx().receive(telnyx(BODY), account(public(OTHER_KEY)))


@pytest.mark.parametrize("text", ["", "é", "AAAA", "-----BEGIN PUBLIC KEY-----"])
def test_a_public_key_that_cannot_be_one_is_refused_when_it_is_entered(text: str) -> None:
    with pytest.raises(ValidationError, match="public_key"):
        account(text)
