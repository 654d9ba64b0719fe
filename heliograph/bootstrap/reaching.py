"""What providers may use: the ways out of this process."""

from functools import cache, partial
from typing import Any

from heliograph.bootstrap import wiring
from heliograph.domain.provider import Tools
from heliograph.mail_transport import MailTransport
from heliograph.transport import Transport
from heliograph.wire.addresses import is_allowed, networks


class _Tools:
    """What providers may use: one HTTP transport, one for mail servers, and AWS clients."""

    def __init__(self, http: Transport, smtp: MailTransport) -> None:
        self.http = http
        self.smtp = smtp

    def aws(self, service: str) -> Any:
        return wiring().aws(service)


@cache
def tools() -> Tools:
    """One HTTP transport, one for mail servers, and AWS clients."""
    settings = wiring().settings
    return _Tools(
        http=Transport(sandbox_url=settings.sandbox_url),
        smtp=MailTransport(
            sandbox=settings.sandbox_smtp, permits=partial(is_allowed, allowed=networks(settings.private_networks))
        ),
    )
