"""The table's keys. Partition keys begin with the project, so that nothing crosses one."""

from datetime import UTC, datetime
from typing import Final

from heliograph.domain.identity import work_shard
from heliograph.domain.message import Lane, MessageId
from heliograph.domain.project import Mode
from heliograph.names import HOLD_SHARDS, TIME_SHARDS, WORK_SHARDS

HEAD: Final = "A"
CONTENT: Final = "D"
EVENTS: Final = "E#"
ORDER: Final = "O#"
ITEMS: Final = "G#"
"""The items of a stack: behind everything else in the partition of their notification."""
INTEGRATION: Final = "I#"
DRAFT: Final = "D"
VERSION: Final = "V#"
HOLDS: Final = "R#holds"
"""The partition of the work index that lists what holds messages back, or has just ended."""
HOLD: Final = "Z#"
PROJECTS: Final = "R#projects"
API_KEYS: Final = "R#keys"
"""The partitions of the work index that list all projects, and all keys by their project."""
ERASING: Final = "W#erase"
"""The partition of the work index that holds the open lines of the ledger of erasures."""

type Key = tuple[str, str]


def scope(project: str, mode: Mode) -> str:
    """What a test key leaves behind never meets what is live."""
    return project if mode is Mode.LIVE else f"{project}~t"


def notification(project: str, name: str) -> str:
    """The partition of a notification: head, further messages, content, provider events."""
    return f"{project}#N#{name}"


def message(at: MessageId) -> Key:
    """A message's item; number 0 is the head."""
    sort = HEAD if at.number == 0 else f"{HEAD}#{at.number}"
    return notification(at.project, at.notification), sort


def content(at: MessageId, body_hash: bytes) -> Key:
    """The payload, when it is too large for the head: named by its request, so that two requests never share one."""
    return notification(at.project, at.notification), f"{CONTENT}#{body_hash[:8].hex()}"


def event(at: MessageId, digest: str) -> Key:
    """A provider event of a message; the digest is its identity."""
    return notification(at.project, at.notification), f"{EVENTS}{at.number}#{digest}"


def stack_item(key: str) -> str:
    """The sort key of a stack's item."""
    return f"{ITEMS}{key}"


def stack(project: str, group: str) -> Key:
    """Which window of a group was opened last."""
    return f"{project}#G#{group}", HEAD


def work(at: MessageId, lane: Lane, check: int) -> Key:
    """Where the sweep finds a message."""
    entry = f"{check:013d}#{at.project}#{at.notification}#{at.number}#{lane}"
    return f"W#{work_shard(at.notification)}", entry


def work_partitions() -> list[str]:
    """All partitions of the work index."""
    return [f"W#{shard}" for shard in range(WORK_SHARDS)]


def held(at: MessageId, mode: Mode, place: str, lane: Lane, expires: int) -> Key:
    """Where a message lies that something holds back: the next to expire first."""
    entry = f"{expires:013d}#{at.project}#{at.notification}#{at.number}#{lane}"
    return held_partition(at.project, mode, place, work_shard(at.notification) % HOLD_SHARDS), entry


def held_partition(project: str, mode: Mode, place: str, shard: int) -> str:
    """One partition of what a hold keeps back; *place* as in Progress.held."""
    return f"H#{scope(project, mode)}#{place}#{shard}"


def held_partitions(project: str, mode: Mode, place: str) -> list[str]:
    """All of them."""
    return [held_partition(project, mode, place, shard) for shard in range(HOLD_SHARDS)]


def hold(project_name: str, mode: Mode, place: str) -> Key:
    """What holds messages back; it lies with the project, so that reading the project reads it."""
    return project(project_name), f"{HOLD}{mode.value}#{place}"


def slots(line: str) -> Key:
    """A line at which messages wait for their slot. One that is an account's is of all projects that share it."""
    return f"L#{line}", HEAD


def quota(provider: str) -> Key:
    """What the stage's own account may send by a provider, for all projects."""
    return f"Q#{provider}", HEAD


def bad_end(at: MessageId, mode: Mode, when: int) -> Key:
    """The list of failures of a day."""
    return f"{scope(at.project, mode)}#F#{_date(when):%Y%m%d}", f"{when:013d}#{at.notification}#{at.number}"


