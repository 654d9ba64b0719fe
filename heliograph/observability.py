"""One logger and one set of metrics for all functions. Ids and words only: never an address, a body or a secret."""

import logging
import traceback
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from heliograph.domain.errors import HeliographError
from heliograph.domain.message import Message


class Formatter(LambdaPowertoolsFormatter):
    """Powertools' JSON; of an exception it keeps the type and the places, never the words: they may repeat a value."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"serialize_stacktrace": False})

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the base class names it so
        return "\n".join(_places(ei[1]))

    def serialize(self, log: Any) -> str:
        log.pop("exception_notes", None)
        return super().serialize(log)


logger: Final = Logger(logger_formatter=Formatter())
"""Powertools reads level and service name from the environment; nothing else here does."""

# Lambda sets the root logger to the level that the template names, and at DEBUG the libraries would log whole
# requests: their bodies, their headers, and URLs that hold keys. urllib3 does so even in a warning.
logging.getLogger().setLevel(logging.ERROR)


class Failed(Exception):
    """What the runtime gets to see of an error, which it logs with its words."""


def note(what: str, message: Message | None = None, **fields: Any) -> None:
    """Log one line: about a message by its ids."""
    if message is not None:
        at = message.id
        fields = {"project": at.project, "notification": at.notification, "channel": message.channel.value} | fields
        fields["attempt"] = message.progress.attempt
    logger.info(what, extra=fields)


def trouble(what: str, exc: Exception) -> None:
    """Log what failed without failing anything else; its words only where they are our own."""
    detail = {"detail": str(exc)} if isinstance(exc, HeliographError) else {}
    logger.warning(what, extra={"error": type(exc).__name__, **detail})


def told(name: str, value: int) -> None:
    """Report a metric of the stage, which costs money in every hour in which it is reported."""
    # Imported here: nothing but trouble is ever reported.
    from aws_lambda_powertools.metrics import MetricUnit, single_metric  # noqa: PLC0415

    with single_metric(name=name, unit=MetricUnit.Count, value=value):
        pass


def guarded[**P, R](handler: Callable[P, R]) -> Callable[P, R]:
    """A handler whose errors fail the invocation, and reach the log by this logger alone.

    Raises:
        Failed: in place of every error.
    """

    @wraps(handler)
    def guarding(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handler(*args, **kwargs)
        except Exception as exc:
            logger.exception("the invocation failed")
            raise Failed(f"{type(exc).__name__}: the line before this one says where") from None

    return guarding


def _places(exc: BaseException) -> Iterator[str]:
    """Where an exception, and before it what it came from, was raised."""
    for one in reversed(_chain(exc)):
        yield from (line.rstrip() for line in traceback.format_list(traceback.extract_tb(one.__traceback__)))
        yield f"{type(one).__module__}.{type(one).__qualname__}{_code(one)}"


def _chain(exc: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    at: BaseException | None = exc
    # An exception that is raised once more may stand in its own context.
    while at is not None and not any(at is one for one in found):
        found.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return found


def _code(exc: BaseException) -> str:
    """What AWS's client says in words of its own: which operation was refused, and by which code."""
    operation, response = getattr(exc, "operation_name", None), getattr(exc, "response", None)
    if not isinstance(operation, str) or not isinstance(response, dict):
        return ""
    return f" ({operation}: {response.get('Error', {}).get('Code', '')})"
