"""Works on queue messages and schedules; tells a queue what it saw."""

import json
import os
import time
from typing import Any

import boto3


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    failed = []
    for record in event.get("Records", [{"body": json.dumps(event)}]):
        body = json.loads(record["body"])
        print(json.dumps({"level": "INFO", "message": "working", "do": body.get("do", "")}))  # noqa: T201  # a log line
        if body.get("do") == "fail":
            failed.append({"itemIdentifier": record["messageId"]})
        if body.get("do") == "hang":
            # Longer than any timeout here: somebody kills it.
            time.sleep(30)
        sqs = boto3.client("sqs")
        sqs.send_message(QueueUrl=os.environ["RESULTS_QUEUE_URL"], MessageBody=record["body"])
    return {"batchItemFailures": failed}
