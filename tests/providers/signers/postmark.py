"""Postmark: HTTP basic credentials, and nothing of the body."""

import json
from typing import Final

from tests.providers.signers import merged
from tests.providers.signers.basic_auth import signer

SIGNER: Final = signer(
    lambda file, case: (
        case["text"].encode() if "text" in case else json.dumps(merged(file["entry"], case["json"])).encode()
    )
)
