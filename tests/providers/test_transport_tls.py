"""TLS that fails before a request is out: it may be tried again, and nothing was said to a stranger."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from heliograph.domain.errors import Transient
from heliograph.transport import Transport
from tests.providers.loopback import Loopback, reply

URL = "https://api.provider.example/v1/send"


@pytest.fixture
def there() -> Iterator[Loopback]:
    with Loopback.serving(reply(200, b"ok")) as loopback:
        yield loopback


def test_a_server_that_speaks_no_tls_may_be_tried_again(there: Loopback) -> None:
    client = Transport(sandbox_url=there.url.replace("http:", "https:"), connect=1, read=1)

    with pytest.raises(Transient):
        client.post(URL, json={"a": 1})
    assert there.asked == []


def test_a_tls_handshake_that_hangs_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Transport(sandbox_url=f"https://127.0.0.1:{silent.getsockname()[1]}", connect=0.2, read=0.2)

        with pytest.raises(Transient):
            client.post(URL, json={"a": 1})


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.derive_private_key(0x5EED, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(there: Loopback, tmp_path: Path) -> None:
    there.protect(self_signed(tmp_path))
    client = Transport(sandbox_url=there.url, connect=2, read=2)

    with pytest.raises(Transient, match="SSLError"):
        client.post(URL, json={"a": 1})
    assert there.asked == []
