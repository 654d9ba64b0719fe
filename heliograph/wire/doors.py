"""By which way an event may come. A provider has one of the two, and refuses what comes by the other."""

from heliograph.domain.errors import BadSignature
from heliograph.domain.model import BusEvent, WebhookRequest

type Incoming = WebhookRequest | BusEvent
"""What `Provider.receive` is given."""


def by_webhook(request: Incoming, vendor: str) -> WebhookRequest:
    """The request, if it came over HTTPS; its proof is still to be checked.

    Raises:
        BadSignature: it came by the bus.
    """
    if isinstance(request, BusEvent):
        raise BadSignature(f"{vendor}'s events come over HTTPS only")
    return request


def by_bus(request: Incoming, vendor: str) -> BusEvent:
    """The event, if it came by SNS to the events queue: IAM is its proof.

    Raises:
        BadSignature: it came over HTTPS, where nothing can prove it.
    """
    if isinstance(request, WebhookRequest):
        raise BadSignature(f"{vendor} has no webhook: its events come by SNS to the events queue")
    return request
