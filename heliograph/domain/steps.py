"""The moves by which a notification goes on to its next channel. Pure.

A further message is put first and begins then, by one move of the head that a cancel forbids. So a cancel that came
before finds no message that begins, and one that comes after finds every message that began. The message before it
stays in the work index until the further one has begun.
"""

from dataclasses import replace

from heliograph.domain.attempts import Move, Phase, Progress
from heliograph.domain.onward import settled


def begin(head: Progress, number: int) -> Move:
    """Let message *number* begin, if the one before it was the last to begin and nobody has stopped the head."""
    return Move(replace(head, step=number), frozenset({"step", "stop"}))


def handed_on(state: Progress, now: int) -> Move:
    """Its successor has begun, or none can: it is followed by nothing any more."""
    after = replace(state, fails_over=False, patience=0, beside=False)
    if state.phase is Phase.DONE:
        # The next channel has its place: what is reported late of this one brings no second message over it.
        after = replace(after, again=0)
    on = _standing(state) | {"fails_over", "patience", "beside"}
    return Move(settled(after, now) if state.phase is Phase.DONE else after, on)


def waits_no_more(state: Progress, now: int) -> Move:
    """No receipt can come, so its absence says nothing; a failure that is reported may still bring the next channel."""
    return Move(settled(state, now), _standing(state) | {"check"})


def _standing(state: Progress) -> frozenset[str]:
    ranks = {f"rank:{number}" for number in range(len(state.ranks))}
    return frozenset({"phase", "attempt", "delivered", "stop"} | ranks)
