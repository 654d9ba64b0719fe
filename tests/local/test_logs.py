import json
from io import StringIO

import pytest

from local.logs import Logs, readable


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def entry(**more: object) -> str:
    line = {"level": "INFO", "timestamp": "2026-05-01T12:34:56Z", "service": "dispatch-normal"}
    return json.dumps(line | more) + "\n"


def test_a_json_entry_becomes_one_line_with_time_function_level_message_and_values() -> None:
    [line] = readable("dispatch-normal", entry(message="claimed", attempt=2, provider="ses", reason="two words"))

    assert line[2] == line[5] == ":"
    assert line[8:] == ' dispatch-normal   INFO    claimed attempt=2 provider=ses reason="two words"'


def test_what_lambda_and_powertools_add_to_every_line_is_left_out() -> None:
    noise = {"location": "a:1", "cold_start": True, "function_request_id": "x", "xray_trace_id": "1-2", "service": "s"}

    [line] = readable("send", entry(message="accepted", **noise))

    assert line.endswith("INFO    accepted")


def test_a_message_of_several_lines_stays_on_one() -> None:
    [line] = readable("send", entry(message="one\ntwo"))

    assert line.endswith("one two")


def test_a_traceback_follows_its_entry_line_by_line() -> None:
    trace = "Traceback (most recent call last):\n  File x\nValueError: no"

    lines = readable("send", entry(level="ERROR", message="failed", exception=trace))

    assert lines[0].endswith("ERROR   failed")
    assert lines[1:] == ["    Traceback (most recent call last):", "      File x", "    ValueError: no"]


def test_the_runtimes_own_error_names_its_type_and_where() -> None:
    error = {
        "errorType": "ValueError",
        "errorMessage": "no",
        "stackTrace": ["  File x\n", "    raise\n"],
        "requestId": "1",
    }

    lines = readable("send", json.dumps(error | {"log_level": "ERROR"}))

    assert lines[0].endswith("ERROR   ValueError: no")
    assert lines[1:] == ["      File x", "        raise"]


@pytest.mark.parametrize("raw", ["plain words", "{not json", "[1]", '"text"'])
def test_what_is_no_json_object_is_shown_as_it_is_with_the_functions_name(raw: str) -> None:
    [line] = readable("links", raw + "\n")

    assert line[8:] == f" links             {raw}"


def test_carriage_returns_of_the_runtime_become_lines() -> None:
    lines = readable("links", "[ERROR] ValueError: no\rTraceback:\r\xa0\xa0File x\n")

    assert [line[27:] for line in lines] == ["[ERROR] ValueError: no", "Traceback:", "  File x"]


@pytest.mark.parametrize(
    "raw",
    [
        "\n",
        "   ",
        '{"_aws":{"Timestamp":1},"sent":1}',
        entry(message="Found credentials in environment variables.", logger="botocore.credentials"),
        entry(level="WARNING", message="LAMBDA_WARNING: Unhandled exception. The most likely cause is"),
    ],
)
def test_what_tells_a_person_nothing_is_left_out(raw: str) -> None:
    assert readable("send", raw) == []


def test_hostile_nesting_is_shown_as_it_is() -> None:
    [line] = readable("send", '{"a":' * 100_000)

    assert line.endswith('{"a":')


def test_colours_only_on_a_terminal() -> None:
    plain, coloured = StringIO(), Terminal()

    for stream in (plain, coloured):
        Logs(stream).line("send", entry(level="ERROR", message="no"))

    assert "\033[" not in plain.getvalue()
    assert "\033[31mERROR\033[0m" in coloured.getvalue()
    assert "msend\033[0m" in coloured.getvalue()
