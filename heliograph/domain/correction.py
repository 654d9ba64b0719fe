"""A stored event that means something else since its provider's mapping was mended."""

from dataclasses import dataclass, replace
from typing import Final

from heliograph.domain.event_json import event_from_json, event_to_json
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON, ProviderEvent
from heliograph.domain.report import Report

LONGEST_TEXT: Final = 200
"""Characters of a provider's words that the timeline keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An event as it lies in the timeline of a message."""

    project: str
    notification: str
    report: Report
    """With its key."""

    @property
    def message(self) -> MessageId:
        """Whose timeline it is."""
        return MessageId(project=self.project, notification=self.notification, number=self.report.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was stored, and what it means now."""

    stored: Stored
    event: ProviderEvent

    @property
    def report(self) -> Report:
        """The report as it will stand, under the same key."""
        return replace(self.stored.report, event=self.event)

    def as_json(self) -> JSON:
        """For the events queue. The raw event stays in the table, which the correction does not touch."""
        stored, report = self.stored, self.stored.report
        return {
            "project": stored.project,
            "notification": stored.notification,
            "message": report.message,
            "attempt": report.attempt,
            "integration": report.integration,
            "received": report.received,
            "own": report.own,
            "key": report.key,
            "before": event_to_json(replace(report.event, raw={})),
            "event": event_to_json(replace(self.event, raw={})),
        }

    @classmethod
    def from_json(cls, body: JSON) -> "Correction":
        """Back from `as_json`."""
        known = {name: body[name] for name in ("message", "attempt", "integration", "received", "own", "key")}
        report = Report(event=event_from_json(body["before"]), **known)
        stored = Stored(project=body["project"], notification=body["notification"], report=report)
        return cls(stored=stored, event=event_from_json(body["event"]))


def corrected(stored: ProviderEvent, again: ProviderEvent) -> ProviderEvent:
    """The stored event as it is read today; what cannot be told without the recipient stays as it was."""
    return replace(
        stored,
        kind=again.kind,
        bounce=again.bounce,
        reason=again.reason,
        machine=again.machine,
        code=again.code or stored.code,
        text=(again.text or stored.text)[:LONGEST_TEXT],
    )
