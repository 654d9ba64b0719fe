"""What waits: queues, dead letters, overdue work, the sweep and the schedules."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from cli.dead_letters import DeadLetters, Kind
from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn
from heliograph.domain.retry import SWEEP_GRACE
from heliograph.store.messages import Messages
from heliograph.store.table import Table

OLDEST: Final = {"critical": 120}
"""Queue -> seconds that its oldest message may wait: as its alarm has it."""
OLDEST_ELSEWHERE: Final = 900
LATE: Final = 2 * 60_000
"""Milliseconds beyond the sweep's grace that an entry may be overdue: the sweep runs every minute."""
LOOKED_AT: Final = 100
"""Entries of each shard; more say nothing new."""
MINUTES: Final = 5
"""Without a run of the sweep; CloudWatch itself is a few minutes late."""
SCHEDULES_KEPT: Final = 15
"""Minutes that a schedule may be there after its own: EventBridge deletes it once it has run."""
SCHEDULES_LOOKED_AT: Final = 2_000


def queues(deployment: Deployment) -> Findings:
    """How much waits, and how long the oldest has."""
    for name, url in deployment.queues.items():
        found = deployment.attributes(url)
        ready, delayed, held = (
            int(found.get(f"ApproximateNumberOfMessages{kind}", 0)) for kind in ("", "Delayed", "NotVisible")
        )
        text = f"{name}: {ready} wait, {held} are worked on, {delayed} come later"
        age = _age(deployment, found["QueueArn"].rpartition(":")[2])
        if ready and age > OLDEST.get(name, OLDEST_ELSEWHERE):
            advice = f"see docs/runbooks/{name.title()}Age.md: look at the errors and throttles of its worker"
            yield bad(f"{text}; the oldest has waited {_duration(age)}", advice)
        else:
            yield ok(text + (f"; the oldest has waited {_duration(age)}" if ready and age else ""))


def dead_letters(deployment: Deployment) -> Findings:
    """Nothing was given up; else one of them as an example, without its body."""
    letters = DeadLetters(deployment)
    count = letters.count()
    if not count:
        yield ok("none")
        return
    taken = letters.take()
    letters.release(taken)
    text = "1 message was given up" if count == 1 else f"{count} messages were given up"
    if taken:
        one = taken[0]
        age = _duration((deployment.clock() - one.sent).total_seconds())
        text += f"; {'it is' if count == 1 else 'one is'} {one.about}, first sent {age} ago"
        text += f", which failed every time on the queue {one.queue}" if one.queue else ""
        text += ", and exists nowhere else" if one.kind is Kind.REPORT else ""
    if taken and count == len(taken) and all(one.heals for one in taken):
        what = "goes back by itself" if count == 1 else "go back by themselves"
        yield warn(
            f"{text}; {what} within minutes", "see docs/runbooks/DeadLetters.md if there are some again and again"
        )
        return
    yield bad(text, f"see docs/runbooks/DeadLetters.md; when the cause is gone: `{_redrive(deployment)}`")


def overdue(deployment: Deployment) -> Findings:
    """Everything in the work index is looked at in time."""
    now = int(deployment.clock().timestamp() * 1000)
    messages = Messages(Table(deployment.client("dynamodb"), deployment.table))
    entries = list(messages.overdue(before=now - SWEEP_GRACE - LATE, limit=LOOKED_AT))
    if not entries:
        yield ok("nothing is overdue")
        return
    oldest = min(entries, key=lambda entry: entry.check)
    late = _duration((now - oldest.check) / 1000)
    yield bad(
        f"{len(entries)} messages are overdue, the oldest by {late} (notification {oldest.message.notification} of "
        f"project {oldest.message.project})",
        "the sweep should have woken them: see `sweep` here and the log of the scheduler",
    )


def sweep(deployment: Deployment) -> Findings:
    """The rule of every minute is on, and ran."""
    client = deployment.client("events")
    rules = {one.name: client.describe_rule(Name=one.name) for one in deployment.of("AWS::Events::Rule")}
    minute = {name: rule for name, rule in rules.items() if rule.get("ScheduleExpression") == "rate(1 minute)"}
    if not minute:
        yield bad("the stack has no rule of every minute", f"run `make deploy STAGE={deployment.stage.name}`")
    for name, rule in minute.items():
        if rule["State"] != "ENABLED":
            advice = f"nothing that was forgotten is found: `aws events enable-rule --name {name}`"
            yield bad(f"the rule {name} is switched off", advice)
        else:
            yield from _ran(deployment, name, rule)


def schedules(deployment: Deployment) -> Findings:
    """The group is there, and holds nothing of the past."""
    pages = deployment.client("scheduler").get_paginator("list_schedules").paginate(GroupName=deployment.stack)
    names = list(islice((one["Name"] for page in pages for one in page["Schedules"]), SCHEDULES_LOOKED_AT))
    before = deployment.clock() - timedelta(minutes=SCHEDULES_KEPT)
    past = [name for name in names if (when := _minute(name)) and when < before]
    if past:
        yield warn(
            f"{len(past)} schedules are there whose minute is over, the first {min(past)}: they did not run",
            "the sweep wakes their messages; look at the dead letters, and delete each with "
            f"`aws scheduler delete-schedule --group-name {deployment.stack} --name {min(past)}`",
        )
    else:
        more = " or more" if len(names) == SCHEDULES_LOOKED_AT else ""
        yield ok(f"{len(names)}{more} to come")


def _ran(deployment: Deployment, name: str, rule: Mapping[str, Any]) -> Findings:
    runs = deployment.points("AWS/Events", "Invocations", 15, "Sum", RuleName=name)
    made = deployment.description.get("CreationTime", datetime.min.replace(tzinfo=UTC))
    last = max((point["Timestamp"] for point in runs), default=made)
    age = (deployment.clock() - last).total_seconds()
    if age > MINUTES * 60:
        what = f"ran last {_duration(age)} ago" if runs else "did not run in the last quarter of an hour"
        advice = f"see the rule's target and the log of the scheduler: `aws events list-targets-by-rule --rule {name}`"
        yield bad(f"the rule of every minute {what}", advice)
    else:
        yield ok(f"{rule['State'].lower()}, " + (f"ran {_duration(age)} ago" if runs else "its first run is to come"))


def _age(deployment: Deployment, queue: str) -> float:
    found = deployment.points("AWS/SQS", "ApproximateAgeOfOldestMessage", 10, "Maximum", QueueName=queue)
    return float(found[-1]["Maximum"]) if found else 0


def _minute(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, "%Y%m%dT%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def _redrive(deployment: Deployment) -> str:
    return (
        "heliograph redrive --local PORT" if deployment.local else f"heliograph redrive --stage {deployment.stage.name}"
    )


def _duration(seconds: float) -> str:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
