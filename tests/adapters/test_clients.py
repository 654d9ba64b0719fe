"""The clients of AWS's services: those that send are asked once, all others again."""

from typing import Any

import pytest
from botocore.config import Config

from heliograph.bootstrap import Wiring
from heliograph.providers.aws_sms import SERVICE
from heliograph.settings import Settings

SETTINGS = Settings(
    stage="test",
    table="t",
    critical_queue_url="https://sqs.test/critical",
    normal_queue_url="https://sqs.test/normal",
    events_queue_url="https://sqs.test/events",
    schedule_group="g",
    configuration_set="c",
    files_bucket="f",
)


class Made:
    """What clients were asked for, in place of boto3."""

    def __init__(self) -> None:
        self.configs: dict[str, Any] = {}

    def __call__(self, service: str, config: Config) -> object:
        assert service not in self.configs
        self.configs[service] = config
        return object()

    def tries(self, service: str) -> int:
        return int(self.configs[service].retries["total_max_attempts"])


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.mark.parametrize("service", ["sesv2", "sns", SERVICE])
def test_a_service_that_sends_is_never_asked_again_by_its_client(made: Made, service: str) -> None:
    Wiring(SETTINGS, client=made).aws(service)

    assert made.tries(service) == 1


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "ssm", "scheduler", "s3"])
def test_any_other_service_is_asked_again(made: Made, service: str) -> None:
    Wiring(SETTINGS, client=made).aws(service)

    assert made.tries(service) > 1


def test_a_client_is_made_once(made: Made) -> None:
    wiring = Wiring(SETTINGS, client=made)

    assert wiring.aws("sqs") is wiring.aws("sqs")
