"""When a failed attempt is tried again. The docs page is made from these constants."""

from collections.abc import Callable
from typing import Final

MINUTE: Final = 60_000
FIRST_BACKOFF: Final = 5_000
LONGEST_BACKOFF: Final = 15 * 60_000
MESSAGE_DEADLINE: Final = 72 * 3_600_000
"""A message that is not handed over this long after it was due expires."""
PROVIDER_DEADLINE: Final = 5 * 60_000
"""After this long on one integration the next one of the channel is tried."""
CHANNEL_DEADLINE: Final = 30 * 60_000
"""After this long on one channel the next one of the event begins, where there is one."""
REPORTED: Final = tuple(minutes * 60_000 for minutes in (1, 15, 60))
"""How long after a reported failure the next attempt is made, by how many failed so before."""
MAX_TRIES: Final = 100
"""A brake, never the rule: the deadline ends a message long before."""
MAX_ATTEMPTS: Final = 999
"""A brake too: a throttled attempt costs no try, and our token in the provider's metadata numbers no more."""
MAX_HOPS: Final = 12
"""Wake-ups in a row before a message is left to the sweep, so that no loop can feed itself."""
QUEUE_DELAY: Final = 900_000
"""The longest delay of an SQS message; what is due later gets a schedule for its minute."""
SWEEP_GRACE: Final = 5 * 60_000
"""How overdue a message must be before the sweep wakes it."""
PUSHES: Final = tuple(minutes * 60_000 for minutes in (5, 10, 20, 40, 60))
"""How far the sweep pushes a message ahead, by how often it has touched it."""


def backoff(tries: int, random: Callable[[], float]) -> int:
    """Milliseconds until the next try: exponential with full jitter. *random* gives [0, 1)."""
    longest = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(max(tries, 1) - 1, 20))
    return int(longest * random())


def after_report(failed: int) -> int:
    """Milliseconds from a reported failure to the next attempt; *failed* attempts, at least 1, were taken before it."""
    return REPORTED[min(failed, len(REPORTED)) - 1]


def push(pushes: int) -> int:
    """Milliseconds that the sweep pushes a message ahead after it has touched it *pushes* times before."""
    return PUSHES[min(pushes, len(PUSHES) - 1)]
