import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from local.errors import CannotStart, PortTaken
from local.host import Host
from local.logs import Logs
from tests.local import small_template
from tests.local.waiting import eventually, free_port


class SeededKeys(NamedTuple):
    live: str
    test: str


class Seeding:
    """Notes what it was called with."""

    def __call__(self, endpoint: str, environ: Mapping[str, str], sandbox_url: str) -> SeededKeys:
        self.endpoint, self.environ, self.sandbox_url = endpoint, dict(environ), sandbox_url
        return SeededKeys("live_x", "test_x")


@pytest.fixture(scope="module")
def seeding() -> Seeding:
    return Seeding()


@pytest.fixture(scope="module")
def written() -> StringIO:
    return StringIO()


@pytest.fixture(scope="module")
def host(seeding: Seeding, written: StringIO, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    template = small_template.write(tmp_path_factory.mktemp("template"))
    with Host(free_port(), template=template, seed=seeding, logs=Logs(written)) as host:
        yield host


def result(host: Host) -> Any:
    [queue] = [name for name in host.queues() if "Results" in name]
    sqs = host.client("sqs")

    def receive() -> Any:
        return sqs.receive_message(QueueUrl=queue).get("Messages")

    [message] = eventually(receive)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def send(host: Host, body: Any) -> None:
    [queue] = [name for name in host.queues() if "Events" in name]
    host.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(body))


def test_a_request_reaches_its_function_by_the_api(host: Host) -> None:
    send_answer = requests.post(f"{host.access.api}/v1/send/welcome", json={}, timeout=20)
    other = requests.get(f"{host.access.api}/v1/contacts/1", timeout=20)
    none = requests.get(f"{host.access.api}/v2", timeout=20)

    assert send_answer.json()["routeKey"] == "POST /v1/send/{event}"
    assert other.json()["routeKey"] == "ANY /v1/{proxy+}"
    assert none.status_code == 404


def test_a_function_sees_what_the_template_gives_it_with_every_reference_resolved(host: Host) -> None:
    answer = requests.post(f"{host.access.api}/v1/send/x", json={"do": "environment"}, timeout=20)

    seen = answer.json()
    assert seen["AWS_ENDPOINT_URL"] == host.access.aws == f"http://127.0.0.1:{host.ports.aws}"
    assert seen["AWS_ENDPOINT_URL_SESV2"] == f"{host.access.inbox}/ses"
    assert seen["AWS_ENDPOINT_URL_SNS"] == f"{host.access.inbox}/sns"
    assert seen["HELIOGRAPH_SANDBOX_URL"] == host.access.inbox
    assert seen["API"] == f"{host.access.api}/v1"
    assert seen["GROUP"] == "heliograph-dev"
    assert seen["TABLE"] in host.client("dynamodb").list_tables()["TableNames"]
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert seen["AWS_LAMBDA_LOG_FORMAT"] == "JSON"


def test_memory_timeout_and_role_are_recorded(host: Host) -> None:
    [found] = [each for each in host.client("lambda").list_functions()["Functions"] if "Send" in each["FunctionName"]]

    assert (found["MemorySize"], found["Timeout"]) == (256, 5)
    assert found["Role"].startswith("arn:aws:iam::")


def test_a_request_reaches_its_function_by_its_url(host: Host) -> None:
    answer = requests.post(f"{host.access.webhooks}/webhooks/x", data="a=1", timeout=20)

    assert host.access.webhooks == f"http://127.0.0.1:{host.ports.api + 3}"
    assert answer.json()["rawPath"] == "/webhooks/x"


def test_a_message_on_a_topic_goes_through_its_queue_to_the_function(host: Host) -> None:
    host.client("sns").publish(TopicArn=host.stack.topics["heliograph-dev"], Message='{"a":1}')

    assert result(host)["Message"] == '{"a":1}'
    eventually(lambda: host.depth("Events") == 0)


def test_a_message_that_always_fails_ends_in_the_dead_letters(host: Host) -> None:
    before = host.dead_letters()

    send(host, {"do": "fail"})

    assert [result(host), result(host)] == [{"do": "fail"}] * 2
    eventually(lambda: host.dead_letters() == before + 1)


def test_a_message_whose_process_is_killed_comes_again(host: Host) -> None:
    send(host, {"do": "hang"})
    [pid] = eventually(lambda: host.pids("apply", busy=True))

    killed = host.kill("apply")
    second = eventually(lambda: [each for each in host.pids("apply", busy=True) if each != pid])

    assert pid in killed
    assert second
    eventually(lambda: host.depth("Events") == 0, within=15)


def test_a_schedule_made_at_run_time_fires_into_its_function(host: Host) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=1)
    function = host.stack.functions["scheduler"]

    host.client("scheduler").create_schedule(
        Name="soon",
        GroupName="heliograph-dev",
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={"Arn": function.arn, "RoleArn": function.role, "Input": '{"minute": "now"}'},
    )

    assert result(host) == {"minute": "now"}
    assert not host.client("scheduler").list_schedules()["Schedules"]


def test_urls_and_secrets_lie_where_the_functions_look(host: Host) -> None:
    ssm = host.client("ssm")
    found = ssm.get_parameters_by_path(Path="/heliograph/dev", Recursive=True, WithDecryption=True)["Parameters"]

    values = {each["Name"].removeprefix("/heliograph/dev/"): each["Value"] for each in found}
    assert values["urls/api"] == host.access.api
    assert values["urls/webhooks"] == host.access.webhooks
    assert values["secrets/pepper"]
    assert len(json.loads(values["secrets/tokens"])) == 1


def test_seeding_gets_what_the_manage_function_gets(host: Host, seeding: Seeding) -> None:
    assert seeding.endpoint == host.access.aws
    assert seeding.sandbox_url == host.access.inbox
    assert seeding.environ["POWERTOOLS_SERVICE_NAME"] == "manage"
    assert (host.access.live_key, host.access.test_key) == ("live_x", "test_x")


def test_log_lines_carry_their_functions_name(host: Host, written: StringIO) -> None:
    send(host, {"do": "log"})

    result(host)

    assert eventually(lambda: [line for line in written.getvalue().splitlines() if "do=log" in line])
    assert " apply " in next(line for line in written.getvalue().splitlines() if "do=log" in line)


def test_a_second_host_on_a_taken_port_is_refused(host: Host, tmp_path: Path) -> None:
    second = Host(host.ports.api, template=small_template.write(tmp_path), seed=None)

    with pytest.raises(PortTaken, match=f"port {host.ports.api} for the API is taken"):
        second.__enter__()


def test_long_polling_does_not_hold_up_others(host: Host) -> None:
    [queue] = [name for name in host.queues() if "DeadLetters" in name]

    began = datetime.now(UTC)
    host.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=20, VisibilityTimeout=0)

    assert datetime.now(UTC) - began < timedelta(seconds=5)


def test_only_one_host_runs_in_a_process(host: Host, tmp_path: Path) -> None:
    second = Host(free_port(), template=small_template.write(tmp_path), seed=None)

    with pytest.raises(CannotStart, match="one local host"):
        second.__enter__()

    assert requests.get(f"{host.access.api}/v1/a", timeout=20).ok
