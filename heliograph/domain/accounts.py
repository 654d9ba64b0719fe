"""Whose account at a provider an integration uses: integrations with one account share its rate. Pure."""

import hashlib
import hmac
from typing import Any, Final

from pydantic import SecretStr

from heliograph.domain.provider import Credentials

_LENGTH: Final = 16
"""Hex digits of a fingerprint."""


def account_of(provider: str, credentials: Credentials, key: str) -> str:
    """A name for the account: the same for the same, and nobody can tell by it what the credentials are.

    Those of AWS have no credentials: all of them are the account that the stage runs in. Empty where nothing tells.
    *key*: a secret of the stage.
    """
    fields = credentials.account_fields
    if fields == ():
        return provider
    values = {name: _revealed(value) for name, value in credentials if value}
    if fields is None:
        # Whoever needs one secret only is known by it; the first is what the provider lets us in with.
        fields = tuple(name for name, value in credentials if value and isinstance(value, SecretStr))[:1]
    told = [values.get(name, "") for name in fields]
    if not any(told):
        return ""
    text = "".join(f"{len(one)}:{one}" for one in (provider, *told))
    return f"{provider}:{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:_LENGTH]}"


def _revealed(value: Any) -> str:
    return str(value.get_secret_value() if isinstance(value, SecretStr) else value)
