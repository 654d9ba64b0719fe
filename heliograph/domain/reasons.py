"""Why a message stands where it stands: one closed list, each with one sentence on what to do."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """The closed list of reasons beside a status."""

    FILTERED = "filtered"
    NO_CHANNEL = "no_channel"
    NO_PROVIDER = "no_provider"
    UNPUBLISHED = "unpublished"
    UNKNOWN_EVENT = "unknown_event"
    UNSUBSCRIBED = "unsubscribed"
    HARD_BOUNCE = "hard_bounce"
    COMPLAINT = "complaint"
    TEMPLATE_ERROR = "template_error"
    INVALID_RECIPIENT = "invalid_recipient"
    PROVIDER_ERROR = "provider_error"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    THROTTLED = "throttled"
    QUOTA = "quota"
    NOT_ALLOWED = "not_allowed"
    EXPIRED = "expired"
    UNKNOWN_OUTCOME = "unknown_outcome"
    MERGED = "merged"
    ERASED = "erased"
    CANCELED = "canceled"
    INTERNAL = "internal"


ADVICE: Final[dict[Reason, str]] = {
    Reason.FILTERED: "A condition of the event or a suppression added by hand left it out; look at both.",
    Reason.NO_CHANNEL: "The contact has no address for any channel of the event; add an address or a channel.",
    Reason.NO_PROVIDER: "No integration is set up for this channel; add one and send again.",
    Reason.UNPUBLISHED: "The event has no published version; publish one and send again.",
    Reason.UNKNOWN_EVENT: "The event does not exist in this project; create it or correct its name.",
    Reason.UNSUBSCRIBED: "The recipient asked to get no more; do not send again unless they ask for it.",
    Reason.HARD_BOUNCE: "The address does not exist; correct it in the contact.",
    Reason.COMPLAINT: "The recipient marked a message as spam; do not send to this address again.",
    Reason.TEMPLATE_ERROR: "The template failed with this payload; the error names the line and the variable.",
    Reason.INVALID_RECIPIENT: "The provider refused the address; correct it in the contact.",
    Reason.PROVIDER_ERROR: "The provider refused the message; its code and text say why.",
    Reason.PROVIDER_UNAVAILABLE: "The provider did not answer in time on any try; look at its status page.",
    Reason.THROTTLED: "The provider limits the rate; the message waits for its turn.",
    Reason.QUOTA: "A quota is used up; raise it or wait until it renews.",
    Reason.NOT_ALLOWED: "The provider refuses the account or the sender; check the integration.",
    Reason.EXPIRED: "It could not be sent before its expiry.",
    Reason.UNKNOWN_OUTCOME: "The provider may have sent it and no receipt came; ask before you send again.",
    Reason.MERGED: "It was merged into another message of the same stack.",
    Reason.ERASED: "The contact was erased.",
    Reason.CANCELED: "It was canceled before it was sent.",
    Reason.INTERNAL: "Something failed on our side and was logged; send it again.",
}
"""One sentence for people, for every reason."""
