"""What providers may use: the ways out of this process."""

from functools import cache, partial
from typing import Any

from heliograph.bootstrap import wiring
from heliograph.domain.provider import Tools
from heliograph.mail_transport import MailTransport
from heliograph.outside import Guarded
from heliograph.store.inbox import Inbox
from heliograph.transport import Transport
from heliograph.wire.addresses import is_allowed, networks


class _Tools:
    """What providers may use: one HTTP transport, one for mail servers, and AWS clients."""

    def __init__(self, http: Transport, outside: Transport, smtp: MailTransport) -> None:
        self.http = http
        self.outside = outside
        self.smtp = smtp
        self.inbox = Inbox(wiring().table)

    def now(self) -> int:
        return wiring().clock() // 1000

    def aws(self, service: str) -> Any:
        return wiring().aws(service)


@cache
def tools() -> Tools:
    """One HTTP transport, one for mail servers, and AWS clients."""
    settings = wiring().settings
    permits = partial(is_allowed, allowed=networks(settings.private_networks))
    return _Tools(
        http=Transport(sandbox_url=settings.sandbox_url),
        outside=Transport(sandbox_url=settings.sandbox_url, adapter=Guarded(permits=permits)),
        smtp=MailTransport(sandbox=settings.sandbox_smtp, permits=permits),
    )
