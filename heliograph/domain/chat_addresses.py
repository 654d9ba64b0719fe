"""Addresses of chats and webhooks: what each channel calls one, checked as far as it shows.

Slack: https://api.slack.com/types/conversation. Telegram: https://core.telegram.org/bots/api#sendmessage.
Discord: https://discord.com/developers/docs/reference#snowflakes and /resources/webhook.
Teams: https://support.microsoft.com/office/create-incoming-webhooks-with-workflows-for-microsoft-teams.
"""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from heliograph.domain.errors import BadInput

DEFAULT: Final = "default"
"""The integration's own webhook or channel is meant."""
MAX_ADDRESS: Final = 2048
"""Characters."""

_SLACK: Final = re.compile(r"[UWCDG][A-Z0-9]{7,14}|#[^\s#@,<>]{1,80}")
_SNOWFLAKE: Final = re.compile(r"[0-9]{15,20}", re.ASCII)
_DISCORD: Final = re.compile(
    r"https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api(?:/v[0-9]{1,2})?/webhooks/[0-9]{15,20}/[A-Za-z0-9_-]{20,100}"
)
_TELEGRAM: Final = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}", re.ASCII)
_TEAMS_HOSTS: Final = (".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com")
"""Where Workflows and the older connectors take webhooks."""
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_INSIDE: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".onion", ".invalid")
_PRINTABLE: Final = re.compile(r"[!-~]+")


def slack(text: str, field: str) -> str:
    """The id of a user or conversation, the name of a channel with its `#`, or `default`.

    Raises:
        BadInput: it is none.
    """
    if text == DEFAULT or _SLACK.fullmatch(text):
        return text
    return _refused(
        field, "must be a Slack id such as `U024BE7LH` or `C024BE91L`, a channel such as `#general`, or `default`"
    )


def discord(text: str, field: str) -> str:
    """The id of a channel, the URL of a webhook, or `default`.

    Raises:
        BadInput: it is none.
    """
    if text == DEFAULT or _SNOWFLAKE.fullmatch(text) or _DISCORD.fullmatch(text):
        return text
    return _refused(field, "must be the id of a Discord channel, the URL of a Discord webhook, or `default`")


def is_discord_hook(text: str) -> bool:
    """Whether it is the URL of a webhook of Discord's."""
    return bool(_DISCORD.fullmatch(text))


def telegram(text: str, field: str) -> str:
    """The id of a chat, or the `@name` of a public one.

    Raises:
        BadInput: it is none.
    """
    if _TELEGRAM.fullmatch(text):
        return text
    return _refused(field, "must be the id of a Telegram chat, as text, or the `@name` of a public channel")


def teams(text: str, field: str) -> str:
    """The URL of a Workflows webhook at Microsoft, or `default`.

    Raises:
        BadInput: it is none.
    """
    if text == DEFAULT or is_teams(text):
        return text
    return _refused(field, "must be the URL of a Workflows webhook of Microsoft Teams, or `default`")


def is_teams(text: str) -> bool:
    """Whether it is an https address at Microsoft, where such webhooks are."""
    host = https_host(text)
    return any(host.endswith(known) for known in _TEAMS_HOSTS)


def webhook(text: str, field: str) -> str:
    """An https address with a name that may be public; where it leads is looked at again with each message.

    Raises:
        BadInput: it is none.
    """
    if is_public_name(https_host(text)):
        return text
    return _refused(field, "must be an https address with a public name, such as `https://example.com/hooks`")


def is_public_name(host: str) -> bool:
    """Whether a host's name, in lower case, may be public: it has a dot, is no number and has no ending of inside."""
    return bool(_HOST.fullmatch(host)) and not f".{host}".endswith(_INSIDE)


def https_host(text: str) -> str:
    """The host of an https address without user or fragment, in lower case; empty for anything else."""
    if len(text) > MAX_ADDRESS or not _PRINTABLE.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or "@" in parts.netloc or "#" in text or "\\" in text or port == 0 or _is_address(host):
        return ""
    return host


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def _refused(field: str, what: str) -> str:
    raise BadInput(f"`{field}` {what}", field=field, code="INVALID_ADDRESS")
