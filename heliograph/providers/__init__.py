"""Every provider we speak to: one line here, one file beside it. Importing this imports none of them."""

from functools import cache
from importlib import import_module
from typing import Final

from heliograph.domain.errors import NotFound
from heliograph.domain.provider import Provider

REGISTRY: Final = {
    "apns": "apns:Apns",
    "apprise": "apprise:Apprise",
    "aws_sms": "aws_sms:AwsSms",
    "brevo": "brevo:Brevo",
    "discord": "discord:Discord",
    "expo": "expo:Expo",
    "fcm": "fcm:Fcm",
    "inbox": "inbox:Inbox",
    "infobip": "infobip:Infobip",
    "mailersend": "mailersend:MailerSend",
    "mailgun": "mailgun:Mailgun",
    "mailjet": "mailjet:Mailjet",
    "mailtrap": "mailtrap:Mailtrap",
    "mandrill": "mandrill:Mandrill",
    "messagebird": "messagebird:MessageBird",
    "onesignal": "onesignal:OneSignal",
    "plivo": "plivo:Plivo",
    "postmark": "postmark:Postmark",
    "resend": "resend:Resend",
    "sandbox": "sandbox:Sandbox",
    "sendgrid": "sendgrid:SendGrid",
    "ses": "ses:Ses",
    "sinch": "sinch:Sinch",
    "slack": "slack:Slack",
    "smtp": "smtp:Smtp",
    "sns_sms": "sns_sms:SnsSms",
    "sparkpost": "sparkpost:SparkPost",
    "teams": "teams:Teams",
    "telegram": "telegram:Telegram",
    "telnyx": "telnyx:Telnyx",
    "twilio": "twilio:Twilio",
    "vonage": "vonage:Vonage",
    "web_push": "web_push:WebPush",
    "webhook": "webhook:Webhook",
    "whatsapp": "whatsapp:WhatsApp",
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
