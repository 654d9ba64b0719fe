"""Answers with what it got; a field of the event makes it misbehave."""

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    body = event.get("body") or "{}"
    order = json.loads(body) if isinstance(body, str) and not event.get("isBase64Encoded") and body[:1] == "{" else {}
    match order.get("do"):
        case "sleep":
            # It is to outlive its timeout, or to be killed meanwhile.
            time.sleep(order["seconds"])
        case "exit":
            os._exit(3)
        case "raise":
            raise ValueError("as asked")
        case "spawn":
            child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)  # noqa: S607  # from the PATH
            return {"statusCode": 200, "body": json.dumps({"child": child.pid})}
        case "return":
            return order["value"]
        case "environment":
            return {"statusCode": 200, "body": json.dumps(dict(os.environ))}
        case "context":
            seen = {
                "request_id": context.aws_request_id,
                "arn": context.invoked_function_arn,
                "memory": context.memory_limit_in_mb,
                "remaining": context.get_remaining_time_in_millis(),
                "trace": os.environ["_X_AMZN_TRACE_ID"],
                "pid": os.getpid(),
                "cwd": str(Path.cwd()),
            }
            return {"statusCode": 200, "body": json.dumps(seen)}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
