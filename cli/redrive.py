"""`heliograph redrive`: dead letters go back to where they came from, gently.

Harmless at any time: wake-ups carry only ids, and what providers report may be taken in twice.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import click
from botocore.exceptions import ClientError

from cli.dead_letters import DeadLetter, DeadLetters
from cli.deployment import Deployment, at, local_option
from cli.stage import stage_option, told

RATE: Final = 10
"""Messages a second."""
UNKNOWN: Final = frozenset({"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"})
"""What SQS answers when such a task is not for this queue."""
NOT_THERE: Final = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException", "404", "500", "501"})
"""What an SQS that is not AWS's may answer."""
LOOK_SECONDS: Final = 2


@dataclass(slots=True)
class Moved:
    """What was done: queue -> messages. An empty name: deleted, since it belongs nowhere."""

    counts: Counter[str] = field(default_factory=Counter)
    by_aws: int = 0
    """Those that AWS moved to wherever each came from."""
    left: int = 0
    """Those of other queues."""


@click.command()
@click.argument("queue", required=False)
@click.option("--dry-run", "dry", is_flag=True, help="Only say what lies there.")
@click.option("--rate", default=RATE, show_default=True, type=click.IntRange(1, 500), help="Messages a second.")
@stage_option
@local_option
def redrive(queue: str | None, *, dry: bool, rate: int, stage: str, port: int | None) -> None:
    """Put dead letters back where they came from: all, or those of QUEUE (critical, normal, events).

    Do it when the cause is gone. A message that fails again comes back here.
    """
    with told():
        deployment = at(stage, port)
        if queue and queue not in deployment.queues:
            raise click.BadParameter(f"must be one of {', '.join(deployment.queues)}", param_hint="QUEUE")
        letters = DeadLetters(deployment)
        count = letters.count()
        if not count:
            click.echo("There are no dead letters.")
            return
        click.echo(f"{count} dead letters.")
        if dry:
            _tell(peeked(letters, queue), "would go to")
            return
        moved = Moved() if queue else by_task(deployment, letters, rate)
        by_hand(letters, queue, moved, rate=rate, most=count - moved.by_aws)
        if moved.by_aws:
            click.echo(f"{moved.by_aws:6}  went back to where each came from")
        _tell(moved, "went to")


def by_task(
    deployment: Deployment, letters: DeadLetters, rate: int, pause: Callable[[float], None] = time.sleep
) -> Moved:
    """Have AWS move them, as far as it can: it knows the way of those alone that SQS itself gave up.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
    """
    sqs = deployment.client("sqs")
    try:
        sqs.start_message_move_task(SourceArn=letters.arn, MaxNumberOfMessagesPerSecond=rate)
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        status = str(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
        if code in UNKNOWN or {code, status} & NOT_THERE:
            return Moved()
        raise
    while (task := _task(sqs, letters.arn)).get("Status") in {"RUNNING", "CANCELLING"}:
        pause(LOOK_SECONDS)
    return Moved(by_aws=int(task.get("ApproximateNumberOfMessagesMoved", 0)))


def by_hand(
    letters: DeadLetters,
    queue: str | None,
    moved: Moved,
    *,
    rate: int,
    most: int,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Move one after the other, at most *most*, so that what comes back meanwhile is not moved for ever."""
    while moved.counts.total() + moved.left < most and (taken := letters.take()):
        for letter in taken:
            if _wanted(letter, queue):
                letters.move(letter)
                moved.counts[letter.queue] += 1
                pause(1 / rate)
            else:
                moved.left += 1


def peeked(letters: DeadLetters, queue: str | None) -> Moved:
    """What the first ten are; they are there for others at once."""
    taken = letters.take()
    letters.release(taken)
    found = Moved(counts=Counter(one.queue for one in taken if _wanted(one, queue)))
    found.left = len(taken) - found.counts.total()
    return found


def _wanted(letter: DeadLetter, queue: str | None) -> bool:
    return queue is None or letter.queue == queue


def _task(sqs: Any, arn: str) -> Mapping[str, Any]:
    found = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"]
    return found[0] if found else {}


def _tell(moved: Moved, verb: str) -> None:
    for name, count in sorted(moved.counts.items()):
        what = f"{verb} the queue {name}" if name else "of schedules: dropped, since the sweep finds what was due"
        click.echo(f"{count:6}  {what}")
    if moved.left:
        click.echo(f"{moved.left:6}  of other queues stay")
