"""Addresses that somebody else chose: only public ones are connected to, and exactly those that were looked at."""

import socket
from collections.abc import Iterable

import pytest

from heliograph.domain.errors import Rejected, Transient
from heliograph.outside import Guarded
from heliograph.transport import Transport
from tests.providers.loopback import closed_port


def outside(*addresses: str, permits: bool | None = None) -> Transport:
    """A transport whose name server gives these addresses, and that permits all or none where it is said."""

    def resolve(_host: str, _port: int) -> Iterable[str]:
        return addresses

    if permits is None:
        return Transport(connect=0.3, adapter=Guarded(resolve=resolve))
    return Transport(connect=0.3, adapter=Guarded(resolve=resolve, permits=lambda _address: permits))


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "::1", "fd00:ec2::254", "::ffff:127.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused_and_nobody_is_called(address: str) -> None:
    with pytest.raises(Rejected, match="private network"):
        outside(address).post("https://hooks.example.com/in", json={})


def test_one_address_inside_is_enough_to_refuse_a_name() -> None:
    with pytest.raises(Rejected, match="private network"):
        outside("93.184.216.34", "127.0.0.1").post("https://hooks.example.com/in", json={})


def test_a_name_without_an_address_may_be_tried_again() -> None:
    with pytest.raises(Transient):
        outside().post("https://hooks.example.com/in", json={})


def test_the_connection_goes_to_the_address_that_was_looked_at_and_tls_is_checked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        server.settimeout(5)
        # Nobody there speaks TLS, so it ends; but it was this socket that the connection came to.
        with pytest.raises(Transient):
            outside("127.0.0.1", permits=True).post(f"https://hooks.example.com:{port}/in", json={})
        server.accept()[0].close()


def test_an_address_where_nobody_listens_may_be_tried_again() -> None:
    with pytest.raises(Transient):
        outside("127.0.0.1", permits=True).post(f"https://hooks.example.com:{closed_port()}/in", json={})
