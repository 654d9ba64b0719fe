"""Takes in what providers report, from the events queue: our own envelopes, and what SES and SMS put there by SNS."""

import json
from typing import Any, Final

from heliograph import providers
from heliograph.api.batch import Batch, Record, remaining
from heliograph.bootstrap import wiring
from heliograph.bootstrap.receiving import apply, correct, polling, report_later
from heliograph.domain.correction import Correction
from heliograph.domain.dead_letter import OF_NO_PROJECT
from heliograph.domain.errors import BadPayload
from heliograph.domain.event_json import event_from_json
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON, BusEvent
from heliograph.domain.outcome import Outcome
from heliograph.domain.polling import Question
from heliograph.observability import logger, note
from heliograph.usecases.apply import Source
from heliograph.wire.masking import name_only

SIDE_BY_SIDE: Final = 4
TEXTS: Final = ("MEDIA_", "TEXT_", "VOICE_")
"""How the names of End User Messaging's events begin; all else that comes by SNS is SES's."""


def handler(event: JSON, context: Any) -> JSON:
    reserve = wiring().settings.reserve
    batch = Batch(work=_work, again=_again, left=remaining(context), reserve=reserve, side_by_side=SIDE_BY_SIDE)
    return batch(event)


def _work(record: Record) -> None:
    take(record.body)


def _again(record: Record) -> None:
    report_later()(json.loads(record.body), record.group or OF_NO_PROJECT)


def take(text: str) -> None:
    """Take one queue message in.

    Raises:
        Unavailable: it must come again.
    """
    body = json.loads(text)
    if "TopicArn" in body:
        _bus(body)
    elif "result" in body:
        at = body["message"]
        done = apply().result(MessageId(**at), Outcome.from_json(body["result"]))
        note("a spilled result", notification=at["notification"], done=done)
    elif "poll" in body:
        asked = polling()(
            Question.from_json(body["poll"]), Source(project=body["project"], integration=body["integration"])
        )
        note("asked", provider=body["poll"]["provider"], integration=body["integration"], done=asked)
    elif "correction" in body:
        found = Correction.from_json(body["correction"])
        note("a corrected event", notification=found.stored.notification, done=correct()(found))
    else:
        source = Source(project=body["project"], integration=body["integration"])
        for one in body["events"]:
            done = apply().event(event_from_json(one), source)
            logger.debug("event", extra={"kind": one["kind"], "integration": source.integration, "done": done})


def _bus(notification: JSON) -> None:
    """An SNS envelope; that it lies on our queue is its proof, since only our topics may put one there."""
    try:
        read = json.loads(notification["Message"])
    except ValueError:
        # Set-up messages are plain text.
        note("a plain bus message", topic=notification["TopicArn"])
        return
    provider = "aws_sms" if _name(read).startswith(TEXTS) else "ses"
    found = BusEvent(id=notification["MessageId"], topic=notification["TopicArn"], body=read)
    try:
        received = providers.load(provider).receive(found, None)
    except BadPayload as exc:
        note("a bus event that nobody understands", topic=notification["TopicArn"], why=str(exc))
        return
    for event in received.events:
        done = apply().event(event, Source())
        logger.debug("event", extra={"kind": event.kind.value, "provider": provider, "done": done})
    if received.ignored:
        note("bus events without meaning", ignored=list(map(name_only, received.ignored)))


def _name(read: Any) -> str:
    name = read.get("eventType") if isinstance(read, dict) else None
    return name if isinstance(name, str) else ""
