"""What a provider's refusal means for the attempt."""

from collections.abc import Callable, Sequence
from typing import Final

from heliograph.domain.attempts import Progress
from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.plan import next_integration
from heliograph.domain.project import Integration
from heliograph.domain.reasons import Reason
from heliograph.domain.retry import backoff

ACCOUNT_PAUSE: Final = 60_000
"""Milliseconds that a message waits at least when the account is refused and there is no other integration."""


def judge(
    exc: ProviderError, state: Progress, choices: Sequence[Integration], *, now: int, random: Callable[[], float]
) -> Outcome:
    """What follows from a refusal.

    A definite one fails over or ends it; account trouble fails over or waits; a throttle waits and costs no try;
    anything passing is a new attempt later.
    """
    following = next_integration(choices, state.logged(reason=exc.reason.value), now)
    elsewhere = following is not None and following.id != state.log[-1].integration
    verdict, due, free = Verdict.RETRY, now, True
    match exc:
        case Rejected():
            ends = exc.reason is Reason.INVALID_RECIPIENT or not elsewhere
            verdict = Verdict.END if ends else Verdict.RETRY
        case AccountTrouble():
            due = now if elsewhere else now + ACCOUNT_PAUSE + backoff(state.attempt, random)
        case Throttled():
            # By attempts, since it costs no try: a provider that throttles for long is asked less and less.
            wait = backoff(state.attempt, random) if exc.retry_after is None else int(exc.retry_after * 1000)
            due = now + wait
        case _:
            due, free = now + backoff(state.tries, random), False
    return Outcome(
        token=state.token,
        verdict=verdict,
        due=due,
        free=free,
        reason=exc.reason.value,
        code=exc.code,
        text=exc.text,
    )
