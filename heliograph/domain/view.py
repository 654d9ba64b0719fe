"""What people see of a notification: computed when it is read, from its messages and reports."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from heliograph.domain.attempts import Phase
from heliograph.domain.further import begun, is_over
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, EventKind
from heliograph.domain.reasons import ADVICE, Reason
from heliograph.domain.report import Notification, Report
from heliograph.domain.routing import RoutingMode
from heliograph.domain.status import (
    ENGAGEMENT,
    Evidence,
    Rank,
    Row,
    Status,
    fold,
    headline,
    join,
    rank_of,
    roll_up,
    row_of,
)
from heliograph.domain.timeline import time_of, timeline
from heliograph.domain.timestamps import timestamp
from heliograph.domain.tries import Try

_MARKS: Final = {mark.event for mark in ENGAGEMENT}


def notification(whole: Notification, *, now: int) -> JSON:
    """`{id, event, version, contact, state, status, reason, created_at, messages}`."""
    messages = begun(whole.messages)
    shown = [message(one, [report for report in whole.reports if report.message == one.id.number], now=now)
             for one in messages]  # fmt: skip
    leading = shown[_leading(messages, now)]
    return summary(messages[0], messages[1:], now=now) | {
        "status": leading["status"],
        "reason": leading["reason"],
        "counts": dict(Counter(one["status"] for one in shown)),
        "messages": shown,
    }


def summary(head: Message, further: Sequence[Message] = (), *, now: int) -> JSON:
    """A line of a list: the same without messages, by the hints on the head and the further messages alone."""
    messages = begun((head, *further))
    leading = messages[_leading(messages, now)]
    row = standing(leading, now=now)[1]
    return {
        "id": head.id.notification,
        "event": head.event,
        "version": head.version,
        "mode": head.mode.value,
        "contact": {"id": head.contact},
        "channel": head.channel.value,
        "state": "completed" if all(is_over(one.progress) for one in messages) else "accepted",
        "status": headline(row.status, leading.engaged).value,
        "created_at": timestamp(head.created),
        "metadata": dict(head.metadata),
        "tags": list(head.tags),
    } | _stack(head)


def _stack(head: Message) -> JSON:
    """What only a stack's notifications have: `count` and `stack`, or `merged_into`."""
    if (one := head.stacked) is not None:
        window = {"opened_at": timestamp(one.opened), "closes_at": timestamp(one.closes)}
        return {"count": one.count + one.late, "stack": {"mode": one.mode.value} | window}
    return {"merged_into": head.merged.into} if head.merged is not None else {}


def message(one: Message, reports: Sequence[Report], *, now: int) -> JSON:
    """A message with its attempts' story."""
    deciding, row = standing(one, now=now)
    known = one.progress.log[deciding]
    people = [report.event.kind for report in reports if report.own and not report.event.machine]
    marks = [kind for kind in people if kind in _MARKS]
    won = _winner(reports, deciding, row.rank)
    reason, error = _why(row, known, won)
    return {
        "id": one.id.notification if not one.id.number else f"{one.id.notification}-{one.id.number}",
        "channel": one.channel.value,
        "status": headline(row.status, marks).value,
        "delivery": row.status.value,
        "bounce": row.bounce,
        "reason": reason or None,
        "advice": ADVICE[Reason(reason)] if reason else None,
        "error": error,
        "suppressed_by": (known.cause or None) if row.status is Status.SUPPRESSED else None,
        "provider": known.provider or None,
        "provider_message_id": known.provider_message_id or None,
        "attachments": [{"name": file.name, "type": file.type, "size": file.size} for file in one.files],
        "attempts": one.progress.attempt,
        "variant": known.variant or None,
        "scheduled_at": timestamp(one.progress.due) if row.status is Status.SCHEDULED else None,
        "expires_at": timestamp(one.progress.expires),
        "queued_at": timestamp(one.begun or one.created),
        "sent_at": timestamp(known.sent_at),
        "delivered_at": timestamp(_first(reports, EventKind.DELIVERED)),
        "engagement": engagement(reports),
        "timeline": timeline(one, reports),
    }


def _leading(messages: Sequence[Message], now: int) -> int:
    """The place of the message that speaks for its notification."""
    standings = [(standing(one, now=now)[1], one.progress.phase is not Phase.DONE) for one in messages]
    return roll_up(standings, every=messages[0].routing is RoutingMode.ALL)


def standing(one: Message, *, now: int) -> tuple[int, Row]:
    """(attempt that decides, its line of the table), by the fold over attempts."""
    state = one.progress
    rows = [(Rank(rank), row_of(rank, entry.ending)) for rank, entry in zip(state.ranks, state.log, strict=True)]
    waiting = state.phase is Phase.OPEN or (state.phase is Phase.CALL and state.rank < Rank.SENT)
    return fold(rows, waiting=waiting, due_later=state.due > now and not state.waited)


def engagement(reports: Iterable[Report]) -> JSON:
    """For each kind seen `{first_at, last_at, count, machine}`; *machine* counts proxies and scanners."""
    found: dict[str, dict[str, Any]] = {}
    for report in reports:
        if report.event.kind not in _MARKS or not report.own:
            continue
        entry = found.setdefault(report.event.kind.value, {"times": [], "machine": 0})
        if report.event.machine:
            entry["machine"] += 1
        else:
            entry["times"].append(time_of(report))
    return {kind: _counted(entry["times"], entry["machine"]) for kind, entry in sorted(found.items())}


def _winner(reports: Iterable[Report], attempt: int, rank: int) -> Report | None:
    """The report that decides an attempt's reason: at equal rank the smallest (code, key)."""
    best: tuple[Evidence, Report] | None = None
    for report in reports:
        found = rank_of(report.event.kind, report.event.bounce)
        if report.attempt != attempt or found != rank or not report.own:
            continue
        evidence = Evidence(found, report.event.code, report.key)
        if best is None or join(best[0], evidence) == evidence:
            best = (evidence, report)
    return best[1] if best else None


def _why(row: Row, known: Try, won: Report | None) -> tuple[str, JSON | None]:
    if row.rank <= Rank.QUEUED or row.rank in (Rank.SENT, Rank.DELIVERED):
        return "", None
    if won is not None:
        event = won.event
        fallback = Reason.HARD_BOUNCE if row.bounce == "hard" else Reason.PROVIDER_ERROR
        deferred = row.rank is Rank.DEFERRED
        reason = event.reason if event.reason in set(Reason) else ("" if deferred else fallback.value)
        return reason, {"code": event.code, "message": event.text}
    if row.rank is Rank.ENDED:
        return known.reason, {"code": known.code, "message": known.text} if known.code or known.text else None
    return "", None


def _first(reports: Iterable[Report], kind: EventKind) -> int | None:
    return min((time_of(report) for report in reports if report.event.kind is kind and report.own), default=None)


def _counted(times: list[int], machine: int) -> JSON:
    first = {"first_at": timestamp(min(times)), "last_at": timestamp(max(times))} if times else {}
    return {"count": len(times), "machine": machine} | first
