"""Addresses of Apprise: a URL of one of the services that are let through, a tag, or `default`.

Apprise's URLs: https://github.com/caronc/apprise/wiki. Its schemes number more than two hundred; some act on
the server itself, speak SMTP, or post to any address there is. So what goes through is listed here, and
nothing else does.
"""

import re
from collections.abc import Mapping
from typing import Final

from heliograph.domain.chat_addresses import DEFAULT, MAX_ADDRESS, is_public_name
from heliograph.domain.errors import BadInput

HOSTED: Final[Mapping[str, str]] = {
    "barks": "Bark",
    "gotifys": "Gotify",
    "hassios": "Home Assistant",
    "mastodons": "Mastodon",
    "matrixs": "Matrix",
    "mmosts": "Mattermost",
    "nctalks": "Nextcloud Talk",
    "ntfys": "ntfy",
    "rockets": "Rocket.Chat",
    "signals": "signal-cli-rest-api",
    "synologys": "Synology Chat",
}
"""Scheme -> service, where the URL names the host: by TLS only, since the URL holds the secret."""
FIXED: Final[Mapping[str, str]] = {
    "dingtalk": "DingTalk",
    "feishu": "Feishu",
    "flock": "Flock",
    "gchat": "Google Chat",
    "ifttt": "IFTTT",
    "join": "Join",
    "lark": "Lark",
    "line": "LINE",
    "pagerduty": "PagerDuty",
    "pbul": "Pushbullet",
    "pover": "Pushover",
    "prowl": "Prowl",
    "psafers": "Pushsafer",
    "pushy": "Pushy",
    "revolt": "Revolt",
    "ryver": "Ryver",
    "signl4": "SIGNL4",
    "splunk": "Splunk On-Call",
    "spush": "Simplepush",
    "threema": "Threema Gateway",
    "twist": "Twist",
    "viber": "Viber",
    "webex": "Webex",
    "wecombot": "WeCom",
    "zoom": "Zoom Chat",
    "zulip": "Zulip",
}
"""Scheme -> service that has one host of its own; what stands in the host's place of the URL is a token."""
TOKEN_FIRST: Final = frozenset({"mastodons"})
"""Schemes whose token stands before the host, so that nothing need follow it."""
OPTIONS: Final = frozenset({"emojis", "format", "overflow", "priority", "sound", "tags"})
"""What may stand in the query. Others switch certificates off, choose another host, or have a file fetched."""
MAX_PORT: Final = 65535

_URL: Final = re.compile(
    r"(?P<scheme>[a-z0-9]+)://(?:[A-Za-z0-9._~%!$*+=:-]+@)?(?P<host>[A-Za-z0-9._~%!$*+=-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~%!$*+=:-]*)*)(?:\?(?P<query>[A-Za-z0-9._~%!$*+=:&-]*))?"
)
"""Narrower than what Apprise reads: one @, no comma, no fragment, so that both see the same host in it."""
_TAG: Final = re.compile(r"tag:[A-Za-z0-9_-]{1,64}")


def apprise(text: str, field: str) -> str:
    """The URL of a service that is let through, `tag:NAME`, or `default`.

    Raises:
        BadInput: it is none; the sentence does not repeat it, since it may hold a secret.
    """
    fault = "" if text == DEFAULT or tag(text) else fault_of(text)
    if fault:
        raise BadInput(f"`{field}` {fault}", field=field, code="INVALID_ADDRESS")
    return text


def tag(text: str) -> str:
    """NAME of `tag:NAME`; empty for anything else."""
    return text.removeprefix("tag:") if _TAG.fullmatch(text) else ""


def fault_of(text: str) -> str:
    """What is wrong with a URL, as the rest of a sentence; empty if it goes through."""
    found = _URL.fullmatch(text) if len(text) <= MAX_ADDRESS else None
    if not found:
        return "must be an Apprise URL such as `ntfys://ntfy.sh/topic`, a tag such as `tag:ops`, or `default`"
    scheme, port, query = found["scheme"], found["port"], found["query"]
    if scheme not in HOSTED and scheme not in FIXED:
        return f"has a scheme that is not let through; those that are: {', '.join(sorted({*HOSTED, *FIXED}))}"
    if scheme in HOSTED and not (is_public_name(found["host"]) and (found["path"].strip("/") or scheme in TOKEN_FIRST)):
        return f"must name a public host and what is there, such as `{scheme}://example.com/…`"
    if port and not 0 < int(port) <= MAX_PORT:
        return "has a port that is none"
    names = {pair.partition("=")[0] for pair in query.split("&")} if query else set()
    return "" if names <= OPTIONS else f"may have these options alone: {', '.join(sorted(OPTIONS))}"
