"""What Lambda passes to a function behind a queue."""

import json

from heliograph.domain.model import JSON


def batch(*bodies: JSON | str, queue: str = "normal", received: int = 1) -> JSON:
    """One batch; record ids are `m-0`, `m-1`, ..."""
    told = {
        "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
        "attributes": {"ApproximateReceiveCount": str(received), "MessageGroupId": "acme"},
    }
    return {
        "Records": [
            {"messageId": f"m-{number}", "body": body if isinstance(body, str) else json.dumps(body)} | told
            for number, body in enumerate(bodies)
        ]
    }


def returned(answer: JSON) -> list[str]:
    """Ids of the records that go back."""
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]