def by_time(at: MessageId, mode: Mode, created: int) -> Key:
    """The list of a project's notifications by time, a partition a month and shard."""
    shard = work_shard(at.notification) % TIME_SHARDS
    return month(at.project, mode, created, shard), f"{created:013d}#{at.notification}"


def month(project: str, mode: Mode, when: int, shard: int) -> str:
    """One partition of the index by time."""
    return f"{scope(project, mode)}#{_date(when):%Y%m}#{shard}"


def months(project: str, mode: Mode, when: int) -> list[str]:
    """All partitions of one month in the index by time."""
    return [month(project, mode, when, shard) for shard in range(TIME_SHARDS)]


def by_contact(at: MessageId, contact: str, created: int) -> Key:
    """The list of a contact's notifications."""
    return contact_history(at.project, contact), f"{created:013d}#{at.notification}"


def batch(project: str, name: str) -> Key:
    """The notifications of one call."""
    return f"{project}#B#{name}", HEAD


def contact(project: str, name: str) -> Key:
    """A contact."""
    return f"{project}#C#{name}", HEAD


def inbox(project: str, contact_name: str) -> str:
    """The partition of a contact's in-app inbox."""
    return f"{project}#U#{contact_name}"


def inbox_item(project: str, contact_name: str, item: str) -> Key:
    """One of its items, by its id, which begins with its time."""
    return inbox(project, contact_name), item


def of_inbox(partition: str) -> tuple[str, str]:
    """(project, contact) of an inbox's partition."""
    project_name, _, contact_name = partition.partition("#U#")
    return project_name, contact_name


def contacts(project: str) -> list[str]:
    """The partitions of a project's contacts in the index by time."""
    return [f"{project}#contacts#{shard}" for shard in range(TIME_SHARDS)]


def listed_contact(project: str, name: str, created: int) -> Key:
    """A contact's entry in the index by time."""
    return contacts(project)[work_shard(name) % TIME_SHARDS], f"{created:013d}#{name}"


def contact_history(project: str, name: str) -> str:
    """The partition of the index by contact that lists a contact's notifications."""
    return f"{project}#C#{name}"


def alias(project: str, kind: str, digest: str) -> Key:
    """Which contact an address belongs to."""
    return f"{project}#CA#{kind}#{digest}", HEAD


def suppression(project: str, mode: Mode, channel: str, digest: str) -> Key:
    """An address that must not be written to over a channel."""
    return f"{scope(project, mode)}#S#{channel}#{digest}", "*"


def suppressions(project: str, mode: Mode) -> list[str]:
    """The partitions of a project's suppressions in the index by time."""
    return [f"{scope(project, mode)}#S#{shard}" for shard in range(TIME_SHARDS)]


def listed_suppression(project: str, mode: Mode, channel: str, digest: str, at: int) -> Key:
    """A suppression's entry in the index by time; the channel stands in it, so that lists filter without reading."""
    return suppressions(project, mode)[work_shard(digest) % TIME_SHARDS], f"{at:013d}#{channel}#{digest}"


def erasure(project: str, contact_name: str, at: int) -> Key:
    """A line of the ledger of erasures, a partition a month."""
    return f"{project}#GD#{_date(at):%Y%m}", f"{at:013d}#{contact_name}"


def definitions(project: str) -> str:
    """The partition of a project's events in the index by time."""
    return f"{project}#events"


def counter(project: str, mode: Mode, name: str) -> Key:
    """What a project has used of a limit; each in a partition of its own, since they are written with every send."""
    return f"{scope(project, mode)}#L#{name}", HEAD


def definition(project: str, event_name: str) -> str:
    """The partition of an event's definition: head, draft, versions."""
    return f"{project}#T#{event_name}"


def layouts(project: str) -> str:
    """The partition of a project's layouts and partials, by name."""
    return f"{project}#L"


def version(number: int) -> str:
    """The sort key of a published version."""
    return f"{VERSION}{number:06d}"


def project(name: str) -> str:
    """The partition of a project: itself, its integrations and their order."""
    return f"P#{name}"


def api_key(key_id: str) -> Key:
    """An API key, by the id inside its text."""
    return f"K#{key_id}", HEAD


def _date(when: int) -> datetime:
    return datetime.fromtimestamp(when / 1000, UTC)
