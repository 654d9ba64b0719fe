"""The moving part of a message and every way it may move. Pure; the store writes a move by compare-and-set.

Attempts are numbered from 1; rank 0 belongs to the time before the first. A claim is a lease with a fencing token, and
every later write of its worker is conditional on the token. A fact that a provider reports raises the rank of its
attempt and never touches a live claim: whoever holds or re-claims the lease finishes. No attempt number and no rank
ever falls.

A move names what it was decided on: the store refuses it when any of that has changed since, and the caller reads
again. All times are epoch milliseconds.
"""

from dataclasses import replace
from typing import Final

from heliograph.domain.onward import rested
from heliograph.domain.progress import Move, Phase, Progress
from heliograph.domain.retry import after_report
from heliograph.domain.status import TRY_AGAIN, Rank, Status
from heliograph.domain.tries import Try

__all__ = ["Move", "Phase", "Progress"]


def _decided_on(*names: str, attempt: int | None = None) -> frozenset[str]:
    return frozenset(names if attempt is None else (*names, f"rank:{attempt}"))


_HELD: Final = ("phase", "token", "delivered", "stop")
_OPEN: Final = ("phase", "attempt", "delivered", "held")


def _open(state: Progress) -> tuple[str, ...]:
    """What a waiting message is judged by; a stack also by its items, so that none that comes meanwhile is left out."""
    return (*_OPEN, "gathered") if state.gathered else _OPEN


def expired(state: Progress, now: int) -> bool:
    """Whether its time is over; a message without expiry never expires."""
    return 0 < state.expires <= now


def doubtful(state: Progress, now: int, hold: int) -> bool:
    """Whether a claim's worker is gone and the wait for a receipt is over. *hold* in milliseconds."""
    return state.phase is Phase.CALL and state.lease + hold <= now


def claim(
    state: Progress, *, now: int, token: str, lease: int, integration: str, provider: str, variant: str = ""
) -> Move:
    """Take the next attempt. The caller has seen that it is open, due, not expired, not stopped, not delivered."""
    after = replace(
        state,
        attempt=state.attempt + 1,
        phase=Phase.CALL,
        ranks=(*state.ranks, Rank.SENDING),
        tries=state.tries + 1,
        token=token,
        lease=lease,
        held="",
        held_at=0,
        slot="",
        log=(
            *state.log,
            Try(integration=integration, provider=provider, at=now, variant=variant, waited=state.waited),
        ),
    )
    return Move(after, _decided_on(*_open(state), "stop", "due"))


def reclaim(state: Progress, *, token: str, lease: int) -> Move:
    """Repeat an attempt whose outcome is unknown: same number, same integration, same send key."""
    again = state.logged(repeats=state.log[state.attempt].repeats + 1)
    after = replace(again, token=token, lease=lease, tries=state.tries + 1)
    return Move(after, _decided_on(*_HELD, attempt=state.attempt))


def settle(state: Progress, *, now: int) -> Move:
    """End a claim whose outcome a provider has reported meanwhile; no call."""
    return Move(_finished(state, now), _decided_on(*_HELD, attempt=state.attempt))


def sent(state: Progress, *, now: int, provider_message_id: str) -> Move:
    """Record that the provider took it. *state* is as read; the store's condition is the worker's token."""
    rank = max(Rank.SENT, state.rank)
    after = state.ranked(state.attempt, rank, sent_at=now, provider_message_id=provider_message_id)
    return Move(_finished(after, now), _decided_on(*_HELD, attempt=state.attempt))


def retry(state: Progress, *, now: int, due: int, free: bool, why: Try) -> Move:
    """Let go and try again at *due*. *free*: it costs no try.

    A fact that came first finishes it instead, and a cancel that came during the call ends it.
    """
    on = _decided_on(*_HELD, attempt=state.attempt)
    noted = state.logged(reason=why.reason, code=why.code, text=why.text)
    if state.rank != Rank.SENDING:
        return Move(_finished(noted, now), on)
    if state.stop:
        return end(state, now=now, ending=Status.CANCELED, why=replace(why, reason="canceled"))
    tries = state.tries - 1 if free else state.tries
    return Move(_opened(noted, due, tries=tries), on)


