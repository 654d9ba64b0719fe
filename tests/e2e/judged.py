"""What the roles of the stack that a host runs allow, on the resources as moto has named them."""

import json
from collections.abc import Mapping

from heliograph.names import Function, stack_name
from infra.cdk.synth import synthesise
from local.functions import REGION
from local.host import DEFAULT_STAGE, Host
from tests.support.policies import Policy
from tests.support.template_policies import policies


def granted(host: Host) -> Mapping[Function, Policy]:
    """By function."""
    stack = stack_name(DEFAULT_STAGE)
    found = host.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    names = {one["LogicalResourceId"]: one.get("PhysicalResourceId", "").rpartition("/")[2] for one in found}
    template = json.loads(synthesise(None, DEFAULT_STAGE, {}, fresh_code=False).read_text("utf-8"))
    return policies(template, lambda logical_id, _kind: names[logical_id], REGION)
