"""Takes providers' webhooks at a public URL: proves them and puts their events on the queue. It has no table."""

from typing import Any

from heliograph.api.request import headers, raw_body
from heliograph.bootstrap.receiving import intake
from heliograph.domain.errors import BadInput, BadWebhook, Unavailable
from heliograph.domain.model import JSON, Reply
from heliograph.observability import logger, note, trouble

PARTS = 3


def handler(event: JSON, _context: Any) -> JSON:
    try:
        return _answer(_take(event))
    except BadWebhook as exc:
        note("webhook refused", status=exc.status, why=str(exc))
        return _answer(Reply(status=exc.status))
    except BadInput as exc:
        return _answer(Reply(status=exc.http_status))
    except Unavailable as exc:
        trouble("a webhook must come again", exc)
        return _answer(Reply(status=503))
    except Exception:  # noqa: BLE001  # the edge of the world: the provider learns nothing and sends it again
        logger.exception("unexpected")
        return _answer(Reply(status=500))


def _take(event: JSON) -> Reply:
    path: str = event.get("rawPath", "")
    asked: str = event.get("rawQueryString", "")
    root, provider, token = (*path.strip("/").split("/"), "", "", "")[:PARTS]
    if root != "webhooks" or path.count("/") != PARTS:
        return Reply(status=404)
    return intake()(
        provider,
        token,
        method=event["requestContext"]["http"]["method"],
        target=f"{path}?{asked}" if asked else path,
        headers=headers(event),
        body=raw_body(event),
    )


def _answer(reply: Reply) -> JSON:
    return {"statusCode": reply.status, "headers": {"content-type": reply.content_type}, "body": reply.body}
