"""Brevo: HTTP basic credentials, and nothing of the body."""

import json
from typing import Final

from heliograph.domain.model import JSON
from tests.providers.signers import merged
from tests.providers.signers.basic_auth import signer


def _body(file: JSON, case: JSON) -> bytes:
    if "text" in case:
        return str(case["text"]).encode()
    if "alone" in case:
        return json.dumps(merged(file["entry"], case["alone"])).encode()
    entries = [merged(file["entry"], one) if isinstance(one, dict) else one for one in case["json"]]
    return json.dumps(entries).encode()


SIGNER: Final = signer(_body)
