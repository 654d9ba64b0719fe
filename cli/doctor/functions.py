"""The functions: they run, nothing holds them back, and their logs end some day."""

from typing import Final

from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn

HOUR: Final = 60
UNRESERVED: Final = 100
"""Copies at once below which an account is tight: new ones have 10, and AWS's default is 1,000."""


def running(deployment: Deployment) -> Findings:
    """Every function can be called."""
    broken = [
        f"{name} is {one.get('State')} ({one.get('StateReason') or one.get('LastUpdateStatusReason')})"
        for name, one in deployment.functions.items()
        if one.get("State", "Active") != "Active" or one.get("LastUpdateStatus") == "Failed"
    ]
    if broken:
        yield bad("; ".join(broken), f"run `make deploy STAGE={deployment.stage.name}`")
    else:
        yield ok(f"{len(deployment.functions)} are active")


def workers(deployment: Deployment) -> Findings:
    """Every queue is worked off."""
    found = {}
    for name in deployment.functions:
        deployed = deployment.functions[name]["FunctionName"]
        for one in deployment.client("lambda").list_event_source_mappings(FunctionName=deployed)["EventSourceMappings"]:
            found[one["UUID"]] = (name, one["EventSourceArn"].rpartition(":")[2], one["State"])
    off = {key: one for key, one in found.items() if one[2] not in {"Enabled", "Enabling", "Updating", "Creating"}}
    for key, (name, queue, state) in off.items():
        yield bad(
            f"{name} does not work off {queue}: {state}",
            f"`aws lambda update-event-source-mapping --uuid {key} --enabled`",
        )
    if len(found) < len(deployment.queues):
        yield bad("a queue has no worker", f"run `make deploy STAGE={deployment.stage.name}`")
    elif not off:
        yield ok(f"{len(found)} queues are worked off")


def reserved(deployment: Deployment) -> Findings:
    """No function is switched off by a reserved concurrency of none."""
    held = {}
    for name, one in deployment.functions.items():
        answer = deployment.client("lambda").get_function_concurrency(FunctionName=one["FunctionName"])
        if (most := answer.get("ReservedConcurrentExecutions")) is not None:
            held[name] = most
    for name in (name for name, most in held.items() if not most):
        deployed = deployment.functions[name]["FunctionName"]
        advice = f"`aws lambda delete-function-concurrency --function-name {deployed}`"
        yield bad(f"{name} may not run at all: its reserved concurrency is 0", advice)
    if all(held.values()):
        listed = ", ".join(f"{name} {most}" for name, most in held.items())
        yield ok(f"reserved: {listed}" if listed else "nothing is reserved, nothing is switched off")


def concurrency(deployment: Deployment) -> Findings:
    """The account leaves room for the functions."""
    limit = deployment.client("lambda").get_account_settings()["AccountLimit"]
    free = limit["UnreservedConcurrentExecutions"]
    text = f"{free} of the account's {limit['ConcurrentExecutions']} copies at once are for all functions together"
    if free < UNRESERVED:
        yield warn(text, "ask for more in the Service Quotas console: Lambda, concurrent executions")
    else:
        yield ok(text)


def trouble(deployment: Deployment) -> Findings:
    """Errors and throttles of the last hour."""
    clean = True
    for name, one in deployment.functions.items():
        for metric, page in (("Errors", "Errors"), ("Throttles", "Throttles")):
            points = deployment.points("AWS/Lambda", metric, HOUR, "Sum", FunctionName=one["FunctionName"])
            if count := sum(point["Sum"] for point in points):
                clean = False
                yield warn(f"{name}: {count:.0f} {metric.lower()} in the last hour", f"see docs/runbooks/{page}.md")
    if clean:
        yield ok("no errors and no throttles in the last hour")


def logs(deployment: Deployment) -> Findings:
    """Every log group forgets."""
    endless = []
    groups = [one.name for one in deployment.of("AWS::Logs::LogGroup")]
    for name in groups:
        found = deployment.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        endless += [
            one["logGroupName"] for one in found if one["logGroupName"] == name and not one.get("retentionInDays")
        ]
    for name in endless:
        yield warn(
            f"{name} is kept for ever, and billed",
            f"`aws logs put-retention-policy --log-group-name {name} --retention-in-days 30`",
        )
    if not endless:
        yield ok(f"{len(groups)} log groups, all with an end")
