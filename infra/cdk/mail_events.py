"""What SES reports: configuration set -> topic -> events queue. EventBridge's bus is best effort for these events."""

from typing import Final

from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.cdk.queues import Queues

REPORTED: Final = (
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.RENDERING_FAILURE,
    ses.EmailSendingEvent.SUBSCRIPTION,
    ses.EmailSendingEvent.OPEN,
    ses.EmailSendingEvent.CLICK,
)
"""Not SEND: it says no more than our own `sent`."""


class MailEvents(Construct):
    """The configuration set that our mails name, and the way of its events."""

    def __init__(self, scope: Construct, *, configuration_set: str, queues: Queues) -> None:
        super().__init__(scope, "MailEvents")
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        self.topic.add_subscription(subscriptions.SqsSubscription(queues.events, dead_letter_queue=queues.dead_letters))
        self.set = ses.ConfigurationSet(self, "Set", configuration_set_name=configuration_set)
        # This also lets SES publish to the topic, for this set and from this account only.
        self.set.add_event_destination(
            "Events", destination=ses.EventDestination.sns_topic(self.topic), events=list(REPORTED)
        )
