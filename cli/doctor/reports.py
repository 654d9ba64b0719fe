"""The way of provider events: configuration set, topic, events queue."""

from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn
from heliograph.names import ENV_PREFIX

EVENTS = "events"


def topic(deployment: Deployment) -> Findings:
    """A topic of the stack tells the events queue."""
    topics = _telling(deployment)
    if topics:
        yield ok(f"{len(topics)} topic tells the events queue")
    else:
        yield bad(
            "no topic of the stack tells the events queue: what SES and SMS report is lost",
            f"run `make deploy STAGE={deployment.stage.name}`; see whether somebody deleted the subscription",
        )


def mails(deployment: Deployment) -> Findings:
    """SES's configuration set tells that topic."""
    name = deployment.environment[f"{ENV_PREFIX}CONFIGURATION_SET"]
    answer = deployment.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName=name)
    on = [one for one in answer["EventDestinations"] if one.get("Enabled")]
    told = {one.get("SnsDestination", {}).get("TopicArn", "") for one in on}
    if told & set(_telling(deployment)):
        kinds = {kind for one in on for kind in one.get("MatchingEventTypes", [])}
        yield ok(f"the configuration set {name} reports {', '.join(sorted(kinds)).lower()}")
    else:
        yield bad(
            f"the configuration set {name} tells no topic of the stack: mails stay `sent`",
            f"run `make deploy STAGE={deployment.stage.name}`; see whether its event destination was switched off",
        )


def alarms(deployment: Deployment) -> Findings:
    """No alarm rings, and somebody would hear it."""
    names = [one.name for one in deployment.of("AWS::CloudWatch::Alarm")]
    found = deployment.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"] if names else []
    ringing = [one for one in found if one["StateValue"] == "ALARM"]
    for one in ringing:
        yield bad(
            f"{one['AlarmName']} rings since {one['StateUpdatedTimestamp']:%d %B %H:%M} UTC", one["AlarmDescription"]
        )
    told = {topic for one in found for topic in one.get("AlarmActions", [])}
    if not any(_subscribers(deployment, topic) for topic in told):
        yield warn("nobody is told of alarms", "choose `alarm_email` in cdk.json and deploy, then confirm AWS's mail")
    elif not ringing:
        yield ok(f"{len(found)} alarms, none rings")


def _telling(deployment: Deployment) -> list[str]:
    queue = deployment.attributes(deployment.queues[EVENTS])["QueueArn"]
    topics = [one.name for one in deployment.of("AWS::SNS::Topic")]
    return [topic for topic in topics if queue in _subscribers(deployment, topic)]


def _subscribers(deployment: Deployment, topic: str) -> set[str]:
    """Whom a topic tells; those that have not confirmed are left out."""
    pages = deployment.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    every = [one for page in pages for one in page["Subscriptions"]]
    return {one["Endpoint"] for one in every if one["SubscriptionArn"].startswith("arn:")}
