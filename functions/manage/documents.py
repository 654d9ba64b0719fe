"""The API's document and the page that shows it: /v1/openapi.json, /v1/docs. Two files; no key is needed."""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import header, new_router

router = new_router()

HERE: Final = Path(__file__).parent
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it is served: its text, the same compressed, and what names this state of it."""

    text: str
    packed: str
    tag: str
    headers: dict[str, str]


@router.get("/v1/openapi.json")
def described() -> Response[str]:
    return _served(_document("openapi.json", "application/json"))


@router.get("/v1/docs")
def shown() -> Response[str]:
    return _served(_document("docs.html", "text/html; charset=utf-8"))


@cache
def _document(name: str, media: str) -> Document:
    text = (HERE / name).read_text("utf-8")
    # The same file gives the same bytes: gzip would write the time into them.
    packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    tag = hashlib.sha256(text.encode()).hexdigest()[:20]
    headers = {
        "content-type": media,
        "cache-control": "public, max-age=300",
        "etag": f'W/"{tag}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
    }
    if name.endswith(".html"):
        headers |= {"content-security-policy": _policy(text), "referrer-policy": "no-referrer"}
    return Document(text, packed, tag, headers)


def _served(found: Document) -> Response[str]:
    if found.tag in header(router, "if-none-match"):
        return Response(status_code=304, headers=dict(found.headers), body="")
    if "gzip" not in header(router, "accept-encoding"):
        return Response(status_code=200, headers=dict(found.headers), body=found.text)
    packed: Response[str] = Response(
        status_code=200, headers=found.headers | {"content-encoding": "gzip"}, body=found.packed
    )
    packed.base64_encoded = True
    return packed


def _policy(page: str) -> str:
    """Nothing is loaded from elsewhere, and no script runs but the page's own: each is named by its hash."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, source in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; connect-src 'self'; script-src {' '.join(hashes['script'])};"
        f" style-src {' '.join(hashes['style'])}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
