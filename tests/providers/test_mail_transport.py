"""The way to mail servers: TLS that is checked, no private networks, and what a lost connection means."""

import socket
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from heliograph.domain.errors import AccountTrouble, Transient, UnknownOutcome
from heliograph.domain.tools import Envelope, SmtpServer
from heliograph.mail_transport import MailTransport
from tests.providers.loopback import closed_port
from tests.providers.mail_server import MailServer, Script
from tests.providers.test_transport_tls import self_signed

MAIL = Envelope(sender="us@sender.example", recipients=("ada@example.com",), content=b"Subject: x\r\n\r\n.a\r\n..b\r\n")


def here(*_: object) -> list[str]:
    return ["127.0.0.1"]


def transport(folder: Path, **parts: object) -> MailTransport:
    """Trusts the certificate in *folder*, and may call this machine."""
    trusts = partial(ssl.create_default_context, cafile=folder / "both.pem")
    given: dict[str, object] = {"resolve": here, "permits": lambda _: True, "context": trusts, "total": 5}
    make: Callable[..., MailTransport] = MailTransport
    return make(**(given | parts))


def server(port: int, host: str = "127.0.0.1", **parts: object) -> SmtpServer:
    make: Callable[..., SmtpServer] = SmtpServer
    return make(**({"host": host, "port": port, "tls": False, "user": "us", "password": "secret"} | parts))


def test_the_password_and_the_mail_go_out_under_tls_alone(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with MailServer(Script({}), lambda: context) as there:
        reply = transport(tmp_path).talk(server(there.port), MAIL)

    assert reply.step == "done"
    assert there.script.heard[:3] == ["ehlo sender.example", "STARTTLS", "ehlo sender.example"]
    assert there.script.content.endswith(b"\r\n\r\n.a\r\n..b\r\n")


def test_a_server_without_starttls_hears_no_password(tmp_path: Path) -> None:
    self_signed(tmp_path)
    with MailServer(Script({})) as there:
        reply = transport(tmp_path).talk(server(there.port), MAIL)

    assert (reply.step, reply.code) == ("starttls", 0)
    assert there.script.heard == ["ehlo sender.example"]


def test_a_server_that_refuses_starttls_hears_no_password(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with MailServer(Script({"STARTTLS": "454 4.7.0 not now"}), lambda: context) as there:
        reply = transport(tmp_path).talk(server(there.port), MAIL)

    assert (reply.step, reply.code) == ("starttls", 454)
    assert there.script.heard == ["ehlo sender.example", "STARTTLS"]


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with (
        MailServer(Script({}), lambda: context) as there,
        pytest.raises(Transient, match="SSLCertVerificationError"),
    ):
        transport(tmp_path, context=ssl.create_default_context).talk(server(there.port), MAIL)

    assert there.script.heard == ["ehlo sender.example", "STARTTLS"]


def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with (
        MailServer(Script({}), lambda: context) as there,
        pytest.raises(Transient, match="SSLCertVerificationError"),
    ):
        transport(tmp_path).talk(server(there.port, host="mail.sender.example"), MAIL)

    assert there.script.heard == ["ehlo sender.example", "STARTTLS"]


def test_a_server_that_speaks_no_tls_on_its_tls_port_may_be_tried_again(tmp_path: Path) -> None:
    self_signed(tmp_path)
    with MailServer(Script({})) as there, pytest.raises(Transient):
        transport(tmp_path).talk(server(there.port, tls=True), MAIL)

    assert there.script.content == b""


def test_a_port_on_which_nobody_listens_may_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="ConnectionRefusedError"):
        transport(tmp_path).talk(server(closed_port()), MAIL)


def test_a_name_that_leads_nowhere_may_be_tried_again() -> None:
    def unknown(*_: object) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(Transient):
        MailTransport(resolve=unknown).talk(server(25, host="nowhere.example"), MAIL)


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:127.0.0.1"]]
)
def test_a_name_that_leads_inside_is_never_called(found: list[str]) -> None:
    with MailServer(Script({})) as there, pytest.raises(AccountTrouble, match="private network"):
        MailTransport(resolve=lambda *_: found).talk(server(there.port, host="mail.example"), MAIL)

    assert there.script.heard == []


def test_a_server_that_hangs_before_the_content_may_be_tried_again(tmp_path: Path) -> None:
    self_signed(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Transient, match="broke off"):
        transport(tmp_path, total=0.2).talk(server(silent.getsockname()[1]), MAIL)


def test_content_that_was_sent_and_never_answered_may_have_been_taken(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    with MailServer(Script({"CONTENT": ""}), lambda: context) as there, pytest.raises(UnknownOutcome):
        transport(tmp_path).talk(server(there.port), MAIL)

    assert there.script.content
