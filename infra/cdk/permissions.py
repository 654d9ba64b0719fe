"""Who may do what: one role a function, one row a role. What is not here is denied."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from heliograph.names import BY_CONTACT, BY_TIME, FILES, SECRETS, UPLOADS, URLS, WORK, Function

LANES: Final = ("critical", "normal")
EVENTS: Final = ("events",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One row: what a function may do."""

    table: tuple[str, ...] = ()
    """DynamoDB actions on the table itself."""
    indexes: tuple[str, ...] = ()
    """Indexes that may be queried."""
    queues: tuple[str, ...] = ()
    """Queues that may be written to."""
    reads: tuple[str, ...] = (SECRETS,)
    """Folders of SSM parameters that are read as a whole, once an instance."""
    credentials: tuple[str, ...] = ()
    """SSM actions on the parameters that hold integrations' credentials."""
    heals: bool = False
    """May look through the dead letters and take them out."""
    schedules: bool = False
    """May make one-time schedules that wake the scheduler function."""
    provides: bool = False
    """May send mail by SES, and text messages by SNS and End User Messaging."""
    asks: bool = False
    """May ask SES, SNS and End User Messaging how the account stands; none of the three can send by it."""
    quota: bool = False
    """May ask SES how much it may send."""
    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """S3 actions by folder of the files' bucket."""
    misses: bool = False
    """May learn that an object is not there, which S3 tells those alone who may list the bucket."""


READ: Final = ("GetItem", "BatchGetItem", "Query")
WRITE: Final = ("PutItem", "UpdateItem")

KEEP: Final = ("PutObject", "PutObjectTagging")

_DISPATCH: Final = Access(
    table=(*READ, *WRITE),
    queues=(*LANES, *EVENTS),
    reads=(SECRETS, URLS),
    credentials=("GetParameter",),
    schedules=True,
    provides=True,
    objects={FILES: ("GetObject",)},
    misses=True,
)

ACCESS: Final = {
    # Deletes the name of an address that a contact gives up.
    Function.SEND: Access(
        table=(*READ, *WRITE, "DeleteItem"),
        queues=LANES,
        schedules=True,
        objects={UPLOADS: ("GetObject",), FILES: (*KEEP, "DeleteObject")},
        misses=True,
    ),
    Function.MANAGE: Access(
        table=(*READ, *WRITE, "DeleteItem"),
        indexes=(BY_TIME, BY_CONTACT),
        queues=LANES,
        reads=(SECRETS, URLS),
        credentials=("GetParameter", "PutParameter", "DeleteParameter"),
        asks=True,
        # A URL to upload to is worth what its signer may; a file whose message is moved is copied over itself.
        objects={UPLOADS: ("PutObject",), FILES: ("GetObject", *KEEP, "DeleteObject")},
        misses=True,
    ),
    Function.DISPATCH_CRITICAL: _DISPATCH,
    Function.DISPATCH_NORMAL: _DISPATCH,
    # A public URL: it proves who calls and hands over, so it needs no table.
    Function.INTAKE: Access(queues=EVENTS, reads=(SECRETS, URLS), credentials=("GetParameter",)),
    # A reported failure can wake the next try, soon by a lane or later by a schedule; a provider that knew no receipt
    # yet is asked again later.
    Function.APPLY: Access(
        table=("GetItem", *WRITE),
        queues=(*LANES, *EVENTS),
        credentials=("GetParameter",),
        schedules=True,
    ),
    # An unsubscribe must be true when it is answered, so it is written here and not queued.
    Function.LINKS: Access(table=("GetItem", *WRITE)),
    # Goes on with the erasure of contacts: their notifications are found, scrubbed and their data deleted.
    Function.SCHEDULER: Access(
        table=("GetItem", "Query", "UpdateItem", "DeleteItem"),
        indexes=(WORK, BY_CONTACT),
        # What was given up goes back where it came from.
        queues=(*LANES, *EVENTS),
        heals=True,
        # Where more is due in a minute than one run can wake, it goes on in the next.
        schedules=True,
        # What SES takes is the rate of those who set none.
        quota=True,
        objects={FILES: ("DeleteObject",)},
    ),
}
