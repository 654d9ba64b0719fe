import socket

import pytest

from local.errors import PortTaken
from local.ports import Ports


def test_all_ports_follow_the_first() -> None:
    ports = Ports(8400)

    assert (ports.sandbox, ports.aws, ports.runtime) == (8401, 8402, 8405)
    assert [ports.function_url(place) for place in range(4)] == [8403, 8404, 8406, 8407]


@pytest.mark.parametrize(("offset", "use"), [(0, "the API"), (2, "the AWS endpoint"), (4, "a function URL")])
def test_a_taken_port_is_named_with_its_use_and_what_to_do(port: int, offset: int, use: str) -> None:
    with socket.create_server(("127.0.0.1", port + offset)), pytest.raises(PortTaken) as caught:
        Ports(port).check(2)

    text = (
        f"port {port + offset} for {use} is taken: stop what listens there, or choose another with make local PORT=..."
    )
    assert str(caught.value) == text


@pytest.mark.parametrize("port", [0, -1, 65533])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match="does not exist"):
        Ports(port).check(2)