def end(state: Progress, *, now: int, ending: Status, why: Try) -> Move:
    """Come to an end of our own: from a claim that we hold, or while it waits. A fact that came first wins."""
    held = state.phase is Phase.CALL
    on = _decided_on(*(_HELD if held else _open(state)), attempt=state.attempt)
    noted = state.logged(reason=why.reason, code=why.code, text=why.text, cause=why.cause)
    if held and state.rank != Rank.SENDING:
        return Move(_finished(noted, now), on)
    if state.rank < Rank.ENDED:
        noted = noted.ranked(state.attempt, Rank.ENDED, ending=ending, ended_at=now)
    return Move(_finished(replace(noted, again=0), now), on)


def fact(state: Progress, *, attempt: int, rank: int, now: int, lasting: bool = False) -> Move | None:
    """Take in what a provider reports about *attempt*; None when it changes nothing.

    *lasting*: of a failure, that another attempt would fail too; at equal rank it outweighs one that may pass.
    """
    if not 0 < attempt <= state.attempt or (state.ranks[attempt], state.log[attempt].lasting) >= (rank, lasting):
        return None
    left = state.ranks[attempt] == Rank.DELIVERED
    delivered = state.delivered + (rank == Rank.DELIVERED) - left
    after = replace(state.ranked(attempt, rank, lasting=lasting), delivered=delivered)
    if attempt == state.attempt and (state.phase is Phase.DONE or _reopened(state)):
        after = _finished(after, now)
    elif state.phase is Phase.DONE:
        after = rested(after, now)
    on = _decided_on("attempt", "phase", "delivered", "stop", "held", "again", attempt=attempt)
    return Move(after, on | _decided_on(attempt=state.attempt))


def finish_waiting(state: Progress, *, now: int) -> Move:
    """End the try that waits: another attempt has delivered meanwhile, or none is left."""
    return end(state, now=now, ending=Status.FAILED, why=state.log[state.attempt])


def cancel(state: Progress, *, now: int) -> tuple[Move, bool]:
    """Stop it for good. The second value says whether the cancel won; else a call is under way, or it is over."""
    stopped = replace(state, stop=True)
    won = state.phase is Phase.OPEN and not state.delivered
    if won:
        ended = end(stopped, now=now, ending=Status.CANCELED, why=Try(reason="canceled"))
        return Move(ended.after, ended.on | {"stop"}), True
    if state.phase is Phase.DONE:
        return Move(rested(stopped, now), _decided_on(*_OPEN, "stop", attempt=state.attempt)), False
    return Move(stopped, _decided_on("phase", "delivered", "stop")), False


def put_off(state: Progress, *, due: int, expires: int) -> Move:
    """Let a waiting try go at another time; no try is burnt.

    A claim that was decided on the old time is refused, and so is this once somebody claimed, ended or moved the try.
    """
    after = replace(state, due=due, check=due, expires=expires, pushes=0, held="", held_at=0, slot="")
    return Move(after, _decided_on(*_open(state), "stop", "due", "expires"))


def push(state: Progress, *, check: int) -> Move:
    """Look again at *check*: what the sweep has touched it pushes ahead."""
    return Move(replace(state, check=check, pushes=state.pushes + 1), _decided_on("check"))


def _finished(state: Progress, now: int) -> Progress:
    """Done, unless the evidence is a failure that is tried again."""
    if _tried_again(state):
        due = now + after_report(state.taken)
        if state.phase is Phase.OPEN:
            return state
        if not expired(state, due):
            return _opened(state, due)
    return rested(replace(state, phase=Phase.DONE, token="", lease=0, held="", held_at=0, slot=""), now)


def _tried_again(state: Progress) -> bool:
    passing = state.rank in TRY_AGAIN and not state.log[state.attempt].lasting
    return passing and state.taken < state.again and not state.stop and not state.delivered


def _opened(state: Progress, due: int, tries: int | None = None) -> Progress:
    tries = state.tries if tries is None else tries
    free = replace(state, token="", lease=0, held="", held_at=0, slot="")
    return replace(free, phase=Phase.OPEN, due=due, check=due, bad=None, tries=tries)


def _reopened(state: Progress) -> bool:
    """It waits because a provider reported a failure; stronger evidence decides anew, so that order never does."""
    return state.phase is Phase.OPEN and state.rank in TRY_AGAIN
