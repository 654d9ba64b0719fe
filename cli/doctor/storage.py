"""The table: reachable, backed up, and forgetting in time."""

from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn
from heliograph.names import INDEXES, TTL


def table(deployment: Deployment) -> Findings:
    """It and its indexes are active; a stage that is not disposable keeps it."""
    found = deployment.client("dynamodb").describe_table(TableName=deployment.table)["Table"]
    indexes = {one["IndexName"]: one["IndexStatus"] for one in found.get("GlobalSecondaryIndexes", [])}
    states = {"the table": found["TableStatus"]} | {
        f"the index {name}": indexes.get(name, "missing") for name in INDEXES
    }
    wrong = [f"{name} is {state}" for name, state in states.items() if state not in {"ACTIVE", "UPDATING"}]
    if wrong:
        yield bad("; ".join(wrong), "nothing works without it: look at the table in the DynamoDB console")
    elif deployment.stage.name != "dev" and not found.get("DeletionProtectionEnabled"):
        yield warn(
            "active, and not protected from deletion",
            f"`aws dynamodb update-table --table-name {deployment.table} --deletion-protection-enabled`",
        )
    else:
        yield ok(f"active, with {len(indexes)} indexes")


def forgetting(deployment: Deployment) -> Findings:
    """What is over is deleted by TTL."""
    found = deployment.client("dynamodb").describe_time_to_live(TableName=deployment.table)["TimeToLiveDescription"]
    state, attribute = found.get("TimeToLiveStatus", "DISABLED"), found.get("AttributeName", "")
    if state in {"ENABLED", "ENABLING"} and attribute == TTL:
        yield ok(f"on, by `{TTL}`")
    else:
        yield bad(
            f"TTL is {state}{f' by `{attribute}`' if attribute else ''}: nothing is ever deleted",
            f"`aws dynamodb update-time-to-live --table-name {deployment.table} "
            f"--time-to-live-specification Enabled=true,AttributeName={TTL}`",
        )


def backups(deployment: Deployment) -> Findings:
    """Point-in-time recovery is on."""
    found = deployment.client("dynamodb").describe_continuous_backups(TableName=deployment.table)
    recovery = found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") == "ENABLED":
        yield ok("point-in-time recovery is on")
    else:
        yield bad(
            "point-in-time recovery is off: what is deleted by mistake is lost",
            f"`aws dynamodb update-continuous-backups --table-name {deployment.table} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`",
        )
