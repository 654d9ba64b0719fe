"""Which addresses a request may be sent to when somebody else chose the host: none that only we can reach.

Sources: the IANA special-purpose registries (RFC 6890), and what clouds serve to their own machines.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

NEVER: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this machine
            "127.0.0.0/8",  # this machine: Lambda's own Runtime API
            "169.254.0.0/16",  # metadata and credentials
            "100.100.100.200/32",  # metadata elsewhere
            "168.63.129.16/32",  # the same, at a public address
            "::/127",
            "fe80::/10",
            "fd00:ec2::/32",  # metadata
        ),
    )
)
"""Not even where a private network is allowed."""
TRANSLATED: Final = ip_network("64:ff9b::/96")
"""IPv6 for IPv4 (RFC 6052)."""
LOW_32: Final = 0xFFFFFFFF


def networks(text: str) -> tuple[Network, ...]:
    """The networks in *text*, with commas between.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_allowed(text: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address *text* is public, or lies in an *allowed* network; an address inside another one counts."""
    address = _innermost(ip_address(text.partition("%")[0]))
    if any(address in network for network in NEVER):
        return False
    return _is_public(address) or any(address in network for network in allowed)


def _innermost(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & LOW_32)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


def _is_public(address: Address) -> bool:
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or site_local)
