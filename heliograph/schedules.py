"""EventBridge Scheduler: one schedule for each due minute. It is an alarm clock; the work index is the truth."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.errors import Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.retry import MINUTE

REMEMBERED: Final = 10_000
"""Minutes that an instance knows to have a schedule, so that it need not ask again."""


class Schedules:
    """The schedules of one group; their target is the scheduler function."""

    def __init__(self, client: Any, *, group: str, target: str, role: str) -> None:
        self._client = client
        self._group = group
        self._target = target
        self._role = role
        self._known: set[int] = set()

    def ensure(self, at: int) -> None:
        """Make sure that the scheduler function is woken in the minute of *at* (epoch milliseconds).

        Raises:
            Unavailable: it could not be made sure.
        """
        minute = at - at % MINUTE
        if minute in self._known:
            return
        self._make(minute, f"{_moment(minute):%Y%m%dT%H%M}", {"minute": _text(minute)})
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known.add(minute)

    def again(self, minute: int, rest: Mapping[int, str], *, now: int) -> None:
        """Have *minute* released once more in the minute after *now*, from the entries of the shards in *rest* on.

        Of several that ask for it one is enough: each has released all before its own entries.

        Raises:
            Unavailable: it could not be made sure.
        """
        at = now - now % MINUTE + MINUTE
        told = {"minute": _text(minute), "rest": {str(shard): place for shard, place in rest.items()}}
        self._make(at, f"{_moment(minute):%Y%m%dT%H%M}-{_moment(at):%Y%m%dT%H%M}", told)

    def _make(self, at: int, name: str, told: JSON) -> None:
        when = _moment(at)
        try:
            self._client.create_schedule(
                Name=name,
                GroupName=self._group,
                ScheduleExpression=f"at({when:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={"Arn": self._target, "RoleArn": self._role, "Input": json.dumps(told)},
            )
        except ClientError as exc:
            # The name is the minute: when it exists, everything is as it should be.
            if exc.response["Error"]["Code"] != "ConflictException":
                raise Unavailable(f"the schedule for {when:%Y-%m-%d %H:%M} could not be made") from exc
        except BotoCoreError as exc:
            raise Unavailable("EventBridge Scheduler did not answer") from exc


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _text(minute: int) -> str:
    return f"{_moment(minute):%Y-%m-%dT%H:%M}"


def minute_of(text: str) -> int:
    """The minute that a schedule's input names, as epoch milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def rest_of(told: Mapping[str, str]) -> dict[int, str]:
    """The shards and entries that a schedule's input names."""
    return {int(shard): place for shard, place in told.items()}
