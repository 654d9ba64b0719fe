"""EventBridge rules and EventBridge Scheduler: moto keeps them, this fires them."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from heliograph.domain.model import JSON
from local.aws import Aws
from local.functions import ACCOUNT, REGION
from local.rates import NotPlayed, at, due

LOOK_SECONDS: Final = 0.25


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule or schedule as moto holds it. `fire` gets the moment that was due."""

    arn: str
    expression: str
    timezone: str
    fire: Callable[[datetime], None]
    delete: Callable[[], None] | None = None
    """For what is gone after its one moment."""


class Schedules:
    """Looks at moto's rules and schedules and hands what is due to *deliver* (target ARN, payload)."""

    def __init__(
        self,
        aws: Aws,
        deliver: Callable[[str, str], None],
        log: Callable[[str], None],
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._aws, self._deliver, self._log, self._clock = aws, deliver, log, clock
        self._last: dict[tuple[str, str], datetime] = {}
        """Of every (arn, expression) seen: when it last fired, or was first seen."""
        self._ignored: set[tuple[str, str]] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.start = self._thread.start

    def stop(self) -> None:
        """Fire no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> None:
        """Fire once what is due."""
        with self._aws.lock:
            entries = [*self._rules(), *self._schedules()]
        for entry in entries:
            try:
                self._look(entry)
            except Exception as exc:  # noqa: BLE001  # one that cannot be fired must not stop the others
                self._log(f"{entry.arn} cannot be fired: {exc!r}")
                self._ignored.add((entry.arn, entry.expression))
        present = {(entry.arn, entry.expression) for entry in entries}
        self._last = {key: moment for key, moment in self._last.items() if key in present}
        self._ignored &= present

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            self.tick()

    def _look(self, entry: Entry) -> None:
        key = (entry.arn, entry.expression)
        if key in self._ignored:
            return
        moment = self._clock()
        try:
            when = due(entry.expression, entry.timezone, self._last.setdefault(key, moment))
        except NotPlayed as exc:
            self._log(f"{entry.arn} never fires here: {exc}")
            self._ignored.add(key)
            return
        if when > moment:
            return
        self._last[key] = moment
        if at(entry.expression, entry.timezone):
            self._ignored.add(key)
        entry.fire(when)
        if entry.delete:
            entry.delete()

    def _rules(self) -> Iterator[Entry]:
        for bus in self._aws.backend("events").event_buses.values():
            for rule in bus.rules.values():
                if rule.scheduled_expression and rule.state == "ENABLED":
                    yield Entry(rule.arn, rule.scheduled_expression, "UTC", self._rule_fire(rule.arn, rule.targets))

    def _rule_fire(self, arn: str, targets: list[JSON]) -> Callable[[datetime], None]:
        def fire(when: datetime) -> None:
            for target in list(targets):
                self._deliver(target["Arn"], target.get("Input") or json.dumps(scheduled_event(arn, when)))
            self._count(arn.rpartition("/")[2], len(targets))

        return fire

    def _count(self, rule: str, invocations: int) -> None:
        """Count as EventBridge does, where `heliograph doctor` looks when a rule ran last."""
        about = [{"Name": "RuleName", "Value": rule}]
        data = {"MetricName": "Invocations", "Dimensions": about, "Timestamp": self._clock(), "Value": invocations}
        self._aws.client("cloudwatch").put_metric_data(Namespace="AWS/Events", MetricData=[data])

    def _schedules(self) -> Iterator[Entry]:
        for group in self._aws.backend("scheduler").schedule_groups.values():
            for schedule in group.schedules.values():
                if schedule.state == "ENABLED":
                    yield self._schedule(schedule)

    def _schedule(self, schedule: Any) -> Entry:
        def fire(when: datetime) -> None:
            self._deliver(schedule.target["Arn"], filled(schedule.target.get("Input") or "{}", schedule.arn, when))

        def delete() -> None:
            with self._aws.lock:
                schedules = self._aws.backend("scheduler").schedule_groups[schedule.group_name].schedules
                if schedules.get(schedule.name) is schedule:
                    del schedules[schedule.name]

        one_time = schedule.schedule_expression.startswith("at(")
        last = delete if one_time and schedule.action_after_completion == "DELETE" else None
        # A schedule of the same name that was made again is another one, so its age belongs to the key.
        key = f"{schedule.arn}#{schedule.creation_date}"
        return Entry(key, schedule.schedule_expression, schedule.schedule_expression_timezone, fire, last)


def scheduled_event(arn: str, when: datetime) -> JSON:
    """What a rule without an input of its own sends."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [arn],
        "detail": {},
    }


def filled(text: str, arn: str, when: datetime) -> str:
    """A schedule's input with Scheduler's context attributes filled in."""
    values = {
        "<aws.scheduler.schedule-arn>": arn,
        "<aws.scheduler.scheduled-time>": f"{when:%Y-%m-%dT%H:%M:%SZ}",
        "<aws.scheduler.execution-id>": str(uuid.uuid4()),
        "<aws.scheduler.attempt-number>": "1",
    }
    for name, value in values.items():
        text = text.replace(name, value)
    return text
