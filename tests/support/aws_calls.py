"""What our code asks of AWS, written down where botocore hands it over: as IAM will judge it.

Botocore's own method is wrapped, so no client can be made that is not heard, and a URL that is signed for somebody
else counts as the call that it allows.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from botocore.client import BaseClient
from botocore.exceptions import ClientError

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


@dataclass(slots=True)
class Recorder:
    """Hears every call of botocore in this process from `start` on, and tells each right once."""

    tell: Callable[[Right], None]
    _told: set[Right] = field(default_factory=set)

    def start(self) -> None:
        ask, call = BaseClient._emit_api_params, BaseClient._make_api_call  # type: ignore[attr-defined]  # botocore-stubs know what is public

        def asked(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            changed = ask(client, api_params, operation_model, context)
            self.hear(client, operation_model.name, changed)
            return changed

        def called(client: Any, operation_name: str, api_params: Any) -> Any:
            try:
                return call(client, operation_name, api_params)
            except ClientError as exc:
                if client.meta.service_model.service_name == "s3" and exc.response["Error"]["Code"] in ABSENT:
                    self.hear(client, MISSED, api_params)
                raise

        BaseClient._emit_api_params, BaseClient._make_api_call = asked, called  # type: ignore[attr-defined]  # the same

    def hear(self, client: Any, operation: str, params: Any) -> None:
        """Tell what one call needs."""
        service = client.meta.service_model.service_name
        for right in rights(service, operation, params, client.meta.region_name):
            if right not in self._told:
                self._told.add(right)
                self.tell(right)


def into(path: Path, function: str) -> Callable[[Right], None]:
    """Write each right to a file that several processes share: a line is one write, so none is torn."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    return lambda right: void(os.write(descriptor, f"{Recorded(function, right).line()}\n".encode()))


def void(_written: int) -> None:
    """Nothing."""


def recorded(path: Path) -> set[Recorded]:
    """What has been written so far."""
    return set(map(Recorded.read, path.read_text("utf-8").splitlines()))
