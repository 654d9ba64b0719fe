"""Further messages of a notification: what the next one is, and why it was begun. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.message import Content, Message
from heliograph.domain.model import JSON
from heliograph.domain.onward import next_channel, stands
from heliograph.domain.plan import address
from heliograph.domain.reasons import Reason
from heliograph.domain.routing import RoutingMode, run
from heliograph.domain.status import BAD, Rank, Status, row_of
from heliograph.domain.timing import further
from heliograph.domain.tries import Try


class Next(NamedTuple):
    """The next step of a notification: after the message of this number, from this moment on (epoch milliseconds)."""

    after: int
    at: int


def next_step(messages: Sequence[Message]) -> Next | None:
    """What a notification does next, by its messages that began (the head first); None: nothing, by what is known.

    The rule of which everything else is a part: workers see one message and the head at a time.
    """
    head, last = messages[0], messages[-1]
    if head.progress.stop or last.id.number + 1 >= len(head.plan):
        return None
    if head.routing is RoutingMode.ALL:
        return Next(last.id.number, head.progress.due)
    if together(head, last.id.number) > last.id.number + 1:
        return Next(last.id.number, last.progress.due)
    due = next_channel(last.progress) if last.progress.phase is Phase.DONE else None
    return None if due is None else Next(last.id.number, due)


def together(head: Message, number: int) -> int:
    """Where the messages end (exclusive) that begin with message *number*: with `all` every one, else its devices."""
    return len(head.plan) if head.routing is RoutingMode.ALL else run(head.plan, number)


def begun(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The messages that began; one that was put and lost to a cancel never did."""
    head = messages[0]
    return tuple(one for one in messages if head.id.number or one.id.number <= head.progress.step)


def is_over(state: Progress) -> bool:
    """Whether nothing of the message, and nothing after it, is waited for."""
    return state.phase is Phase.DONE and not state.followed


def may_wait(head: Message) -> bool:
    """Whether something of the notification may still wait, now or after a later report; by its head alone."""
    state = head.progress
    may_follow = state.fails_over or state.patience or state.step
    again = state.taken < state.again and not state.delivered
    return not is_over(state) or (bool(may_follow or again) and not state.stop)


def because(message: Message) -> JSON:
    """What a message's first line says of why it was begun."""
    return {"text": message.why} if message.why else {}


def why(before: Message) -> str:
    """Why the message after this one begins: `no receipt by email within 300 s`, `email bounced: hard_bounce`."""
    state = before.progress
    if state.beside:
        return ""
    number, rank = stands(state)
    if rank not in BAD:
        return f"no receipt by {before.channel.value} within {state.patience / 1000:g} s"
    entry = state.log[number]
    status = row_of(rank, entry.ending).status
    reason = Reason.HARD_BOUNCE.value if rank == Rank.HARD_BOUNCE else entry.reason if rank == Rank.ENDED else ""
    return f"{before.channel.value} {status.value}" + (f": {reason}" if reason else "")


def successor(before: Message, head: Message, content: Content, *, number: int, now: int) -> Message | None:
    """The message over the plan's channel *number*; None when its time is over or the person is erased.

    It has everything of the one before it but its place, channel, address and story; *content* gives the address.
    Of a contact's devices the first begins the others, and the last, the newest, is what the next channel follows.
    """
    channel = head.plan[number]
    to = address(channel, content.contact, head.plan[:number].count(channel))
    due, expires = further(before.progress, before.terms, now)
    if head.erased or not to or expires <= now:
        return None
    state, end = before.progress, together(head, number)
    sibling = state.beside
    last = end == len(head.plan) or (sibling and number + 1 < end)
    progress = Progress(
        due=due,
        check=due,
        expires=expires,
        again=before.terms.attempts(channel, once=bool(before.sealed or before.stacked)),
        fails_over=state.fails_over and not last,
        patience=0 if last else state.patience,
        beside=not sibling and number + 1 < end,
    )
    return replace(
        before,
        id=replace(before.id, number=number),
        channel=channel,
        to=to,
        metadata={},
        tags=(),
        plan=(channel,),
        routing=RoutingMode.SINGLE,
        body_hash=b"",
        expires_from_table=before.expires_from_table + max(0, (expires - state.expires) // 1000),
        progress=progress,
        begun=now,
        why=why(before),
        engaged=frozenset(),
        hits=0,
        uncounted=0,
    )


def refused(message: Message, reason: Reason, text: str, *, now: int) -> Message:
    """A further message that the project's limits do not admit: it ends before it waits."""
    end = attempts.end(message.progress, now=now, ending=Status.FAILED, why=Try(reason=reason.value, text=text[:300]))
    return replace(message, progress=end.after)
