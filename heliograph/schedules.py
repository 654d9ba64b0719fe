"""EventBridge Scheduler: one schedule for each due minute. It is an alarm clock; the work index is the truth."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.errors import Unavailable

MINUTE: Final = 60_000
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
        when = datetime.fromtimestamp(minute / 1000, UTC)
        told = json.dumps({"minute": f"{when:%Y-%m-%dT%H:%M}"})
        try:
            self._client.create_schedule(
                Name=f"{when:%Y%m%dT%H%M}",
                GroupName=self._group,
                ScheduleExpression=f"at({when:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._target,
                    "RoleArn": self._role,
                    "Input": told,
                },
            )
        except ClientError as exc:
            # The name is the minute: when it exists, everything is as it should be.
            if exc.response["Error"]["Code"] != "ConflictException":
                raise Unavailable(f"the schedule for {when:%Y-%m-%d %H:%M} could not be made") from exc
        except BotoCoreError as exc:
            raise Unavailable("EventBridge Scheduler did not answer") from exc
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known.add(minute)


def minute_of(text: str) -> int:
    """The minute that a schedule's input names, as epoch milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
