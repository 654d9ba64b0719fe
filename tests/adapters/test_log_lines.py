"""What stands in a line of the log that tells of an error."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from heliograph.domain.errors import Unavailable
from heliograph.observability import Failed, guarded, logger, trouble

WORDS = "ada@example.com"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream, handler = io.StringIO(), logger.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def line(log: io.StringIO) -> Any:
    return json.loads(log.getvalue().splitlines()[-1])


def first() -> None:
    raise KeyError(WORDS)


def second() -> None:
    refused: Any = {"Error": {"Code": "ValidationException", "Message": WORDS}}
    try:
        first()
    except KeyError as exc:
        raise ClientError(refused, "PutItem") from exc


def failing() -> None:
    try:
        second()
    except ClientError as exc:
        exc.add_note(WORDS)
        raise ValueError(WORDS) from exc


def test_of_an_exception_and_its_causes_the_types_and_places_are_logged_and_no_words(log: io.StringIO) -> None:
    try:
        failing()
    except ValueError:
        logger.exception("unexpected")

    told = line(log)["exception"]
    assert WORDS not in log.getvalue()
    assert told.index("KeyError") < told.index("ClientError (PutItem: ValidationException)") < told.index("ValueError")
    assert "in failing" in told


def test_an_exception_that_stands_in_its_own_context_is_told_once(log: io.StringIO) -> None:
    one, other = ValueError("a"), KeyError("b")
    one.__context__, other.__context__ = other, one

    logger.error("unexpected", exc_info=one)

    assert line(log)["exception"].count("ValueError") == 1


def test_trouble_is_told_in_our_words_and_in_nobody_elses(log: io.StringIO) -> None:
    trouble("it went wrong", Unavailable("the table did not answer"))
    ours = line(log)
    trouble("it went wrong", OSError(WORDS))

    assert ours["detail"] == "the table did not answer"
    assert "detail" not in line(log)


def test_what_fails_an_invocation_has_no_words_for_the_runtime_to_log(log: io.StringIO) -> None:
    with pytest.raises(Failed) as raised:
        guarded(failing)()

    assert WORDS not in str(raised.value)
    assert raised.value.__suppress_context__
    assert "in failing" in line(log)["exception"]


@pytest.mark.parametrize("name", ["botocore.endpoint", "urllib3.connectionpool", "boto3", "httpx", "anything"])
def test_no_library_logs_what_is_less_than_an_error(name: str) -> None:
    assert not logging.getLogger(name).isEnabledFor(logging.WARNING)
