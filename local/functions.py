"""What one function of the template is, and the environment that its processes get."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from heliograph.names import ENV_PREFIX

REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
CREDENTIALS: Final = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
"""Not secret: moto takes any."""
FROM_CALLER: Final = ("PATH", "HOME", "LANG")
"""All that a function sees of the caller's environment."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function as it is deployed; `name` is for people. Timeout in seconds, memory in MB."""

    name: str
    deployed_name: str
    arn: str
    handler: str
    timeout: float
    memory: int
    role: str
    environment: Mapping[str, str]
    log_format: str = "Text"
    log_level: str = ""

    @classmethod
    def read(cls, name: str, configuration: Mapping[str, Any], logging: Mapping[str, str]) -> "Function":
        """From Lambda's answer to `GetFunctionConfiguration`, in which every reference is resolved.

        Moto forgets the logging configuration, so that one comes from the template.
        """
        return cls(
            name=name,
            deployed_name=configuration["FunctionName"],
            arn=configuration["FunctionArn"],
            handler=configuration["Handler"],
            timeout=configuration["Timeout"],
            memory=configuration["MemorySize"],
            role=configuration["Role"],
            environment=configuration.get("Environment", {}).get("Variables", {}),
            log_format=logging.get("LogFormat", "Text"),
            log_level=logging.get("ApplicationLogLevel", ""),
        )


def service_environment(aws_url: str, sandbox_url: str, sandbox_smtp: str) -> dict[str, str]:
    """Where the functions find AWS: moto, but for what leaves to people, which the sandbox takes."""
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": f"{sandbox_url}/sms",
        "AWS_ENDPOINT_URL_SESV2": f"{sandbox_url}/ses",
        "AWS_ENDPOINT_URL_SNS": f"{sandbox_url}/sns",
        f"{ENV_PREFIX}SANDBOX_URL": sandbox_url,
        f"{ENV_PREFIX}SANDBOX_SMTP": sandbox_smtp,
    }


def process_environment(function: Function, services: Mapping[str, str], root: str) -> dict[str, str]:
    """Every variable that a process of this function gets, but for the address of its Runtime API."""
    lambda_variables = {
        "_HANDLER": function.handler,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.deployed_name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.deployed_name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": root,
        "TZ": ":UTC",
    }
    level = {"AWS_LAMBDA_LOG_LEVEL": function.log_level} if function.log_level else {}
    caller = {name: os.environ[name] for name in FROM_CALLER if name in os.environ}
    return caller | lambda_variables | level | dict(function.environment) | dict(services)
