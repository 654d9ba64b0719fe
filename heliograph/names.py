"""Names that the code and the infrastructure must agree on. No logic, so that the CDK app can import it."""

from enum import StrEnum
from typing import Final


class Function(StrEnum):
    """Every Lambda function; the value is its service name in logs."""

    SEND = "send"
    MANAGE = "manage"
    DISPATCH_CRITICAL = "dispatch-critical"
    DISPATCH_NORMAL = "dispatch-normal"
    INTAKE = "intake"
    APPLY = "apply"
    LINKS = "links"
    SCHEDULER = "scheduler"


HANDLERS: Final = {
    Function.SEND: "functions.send.handler.handler",
    Function.MANAGE: "functions.manage.handler.handler",
    Function.DISPATCH_CRITICAL: "functions.dispatch.handler.handler",
    Function.DISPATCH_NORMAL: "functions.dispatch.handler.handler",
    Function.INTAKE: "functions.webhooks.intake.handler",
    Function.APPLY: "functions.webhooks.apply.handler",
    Function.LINKS: "functions.webhooks.links.handler",
    Function.SCHEDULER: "functions.scheduler.handler.handler",
}

BATCH_ROUTE: Final = "POST /v1/send"
SEND_ROUTES: Final = (BATCH_ROUTE, "POST /v1/send/{event}", "POST /v1/send/{event}/{channel}")
"""Routes of the HTTP API that the send function answers."""

NOTIFUSE_SEND: Final = "POST /messages.send"
NOTIFUSE_UPSERT: Final = "POST /users.upsert"
VENDOR_ROUTES: Final = (NOTIFUSE_SEND, NOTIFUSE_UPSERT)
"""Routes of other services that the send function answers too."""

MANAGE_ROUTE: Final = "ANY /v1/{proxy+}"
"""Every other route under /v1 goes to the manage function, which answers 404 itself."""

# The table's keys and indexes. All indexes are KEYS_ONLY.
PARTITION: Final = "pk"
SORT: Final = "sk"
TTL: Final = "ttl"
"""Epoch seconds."""
BY_TIME: Final = "by_time"
BY_CONTACT: Final = "by_contact"
WORK: Final = "work"
INDEXES: Final = {BY_TIME: ("g1", "g1s"), BY_CONTACT: ("g2", "g2s"), WORK: ("g3", "g3s")}
"""Index name -> (partition attribute, sort attribute), all strings."""

WORK_SHARDS: Final = 16
"""Partitions `W#0` to `W#15` of the work index."""
HOLD_SHARDS: Final = 8
"""Partitions of everything that one hold keeps back."""
TIME_SHARDS: Final = 2
"""Partitions of a project's month in the index by time."""


def stack_name(stage: str) -> str:
    """The CloudFormation stack of a stage."""
    return f"heliograph-{stage}"


# SSM parameters, all below `/heliograph/{stage}`.
def parameters_root(stage: str) -> str:
    """The one path below which a stage keeps its parameters."""
    return f"/heliograph/{stage}"


SECRETS: Final = "secrets"
"""`{root}/secrets/{name}`: SecureStrings that `heliograph init` creates once."""
SECRET_NAMES: Final = ("pepper", "tokens", "data")
"""pepper keys the hashes of API keys and addresses; tokens is JSON `{key id: secret}`, of which the last signs;
data is the same, and its last encrypts what nobody may read in the table."""
URLS: Final = "urls"
URL_NAMES: Final = ("api", "webhooks", "links")
"""`{root}/urls/{api,webhooks,links}`: plain parameters with the public base URLs, no trailing slash."""
INTEGRATIONS: Final = "integrations"
"""`{root}/integrations/{project}/{integration}`: SecureStrings with a provider's credentials."""

# The bucket's folders.
UPLOADS: Final = "uploads"
"""`uploads/{project}/{mode}/{id}`: what callers upload; a day later it is gone."""
UPLOAD_DAYS: Final = 1
FILES: Final = "files"
"""`files/{project}/{mode}/{notification}/{digest}`: what a message's mail carries."""
KEEP_TAG: Final = "keep"
KEPT_DAYS: Final = (8, 100, 850)
"""Values of the tag: days after which a file goes. No message waits longer than the last: 366 days until it is due,
90 for its window and 366 until it expires."""

ENV_PREFIX: Final = "HELIOGRAPH_"

METRICS_NAMESPACE: Final = "Heliograph"
OPEN_CIRCUITS: Final = "OpenCircuits"
"""Integrations whose circuit is open, told every minute while there is one."""
PUT_BACK: Final = "DeadLettersPutBack"
"""Dead letters that went back by themselves, told in those minutes alone in which there were some."""

SANDBOX_DOMAIN: Final = "sandbox.heliograph.dev"
"""Recipients of this mail domain choose their outcome in the sandbox."""
