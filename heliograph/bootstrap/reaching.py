"""What providers may use: the ways out of this process."""

import secrets
from functools import cache, cached_property, partial
from typing import Any

from heliograph.bootstrap import wiring
from heliograph.domain.tools import Http, Tools
from heliograph.mail_transport import MailTransport
from heliograph.outside import Guarded
from heliograph.store.inbox import Inbox
from heliograph.token_cache import TokenCache
from heliograph.transport import Transport
from heliograph.wire.addresses import is_allowed, networks


class _Tools:
    """What providers may use: HTTP transports, one for mail servers, and AWS clients."""

    def __init__(self, http: Transport, outside: Transport, smtp: MailTransport) -> None:
        self.http = http
        self.outside = outside
        self.smtp = smtp
        self.inbox = Inbox(wiring().table)
        self.tokens = TokenCache(self.now)

    @cached_property
    def http2(self) -> Http:
        """Its libraries take long to load, so only those pay who need it; the sandbox speaks HTTP/1.1 alone."""
        if wiring().settings.sandbox_url:
            return self.http
        from heliograph.http2_transport import Http2Transport  # noqa: PLC0415 - see above

        return Http2Transport()

    def aws(self, service: str) -> Any:
        return wiring().aws(service)

    def now(self) -> int:
        return wiring().clock() // 1000

    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)


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
