"""The document itself, and the page that shows it."""

from typing import Final

from cli.openapi.operation import Operation

DOCUMENTS: Final = "Documentation"
_CACHED: Final = {"ETag": "Send it back as `If-None-Match`: 304 while nothing has changed."}

OPERATIONS: Final = (
    Operation(
        route="GET /v1/openapi.json",
        id="getDocument",
        summary="This document",
        tag=DOCUMENTS,
        scope=None,
        answers={200: None},
        headers=_CACHED,
    ),
    Operation(
        route="GET /v1/docs",
        id="getDocumentation",
        summary="This document as a page",
        tag=DOCUMENTS,
        scope=None,
        answers={200: None},
        media="text/html",
        headers=_CACHED,
    ),
)
