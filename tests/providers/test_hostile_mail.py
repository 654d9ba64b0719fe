"""Whatever a batch of a mail provider holds that is proven, it is read or refused: nothing else may happen."""

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain import errors
from heliograph.domain.model import WebhookRequest
from heliograph.providers import load
from tests.providers.contract import Case, cases, request
from tests.providers.signers.mailersend import mailersend
from tests.providers.signers.mailtrap import mailtrap
from tests.providers.signers.mandrill import batch, mandrill
from tests.providers.signers.sparkpost import sparkpost
from tests.providers.test_hostile import damage, storable

SIGNED: Final[dict[str, Callable[[Any], WebhookRequest]]] = {
    "mailersend": lambda body: mailersend(json.dumps(body).encode()),
    "mailtrap": lambda body: mailtrap(json.dumps(body).encode()),
    "mandrill": lambda body: mandrill(batch(json.dumps(body))),
    "sparkpost": lambda body: sparkpost(json.dumps(body).encode()),
}


def bodies(provider: str) -> list[Case]:
    """The cases of *provider* whose body is JSON, of which something can be damaged."""
    ours = [param.values[0] for param in cases("events") if param.values[0].provider == provider]
    return [case for case in ours if case.case.get("json")]


def body_of(case: Case) -> Any:
    came = request(case)
    assert isinstance(came, WebhookRequest)
    if case.provider != "mandrill":
        return json.loads(came.body)
    return [{**case.file["entry"], **entry} if isinstance(entry, dict) else entry for entry in case.case["json"]]


@pytest.mark.parametrize("provider", sorted(SIGNED))
@given(data=st.data())
def test_whatever_is_proven_is_read_or_refused(provider: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(bodies(provider)))
    body = json.loads(json.dumps(body_of(case)))
    for _ in range(data.draw(st.integers(1, 3))):
        damage(body, data)

    try:
        received = load(provider).receive(SIGNED[provider](body), case.credentials)
    except errors.BadPayload:
        return

    assert all(storable(event) for event in received.events)
