"""The fakes of the HTTP providers: one line here, one module `fake_NAME.py` beside it."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import ClassVar, Final, Protocol

from werkzeug import Response

from local.sandbox.desk import Desk

type Route = tuple[str, str, Callable[..., Response]]
"""(method, path, endpoint). The path begins with the provider's host; the endpoint gets the request and its parts."""


class Fake(Protocol):
    """One provider as its API looks from outside."""

    CREDENTIALS: ClassVar[Mapping[str, str]]
    """The demo account's, fields named as the provider's own `Credentials`."""
    SENDER: ClassVar[str]
    """From whom the demo project's messages come."""
    ACCOUNT: ClassVar[str]
    """The credential by which the vendor knows the account; empty where the webhook's URL goes with each message."""

    def __init__(self, desk: Desk) -> None: ...

    def routes(self) -> Iterable[Route]:
        """What it answers."""
        ...


FAKES: Final[Mapping[str, str]] = {
    "apns": "fake_apns:Apns",
    "apprise": "fake_apprise:Apprise",
    "brevo": "fake_brevo:Brevo",
    "discord": "fake_discord:Discord",
    "expo": "fake_expo:Expo",
    "fcm": "fake_fcm:Fcm",
    "infobip": "fake_infobip:Infobip",
    "mailersend": "fake_mailersend:MailerSend",
    "mailgun": "fake_mailgun:Mailgun",
    "mailjet": "fake_mailjet:Mailjet",
    "mailtrap": "fake_mailtrap:Mailtrap",
    "mandrill": "fake_mandrill:Mandrill",
    "messagebird": "fake_messagebird:MessageBird",
    "onesignal": "fake_onesignal:OneSignal",
    "plivo": "fake_plivo:Plivo",
    "postmark": "fake_postmark:Postmark",
    "resend": "fake_resend:Resend",
    "sinch": "fake_sinch:Sinch",
    "slack": "fake_slack:Slack",
    "smtp": "fake_smtp:Smtp",
    "sparkpost": "fake_sparkpost:SparkPost",
    "teams": "fake_teams:Teams",
    "telegram": "fake_telegram:Telegram",
    "telnyx": "fake_telnyx:Telnyx",
    "vonage": "fake_vonage:Vonage",
    "web_push": "fake_web_push:WebPush",
    "webhook": "fake_webhook:Webhook",
    "whatsapp": "fake_whatsapp:WhatsApp",
}
"""Provider name -> `module:Class` in this package."""


def load(name: str) -> type[Fake]:
    """The fake of the provider called *name*."""
    module, _, cls = FAKES[name].partition(":")
    found: type[Fake] = getattr(import_module(f"local.sandbox.{module}"), cls)
    return found


def all_routes(desk: Desk) -> Iterable[Route]:
    """What all fakes answer."""
    for name in FAKES:
        yield from load(name)(desk).routes()
