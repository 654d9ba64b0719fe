"""What follows a message: whether, and when, its notification's next channel begins. Pure.

A message that another channel may follow says so itself (`fails_over`, `patience`). While that channel is about to
begin it stays in the work index, so that no crash loses the step; its successor's existence ends that.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from heliograph.domain.status import BAD, Rank, Status

if TYPE_CHECKING:
    from heliograph.domain.progress import Progress

AT_ONCE: Final = 0


def may_follow(state: "Progress") -> bool:
    """Whether another channel may still have to begin after this message, whatever is reported of it."""
    canceled = state.log[state.attempt].ending is Status.CANCELED
    return (state.fails_over or state.patience > 0) and not state.stop and not canceled


def next_channel(state: "Progress") -> int | None:
    """From when on (epoch milliseconds) the next channel is due, of a message that is done; None: it is not.

    At once after a bad end, where the event says so. After a time without a receipt when a provider took it. A message
    that stands at `delivered` is followed by nothing.
    """
    if not may_follow(state) or state.delivered:
        return None
    number, rank = stands(state)
    if rank in BAD:
        return AT_ONCE if state.fails_over else None
    if not state.patience:
        return None
    entry = state.log[number]
    return (entry.sent_at or entry.at) + state.patience


def stands(state: "Progress") -> tuple[int, int]:
    """(attempt, rank) that a message which waits for nothing stands at: the last that a provider took, else the last.

    One that was delivered is not asked for here.
    """
    taken = [(number, rank) for number, rank in enumerate(state.ranks) if number and rank >= Rank.SENT]
    return taken[-1] if taken else (len(state.ranks) - 1, state.ranks[-1])


def rested(done: "Progress", now: int) -> "Progress":
    """A message that is done, with its place: it waits for its successor, is listed as trouble, or neither."""
    due = next_channel(done)
    if due is not None:
        return replace(done, check=due or now, bad=None)
    return settled(done, now)


def settled(done: "Progress", now: int) -> "Progress":
    """A message that nothing follows: it has left the work index, and stands among the failures if it is one."""
    trouble = not done.delivered and stands(done)[1] in BAD
    return replace(done, check=None, bad=(done.bad or now) if trouble else None)
