"""Which addresses somebody else may let us call."""

import pytest

from heliograph.wire.addresses import is_allowed, networks


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.2.1"),
        *("240.0.0.1", "255.255.255.255", "224.0.0.1", "192.0.0.8", "203.0.113.9", "198.51.100.1"),
        *("fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1"),
    ],
)
def test_addresses_that_only_we_can_reach_are_refused(address: str) -> None:
    assert not is_allowed(address)


NEVER = [
    *(
        "127.0.0.1",
        "127.255.0.1",
        "0.0.0.0",  # noqa: S104 -- nothing binds to it
        "::1",
        "::",
        "169.254.169.254",
        "169.254.170.2",
        "fe80::1",
        "fe80::1%eth0",
    ),
    *("fd00:ec2::254", "100.100.100.200", "168.63.129.16"),
    *("::ffff:169.254.169.254", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"),
]


@pytest.mark.parametrize("address", NEVER)
def test_metadata_and_this_machine_are_refused_even_where_everything_is_allowed(address: str) -> None:
    assert not is_allowed(address)
    assert not is_allowed(address, networks("0.0.0.0/0, ::/0"))


def test_a_private_network_can_be_allowed_and_its_neighbour_is_not() -> None:
    allowed = networks("10.1.0.0/16,fd12::/16")

    assert is_allowed("10.1.2.3", allowed)
    assert is_allowed("::ffff:10.1.2.3", allowed)
    assert is_allowed("fd12::1", allowed)
    assert not is_allowed("10.2.0.1", allowed)


@pytest.mark.parametrize("text", ["10.0.0.0/33", "everything", "10.0.0.1/8"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        networks(text)


def test_nothing_is_no_network() -> None:
    assert networks("") == networks(" , ") == ()
