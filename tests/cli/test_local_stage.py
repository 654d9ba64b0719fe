from cli.deployment import LocalStage
from local.ports import Ports


def test_the_ports_of_the_local_host_are_those_that_it_has() -> None:
    ports, stage = Ports(8400), LocalStage(8400)

    assert stage.sandbox_url == f"http://127.0.0.1:{ports.sandbox}"
    assert stage.client("sqs").meta.endpoint_url == f"http://127.0.0.1:{ports.aws}"
    assert stage.client("sesv2").meta.endpoint_url == f"http://127.0.0.1:{ports.sandbox}/ses"
    assert stage.client("pinpoint-sms-voice-v2").meta.endpoint_url == f"http://127.0.0.1:{ports.sandbox}/sms"
