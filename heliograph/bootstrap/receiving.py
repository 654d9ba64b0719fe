"""What the webhook functions need: intake, apply and links."""

from functools import cache

from heliograph import providers
from heliograph.bootstrap import wiring
from heliograph.observability import note
from heliograph.store.archive import Archive
from heliograph.usecases.apply import Apply
from heliograph.usecases.correct import Correct
from heliograph.usecases.engage import Engage
from heliograph.usecases.intake import Intake
from heliograph.usecases.patience import ReportLater
from heliograph.usecases.polling import Polling


@cache
def intake() -> Intake:
    """Proves webhooks and hands their events on. It has no table."""
    parts = wiring()
    return Intake(
        signer=parts.signer,
        vault=parts.vault,
        load=providers.load,
        queue=parts.events,
        base_url=parts.urls["webhooks"],
        clock=parts.clock,
        note=note,
    )


@cache
def apply() -> Apply:
    """Takes in what providers report."""
    parts = wiring()
    return Apply(
        messages=parts.messages,
        contacts=parts.contacts,
        wakeups=parts.wakeups,
        signer=parts.signer,
        clock=parts.clock,
        note=note,
    )


def report_later() -> ReportLater:
    """Puts back what the store could not take."""
    parts = wiring()
    return ReportLater(later=parts.events, clock=parts.clock, soon=parts.settings.soon * 1000)


@cache
def polling() -> Polling:
    """Asks providers that report only when they are asked."""
    # What sends is loaded only by who asks: reports of all others need none of it.
    from heliograph.bootstrap.reaching import tools  # noqa: PLC0415 - see above

    parts = wiring()
    return Polling(
        apply=apply(),
        vault=parts.vault,
        load=providers.load,
        tools=tools(),
        later=parts.events,
        note=note,
        soonest=parts.settings.soonest,
    )


@cache
def correct() -> Correct:
    """Takes in what stored events mean since a mapping was mended."""
    return Correct(archive=Archive(wiring().table), apply=apply())


@cache
def engage() -> Engage:
    """Takes in what recipients do with our links."""
    return Engage(messages=wiring().messages, apply=apply(), clock=wiring().clock)
