"""Every provider we speak to: one line here, one file beside it. Importing this imports none of them."""

from functools import cache
from importlib import import_module
from typing import Final

from heliograph.domain.errors import NotFound
from heliograph.domain.provider import Provider

REGISTRY: Final = {
    "aws_sms": "aws_sms:AwsSms",
    "infobip": "infobip:Infobip",
    "messagebird": "messagebird:MessageBird",
    "plivo": "plivo:Plivo",
    "sandbox": "sandbox:Sandbox",
    "sendgrid": "sendgrid:SendGrid",
    "ses": "ses:Ses",
    "sinch": "sinch:Sinch",
    "sns_sms": "sns_sms:SnsSms",
    "telnyx": "telnyx:Telnyx",
    "twilio": "twilio:Twilio",
    "vonage": "vonage:Vonage",
}
"""Provider name -> `module:Class` in this package."""


@cache
def load(name: str) -> Provider:
    """Import the provider called *name*, and nothing of the others.

    Raises:
        NotFound: no such provider.
    """
    if name not in REGISTRY:
        raise NotFound(f"there is no provider {name!r}; known are {', '.join(sorted(REGISTRY))}", field="provider")
    module, _, cls = REGISTRY[name].partition(":")
    provider: Provider = getattr(import_module(f"{__name__}.{module}"), cls)()
    return provider
