"""What our code asks of AWS, written down where botocore hands it over: as IAM will judge it.

Botocore's own method is wrapped, so no client can be made that is not heard, and a URL that is signed for somebody
else counts as the call that it allows.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from heliograph.names import HANDLERS, Function
from tests.support.aws_rights import MISSED, Right, rights

ABSENT: Final = {"404", "NoSuchKey"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A right that a function has made use of."""

    function: str
    right: Right

    def line(self) -> str:
        return json.dumps({"function": self.function, **asdict(self.right)}, sort_keys=True)

    @classmethod
    def read(cls, line: str) -> "Recorded":
        value = json.loads(line)
        return cls(value.pop("function"), Right(**value | {"keys": tuple(value["keys"])}))


def listen(tell: Callable[[Right], None], patch: Callable[[object, str, Any], None]) -> None:
    """From now on every call of botocore in this process is told; *patch* is a monkeypatch's, or `setattr`."""
    ask, call = BaseClient._emit_api_params, BaseClient._make_api_call  # type: ignore[attr-defined]  # the stubs know what is public

    def hear(client: Any, operation: str, params: Any) -> None:
        service = client.meta.service_model.service_name
        for right in rights(service, operation, params, client.meta.region_name):
            tell(right)

    def asked(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
        changed = ask(client, api_params, operation_model, context)
        hear(client, operation_model.name, changed)
        return changed

    def called(client: Any, operation_name: str, api_params: Any) -> Any:
        try:
            return call(client, operation_name, api_params)
        except ClientError as exc:
            if client.meta.service_model.service_name == "s3" and exc.response["Error"]["Code"] in ABSENT:
                hear(client, MISSED, api_params)
            raise

    patch(BaseClient, "_emit_api_params", asked)
    patch(BaseClient, "_make_api_call", called)


def running() -> Function | None:
    """The function whose handler is at work in this process, in whichever thread; None where a test itself calls.

    Of the lanes, which are one code, it is `normal`.
    """
    own, *others = (_handler(frame) for frame in (sys._getframe(), *sys._current_frames().values()))
    found = {own} if own else set(filter(None, others))
    return found.pop() if len(found) == 1 else None


def _handler(frame: FrameType | None) -> Function | None:
    while frame is not None:
        if frame.f_code.co_name == "handler" and (found := PLACES.get(frame.f_globals["__name__"])):
            return found
        frame = frame.f_back
    return None


PLACES: Final = {handler.rpartition(".")[0]: function for function, handler in HANDLERS.items()}
"""Module -> the function that it is."""


def into(path: Path, function: str) -> Callable[[Right], None]:
    """Write each right once to a file that several processes share: a line is one write, so none is torn."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    written: set[Right] = set()

    def write(right: Right) -> None:
        if right not in written:
            written.add(right)
            os.write(descriptor, f"{Recorded(function, right).line()}\n".encode())

    return write


def recorded(path: Path) -> set[Recorded]:
    """What has been written so far."""
    return set(map(Recorded.read, path.read_text("utf-8").splitlines()))
