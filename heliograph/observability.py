"""One logger and one set of metrics for all functions. Ids and words only: never an address, a body or a secret."""

from typing import Any, Final

from aws_lambda_powertools import Logger

from heliograph.domain.message import Message

logger: Final = Logger()
"""Powertools reads level and service name from the environment; nothing else here does."""


def note(what: str, message: Message | None = None, **fields: Any) -> None:
    """Log one line: about a message by its ids."""
    if message is not None:
        at = message.id
        fields = {"project": at.project, "notification": at.notification, "channel": message.channel.value} | fields
        fields["attempt"] = message.progress.attempt
    logger.info(what, extra=fields)


def trouble(what: str, exc: Exception) -> None:
    """Log what failed without failing anything else."""
    logger.warning(what, extra={"error": type(exc).__name__, "detail": str(exc)})


def told(name: str, value: int) -> None:
    """Report a metric of the stage, which costs money in every hour in which it is reported."""
    # Imported here: nothing but trouble is ever reported.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415

    with single_metric(name=name, unit=MetricUnit.Count, value=value):
        pass
