"""What happened to a message, as a list: what we did, what was reported, and what that implies."""

from collections.abc import Iterable, Iterator
from typing import Final

from heliograph.domain.attempts import Phase
from heliograph.domain.further import because
from heliograph.domain.holding import LONGEST_HOLD
from heliograph.domain.message import Message
from heliograph.domain.model import JSON
from heliograph.domain.report import Report
from heliograph.domain.status import TRY_AGAIN, Rank, rank_of
from heliograph.domain.timestamps import timestamp
from heliograph.domain.tries import Try

_IMPLIES_SENT: Final = frozenset({Rank.DEFERRED, Rank.SOFT_BOUNCE, Rank.DELIVERED, Rank.FAILED, Rank.HARD_BOUNCE})


def timeline(one: Message, reports: Iterable[Report]) -> list[JSON]:
    """Everything that happened, in the order of time; what evidence implies but nobody told is marked `inferred`.

    What is reported of an attempt never stands before its hand-over: some providers tell whole seconds only.
    """
    state = one.progress
    told = list(reports)
    handed_over = {number: entry.sent_at or entry.at for number, entry in enumerate(state.log)}
    placed: list[tuple[int, JSON]] = [
        (0, {"at": one.begun or one.created, "status": "scheduled" if _was_scheduled(one) else "queued"} | because(one))
    ]
    placed += [(0, entry) for number, known in enumerate(state.log) for entry in _attempt_entries(number, known)]
    placed += [(handed_over.get(report.attempt, 0), _report_entry(report)) for report in told]
    for number, (rank, entry) in enumerate(zip(state.ranks, state.log, strict=True)):
        if rank in _IMPLIES_SENT and not entry.sent_at:
            first = min((time_of(report) for report in told if report.attempt == number), default=entry.at)
            implied = {"at": first, "status": "sent", "attempt": number, "provider": entry.provider, "inferred": True}
            placed.append((entry.at, implied))
    placed += _tried_again(one, told)
    placed.sort(key=_place)
    return [entry | {"at": timestamp(entry["at"])} for _, entry in placed]


def _tried_again(one: Message, told: Iterable[Report]) -> Iterator[tuple[int, JSON]]:
    """A line for each reported failure that is answered with a new attempt: when it was known, and what follows."""
    state = one.progress
    for number, (rank, entry) in enumerate(zip(state.ranks, state.log, strict=True)):
        if rank not in TRY_AGAIN or entry.lasting:
            continue
        waits = number == state.attempt and state.phase is Phase.OPEN
        until = state.log[number + 1].at if number < state.attempt else state.due
        known = [report.received for report in told if _is_of(report, number, rank) and report.received <= until]
        if known and (waits or number < state.attempt):
            text = f"a new attempt follows at {timestamp(state.due)}" if waits else "a new attempt follows"
            # Behind the report that it answers.
            at = min(known)
            yield at + 1, {"at": at, "status": "retrying", "attempt": number, "provider": entry.provider, "text": text}


def _is_of(report: Report, attempt: int, rank: int) -> bool:
    event = report.event
    return report.own and report.attempt == attempt and rank_of(event.kind, event.bounce) == rank


_ORDER: Final = {"scheduled": 0, "queued": 1, "retrying": 2, "sent": 3, "deferred": 4, "delivered": 5}


def _place(placed: tuple[int, JSON]) -> tuple[int, int, str]:
    earliest, entry = placed
    return max(earliest, entry["at"]), _ORDER.get(entry["status"], 99), str(entry)


def _attempt_entries(number: int, entry: Try) -> list[JSON]:
    about: JSON = {"attempt": number, "provider": entry.provider} if number else {}
    why = {name: value for name in ("reason", "code", "text") if (value := getattr(entry, name))}
    found: list[JSON] = []
    if entry.sent_at:
        found.append({"at": entry.sent_at, "status": "sent"} | about)
    if entry.ending:
        found.append({"at": entry.ended_at, "status": entry.ending.value} | about | why)
    elif entry.reason and not entry.sent_at:
        found.append({"at": entry.at, "status": "retrying"} | about | why)
    return found


def _report_entry(report: Report) -> JSON:
    event = report.event
    entry: JSON = {
        "at": time_of(report),
        "status": event.kind.value,
        "attempt": report.attempt,
        "bounce": event.bounce,
        "reason": event.reason,
        "code": event.code,
        "text": event.text,
        "machine": event.machine,
    }
    kept = {name: value for name, value in entry.items() if value or name == "attempt"}
    return kept if report.own else kept | {"own_recipient": False}


def time_of(report: Report) -> int:
    """When it happened: the provider's own time, else when it came. Epoch milliseconds."""
    at = report.event.occurred_at
    return int(at.timestamp() * 1000) if at else report.received


def _was_scheduled(one: Message) -> bool:
    state, begun = one.progress, one.begun or one.created
    if not (state.attempt or state.waited or state.held):
        return state.due > begun
    # A retry, a slot or a hold changes what it is due at. An expiry that counts from it keeps what was asked for; a
    # named one does not.
    longer = state.waited + (LONGEST_HOLD if state.held else 0)
    asked_for = state.expires - (one.terms.lifetime or one.terms.message_deadline + longer)
    return asked_for > begun and not one.terms.fixed
