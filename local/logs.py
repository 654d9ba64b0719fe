"""Every function's log lines in one readable form: `HH:MM:SS function  LEVEL message key=value`."""

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TextIO

from heliograph.domain.model import JSON

COLOURS: Final = {"WARNING": "33", "ERROR": "31", "CRITICAL": "31"}
FUNCTION_COLOURS: Final = ("36", "35", "34", "32")
WIDTH: Final = 17
"""Of the longest function's name."""
QUIET: Final = frozenset(
    {"timestamp", "level", "message", "service", "location", "function_name", "function_arn", "function_memory_size"}
    | {"function_request_id", "cold_start", "xray_trace_id", "requestId", "logger", "name", "sampling_rate", "taskName"}
    | {"exception", "stack_trace", "stackTrace", "exception_name", "errorMessage", "errorType", "log_level"}
)
"""Keys that are shown elsewhere on the line, or say what a laptop need not know."""
NOISE: Final = re.compile(r'^\{"_aws":|.{,200}LAMBDA_WARNING: Unhandled exception')
"""Embedded metrics, which CloudWatch reads and people do not; and the runtime's preface to an error, which follows."""


class Logs:
    """Writes the lines of all functions to one stream, a line at a time."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._colours = self._stream.isatty()
        self._lock = threading.Lock()

    def of(self, name: str) -> Callable[[str], None]:
        """What takes the lines of one function."""
        return lambda line: self.line(name, line)

    def line(self, name: str, line: str) -> None:
        """Show one line as a function wrote it."""
        text = readable(name, line)
        if not text:
            return
        with self._lock:
            print("\n".join(self._coloured(name, each) for each in text), file=self._stream, flush=True)

    def _coloured(self, name: str, line: str) -> str:
        if not self._colours:
            return line
        for level, colour in COLOURS.items():
            line = line.replace(f" {level} ", f" \033[{colour}m{level}\033[0m ", 1)
        tint = FUNCTION_COLOURS[sum(name.encode()) % len(FUNCTION_COLOURS)]
        return line.replace(f" {name} ", f" \033[{tint}m{name}\033[0m ", 1)


def readable(name: str, line: str) -> list[str]:
    """The lines to show for one line of output: none for noise, several for a traceback."""
    # The runtime client joins the lines of a traceback by carriage returns.
    line = line.rstrip().replace("\r", "\n").replace("\xa0", " ")
    if not line.strip() or NOISE.match(line):
        return []
    entry = _entry(line)
    if entry is None:
        return [f"{_now()} {name:{WIDTH}} {each}" for each in line.split("\n")]
    if _of_botocore(entry):
        return []
    head = f"{_time(entry)} {name:{WIDTH}} {_level(entry):7} {_message(entry)}"
    pairs = " ".join(f"{key}={_value(value)}" for key, value in entry.items() if key not in QUIET)
    return [f"{head} {pairs}".rstrip(), *(f"    {each}" for each in _traceback(entry))]


def _entry(line: str) -> JSON | None:
    try:
        value = json.loads(line) if line.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _of_botocore(entry: Mapping[str, Any]) -> bool:
    """How boto3 found its credentials and endpoints: each process says so once for each client."""
    return str(entry.get("logger", "")).startswith("botocore.") and _level(entry) in {"DEBUG", "INFO"}


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _time(entry: Mapping[str, Any]) -> str:
    text = str(entry.get("timestamp", "")).replace(",", ".")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _now()
    return f"{moment.astimezone() if moment.tzinfo else moment:%H:%M:%S}"


def _level(entry: Mapping[str, Any]) -> str:
    level = str(entry.get("level") or entry.get("log_level") or "INFO").upper()
    return {"WARN": "WARNING", "FATAL": "CRITICAL"}.get(level, level)


def _message(entry: Mapping[str, Any]) -> str:
    message = entry.get("message")
    if message is None and "errorType" in entry:
        message = f"{entry['errorType']}: {entry.get('errorMessage', '')}"
    return _one_line(message if isinstance(message, str) else json.dumps(message, default=str))


def _value(value: Any) -> str:
    if isinstance(value, str):
        text = _one_line(value)
        return json.dumps(text, ensure_ascii=False) if " " in text or not text else text
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _traceback(entry: Mapping[str, Any]) -> list[str]:
    found = entry.get("exception") or entry.get("stackTrace") or entry.get("stack_trace")
    if isinstance(found, dict):
        found = found.get("value")
    text = "".join(map(str, found)) if isinstance(found, list) else found
    return str(text).splitlines() if text else []
