"""Requests by which vendors ask whether a URL is there: they are answered, and nobody can say anything with them."""

import json

import pytest
from pydantic import SecretStr

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import Received, WebhookRequest
from heliograph.providers.mailersend import MailerSend
from heliograph.providers.mandrill import Mandrill
from tests.providers.signers import HOOK
from tests.providers.signers import mailersend as by_mailersend
from tests.providers.signers import mandrill as by_mandrill

EVENT = b'{"type": "activity.delivered", "data": {"email": "ada@example.com"}}'
FRESH_MANDRILL = Mandrill.Credentials(api_key=SecretStr("md-test-key-1"))
FRESH_MAILERSEND = MailerSend.Credentials(api_token=SecretStr("mlsn.test-token-1"))
"""Integrations whose webhook is just being set up: nobody knows its secret yet."""


def test_mandrills_head_is_answered_and_means_nothing() -> None:
    came = WebhookRequest(method="HEAD", url=HOOK, headers={}, body=by_mandrill.batch('[{"event": "spam"}]'))

    assert Mandrill().receive(came, FRESH_MANDRILL) == Received()


def test_mandrills_empty_batch_is_answered_before_its_key_is_known() -> None:
    came = by_mandrill.mandrill(by_mandrill.batch("[]"), by_mandrill.ANYBODYS)

    assert Mandrill().receive(came, FRESH_MANDRILL) == Received()


def test_mandrills_events_are_refused_before_its_key_is_known() -> None:
    with pytest.raises(BadSignature):
        Mandrill().receive(by_mandrill.mandrill(by_mandrill.batch("[]")), FRESH_MANDRILL)


def test_mailersends_test_is_answered_before_its_secret_is_known() -> None:
    came = by_mailersend.mailersend(json.dumps({"type": "webhook.test"}).encode(), by_mailersend.ANYBODYS)

    assert MailerSend().receive(came, FRESH_MAILERSEND) == Received(ignored=("webhook.test",))


@pytest.mark.parametrize("secret", [by_mailersend.ANYBODYS, by_mailersend.SECRET])
def test_mailersends_events_are_refused_before_its_secret_is_known(secret: str) -> None:
    with pytest.raises(BadSignature):
        MailerSend().receive(by_mailersend.mailersend(EVENT, secret), FRESH_MAILERSEND)
