"""Addresses that somebody gives us so that we call what only we can reach: at save, at send and behind a redirect."""

import http.server
import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any, Final

import pytest

from heliograph.domain.chat_addresses import discord, teams, webhook
from heliograph.domain.errors import BadInput, HeliographError
from heliograph.outside import Guarded
from heliograph.transport import Transport
from heliograph.wire.resolving import resolve

INSIDE: Final = ("127.0.0.1", "169.254.169.254", "169.254.170.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "0.0.0.0")  # noqa: S104  # nothing binds to it


def spellings(address: str) -> Iterator[str]:
    """What name servers and URL readers take for one IPv4 address."""
    number, parts = int(IPv4Address(address)), [int(one) for one in address.split(".")]
    yield address
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield ".".join(map(hex, parts))
    yield ".".join(f"0{one:o}" for one in parts)
    yield f"{parts[0]}.{number & 0xFFFFFF}"
    yield f"{parts[0]}.{parts[1]}.{number & 0xFFFF}"
    yield f"{address}."
    yield f"[::ffff:{address}]"
    yield f"[::{address}]"
    yield f"[64:ff9b::{address}]"
    yield f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]"
    # Digits of another script, and a dot of one.
    yield address.translate({ord("0") + digit: ord("\N{FULLWIDTH DIGIT ZERO}") + digit for digit in range(10)})
    yield address.replace(".", "\N{IDEOGRAPHIC FULL STOP}")


HOSTS: Final = [
    *(spelt for address in INSIDE for spelt in spellings(address)),
    *("[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[fd00:ec2::254]", "[fc00::1]", "[::ffff:7f00:1]", "[ff02::1]"),
    *("localhost", "LOCALHOST", "localhost.", "ip6-localhost", "100.100.100.200", "168.63.129.16", "198.18.0.1"),
]
FORMS: Final = [
    *(f"https://{host}/latest/meta-data/" for host in HOSTS),
    *(f"https://hooks.example.com@{host}/" for host in INSIDE),
    *(f"https://hooks.example.com%2f@{host}/" for host in INSIDE),
    *(f"https://{host}:8080/" for host in INSIDE),
    *(f"https://{host}#@hooks.example.com/" for host in INSIDE),
    *(f"https://{host}\\@hooks.example.com/" for host in INSIDE),
    *(f"{scheme}://169.254.169.254/" for scheme in ("http", "ftp", "file", "gopher", "dict", "ldap", "HTTP", "")),
    *("file:///etc/passwd", "//169.254.169.254/", "https:169.254.169.254", "https:///169.254.169.254/", "https://"),
    *("https://\t127.0.0.1/", "https://127.0.0.1\r\nHost: a/", " https://127.0.0.1/", "https://127.0.0.1\x00.example/"),
]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that was tried; none is made."""
    tried: list[Any] = []

    def refuse(address: Any, *_: Any, **__: Any) -> socket.socket:
        tried.append(address)
        raise OSError("nothing is connected to")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(set(FORMS)) >= 120


@pytest.mark.parametrize("url", FORMS)
def test_at_send_no_spelling_leads_inside(url: str, connections: list[Any]) -> None:
    # The system's own resolver knows all the old ways to write a number.
    with pytest.raises(HeliographError):
        Transport(adapter=Guarded(resolve=resolve)).post(url, json={})

    assert connections == []


@pytest.mark.parametrize("read", [discord, teams, webhook])
@pytest.mark.parametrize("url", FORMS)
def test_at_save_no_spelling_is_an_address(read: Any, url: str) -> None:
    with pytest.raises(BadInput):
        read(url, "to")


class Redirecting(http.server.BaseHTTPRequestHandler):
    """Sends whoever asks to the URL that the server was given."""

    def do_POST(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.server.target)  # type: ignore[attr-defined]  # ours
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def redirecting() -> Iterator[http.server.HTTPServer]:
    """A server outside, as far as the test goes."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Redirecting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("url", [url for url in FORMS if url.isascii() and url.isprintable() and url == url.strip()])
def test_a_redirect_is_an_answer_and_nobody_goes_there(url: str, redirecting: Any) -> None:
    redirecting.target = url

    # The local sandbox's way: everything goes to this server, by plain HTTP.
    answer = Transport(sandbox_url=f"http://127.0.0.1:{redirecting.server_port}").post(
        "https://hooks.example.com/in", json={}
    )

    assert (answer.status, answer.headers["location"]) == (307, url)
