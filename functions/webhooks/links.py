"""Links in our messages at a public URL: the open pixel, counted clicks, unsubscribes."""

import html
from typing import Any, Final

from heliograph.api.request import headers
from heliograph.bootstrap import wiring
from heliograph.bootstrap.receiving import engage
from heliograph.domain.errors import Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.signing import BadToken
from heliograph.domain.tokens import Link
from heliograph.observability import logger, trouble

PIXEL: Final = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A transparent GIF of one pixel, base64."""
SEGMENTS: Final = 2


def handler(event: JSON, _context: Any) -> JSON:
    method = event["requestContext"]["http"]["method"]
    parts = event.get("rawPath", "").strip("/").split("/")
    if len(parts) != SEGMENTS or parts[0] not in _PAGES or method not in ("GET", "HEAD", "POST"):
        return _gone()
    try:
        return _PAGES[parts[0]](parts[1], method, headers(event))
    except BadToken:
        return _gone()
    except Unavailable as exc:
        trouble("a link could not be written", exc)
        return _page(503, "Please try again", "It could not be saved just now. Please try again in a minute.")
    except Exception:  # noqa: BLE001  # the edge of the world
        logger.exception("unexpected")
        return _page(500, "Please try again", "Something failed on our side. Please try again in a minute.")


def _open(token: str, method: str, found: dict[str, str]) -> JSON:
    link = Link.decode(wiring().signer, "open", token)
    engage()(link, machine=_machine(method, found))
    return {
        "statusCode": 200,
        "headers": {"content-type": "image/gif", "cache-control": "no-store"},
        "body": PIXEL,
        "isBase64Encoded": True,
    }


def _click(token: str, method: str, found: dict[str, str]) -> JSON:
    link = Link.decode(wiring().signer, "click", token)
    try:
        engage()(link, machine=_machine(method, found))
    except Unavailable as exc:
        # A count may be lost, the reader's way must not be.
        trouble("a click was not counted", exc)
    return {"statusCode": 302, "headers": {"location": link.target, "cache-control": "no-store"}, "body": ""}


def _unsubscribe(token: str, method: str, _found: dict[str, str]) -> JSON:
    """GET only asks: mail firewalls follow links. POST is the button, and the one-click of RFC 8058."""
    link = Link.decode(wiring().signer, "unsubscribe", token)
    message = engage().find(link)
    if message is None:
        return _gone()
    if method != "POST":
        form = '<form method="post"><button>Unsubscribe</button></form>'
        return _page(200, "Unsubscribe", "You will get no more messages of this kind at this address.", form)
    engage()(link, machine=False)
    return _page(200, "You are unsubscribed", "You will get no more messages of this kind at this address.")


def _machine(method: str, found: dict[str, str]) -> bool:
    """What no person's reader does: a HEAD, a prefetch, or no name at all."""
    agent = found.get("user-agent", "")
    prefetch = found.get("sec-purpose", found.get("purpose", ""))
    return method == "HEAD" or "prefetch" in prefetch or not agent


def _gone() -> JSON:
    return _page(404, "Not found", "This link is not valid, or no longer.")


def _page(status: int, title: str, text: str, extra: str = "") -> JSON:
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width"><style>'
        "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;"
        "color-scheme:light dark}"
        "button{font:inherit;padding:.6rem 1.4rem;cursor:pointer}</style>"
        f"<title>{html.escape(title)}</title></head><body><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>{extra}"
        "</body></html>"
    )
    headers_ = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    }
    return {"statusCode": status, "headers": headers_, "body": body}


_PAGES: Final = {"o": _open, "c": _click, "u": _unsubscribe}
