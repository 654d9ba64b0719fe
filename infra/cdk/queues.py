"""The two lanes, the events queue, and the one queue where what failed too often ends."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from heliograph.names import Function

MAX_RECEIVES: Final = 5
"""Hand-overs to a worker before a message goes to the dead letters."""


class Queues(Construct):
    """All queues: encrypted at rest by SQS's own key, reached by TLS only.

    Args:
        visibility: seconds a message stays hidden while a worker has it.
    """

    def __init__(self, scope: Construct, *, visibility: int) -> None:
        super().__init__(scope, "Queues")
        # Retention counts from the first enqueue, so the dead letters must outlive the queues they come from.
        self.dead_letters = self._queue("DeadLetters", retention=Duration.days(14))
        worked = {"retention": Duration.days(4), "visibility": Duration.seconds(visibility)}
        target = sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=MAX_RECEIVES)
        self.critical = self._queue("Critical", target=target, **worked)
        self.normal = self._queue("Normal", target=target, **worked)
        self.events = self._queue("Events", target=target, **worked)

    @property
    def worked(self) -> dict[str, sqs.Queue]:
        """The queues that have a worker, by name."""
        return {"critical": self.critical, "normal": self.normal, "events": self.events}

    @property
    def workers(self) -> dict[Function, sqs.Queue]:
        """Which function works which queue."""
        return {
            Function.DISPATCH_CRITICAL: self.critical,
            Function.DISPATCH_NORMAL: self.normal,
            Function.APPLY: self.events,
        }

    def _queue(
        self,
        name: str,
        *,
        retention: Duration,
        visibility: Duration | None = None,
        target: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        return sqs.Queue(
            self,
            name,
            retention_period=retention,
            visibility_timeout=visibility,
            dead_letter_queue=target,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            receive_message_wait_time=Duration.seconds(20),
            removal_policy=RemovalPolicy.DESTROY,
        )
