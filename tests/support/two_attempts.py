"""A message with two attempts over two providers, and what is told about them in some order."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from heliograph.domain import attempts, view
from heliograph.domain.attempts import Progress
from heliograph.domain.message import Message
from heliograph.domain.model import Bounce, EventKind
from heliograph.domain.report import Report
from heliograph.domain.status import ENGAGEMENT, TABLE, rank_of
from heliograph.domain.tries import Try
from heliograph.store.report_items import digest
from tests.support.builders import DAY, NOW, message, moment, report

KINDS: dict[str, tuple[EventKind, Bounce | None]] = {
    " ".join(filter(None, (row.bounce, row.event.value.replace("bounced", "bounce")))): (row.event, row.bounce)
    for row in TABLE
    if row.event
} | {mark.event.value: (mark.event, None) for mark in ENGAGEMENT}
READ_AT = NOW + DAY


def two_attempts(*, finished: bool = True) -> Message:
    """Attempt 1 was answered with a 503; attempt 2 was taken by another provider, or is still in its call."""
    start = message().progress
    one = attempts.claim(start, now=NOW, token="a", lease=NOW + 35_000, integration="int-1", provider="ses").after
    why = Try(reason="provider_unavailable", code="503")
    waiting = attempts.retry(one, now=NOW + 1, due=NOW + 5000, free=False, why=why).after
    two = attempts.claim(
        waiting, now=NOW + 5000, token="b", lease=NOW + 40_000, integration="int-2", provider="sendgrid"
    ).after
    return message(progress=handed_over(two) if finished else two)


def handed_over(state: Progress) -> Progress:
    return attempts.sent(state, now=NOW + 5100, provider_message_id="m-2").after


def told(attempt: int, name: str, number: int, **changes: Any) -> Report:
    """The *number*-th event of a set, of the kind of this name, at a time of its own."""
    kind, bounce = KINDS[name]
    when = moment(NOW + 10_000 + 1000 * number)
    reason = "hard_bounce" if bounce == "hard" else ""
    known: dict[str, Any] = {"occurred_at": when, "code": f"c{number % 3}", "text": f"told {number}", "reason": reason}
    return report(kind, bounce, attempt=attempt, integration=f"int-{attempt}", **known | changes)


def taken_in(one: Message, arrivals: Iterable[Report | None]) -> tuple[Any, ...]:
    """What stands after these arrivals; None is our own record that the provider took it."""
    kept: dict[str, Report] = {}
    for place, arrived in enumerate(arrivals):
        if arrived is None:
            one = replace(one, progress=handed_over(one.progress))
            continue
        came = replace(arrived, received=NOW + 20_000 + place)
        kept.setdefault(digest(came), replace(came, key=digest(came)))
        rank = rank_of(came.event.kind, came.event.bounce)
        if came.own and rank is not None:
            move = attempts.fact(one.progress, attempt=came.attempt, rank=rank, now=NOW + 20_000)
            one = replace(one, progress=move.after) if move else one
    state = one.progress
    shown = view.message(one, list(kept.values()), now=READ_AT)
    return shown, state.ranks, state.delivered, state.phase, state.bad is None
