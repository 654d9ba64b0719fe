"""What the synthesised template lets the functions do, on the resources of a stage in moto's memory."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Final

from heliograph.names import Function
from infra.cdk.synth import synthesise
from tests.support import table
from tests.support.policies import Policy
from tests.support.template_policies import policies

FILES_BUCKET: Final = "files-of-test"
STAGE: Final = "dev"


@cache
def granted() -> Mapping[Function, Policy]:
    """What the roles of the synthesised template allow, on the resources of a stage."""
    named = {"AWS::DynamoDB::Table": table.NAME, "AWS::S3::Bucket": FILES_BUCKET, "AWS::IAM::Role": "schedules"}

    def physical(logical_id: str, kind: str) -> str:
        return named.get(kind) or logical_id.removeprefix("Queues")[:-8].lower()

    template = json.loads(synthesise(stage=STAGE, fresh_code=False).read_text("utf-8"))
    return policies(template, physical, table.REGION)
