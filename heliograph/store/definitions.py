"""Events: one head, one draft, and versions that never change."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import Conflict
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel
from heliograph.domain.tracking import Tracking
from heliograph.domain.variants import Variant
from heliograph.names import BY_TIME, INDEXES, PARTITION, SORT
from heliograph.store import keys, persistence_items, routing_items, stack_items
from heliograph.store.listing import PLACE, newest
from heliograph.store.table import Item, Key, Refused, Table


class Definitions:
    """The events of all projects."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, project: str, name: str) -> Definition | None:
        """An event with its draft."""
        partition = keys.definition(project, name)
        found = self._table.get_many([(partition, keys.HEAD), (partition, keys.DRAFT)], strong=True)
        head = found.get((partition, keys.HEAD))
        draft = found.get((partition, keys.DRAFT))
        return replace(decode_head(head), draft=_body(draft) if draft else None) if head else None

    def save_draft(self, project: str, definition: Definition) -> None:
        """Write the draft, and the head if the event is new."""
        partition = keys.definition(project, definition.name)
        if definition.draft is not None:
            draft = {PARTITION: partition, SORT: keys.DRAFT} | _body_item(definition.draft)
            self._table.put(draft | {"at": definition.updated})
        about = {"title": definition.title or None, "updated": definition.updated}
        fresh = {"name": definition.name, "created": definition.created} | _listed(project, definition)
        place = (partition, keys.HEAD)
        try:
            item = {PARTITION: partition, SORT: keys.HEAD, "pv": 0} | fresh | about
            self._table.put(item, condition="attribute_not_exists(pk)")
        except Refused as refused:
            deleted = (refused.item or {}).get("deleted")
            again = fresh | {"deleted": None} if deleted else {}
            self._table.update(place, about | again, expect={"deleted": deleted})

    def delete(self, project: str, definition: Definition, *, now: int) -> None:
        """Take an event out of use: nothing new is sent with it, and its versions stay for what waits.

        Raises:
            Conflict: somebody else published or deleted it meanwhile.
        """
        partition = keys.definition(project, definition.name)
        unlisted = dict.fromkeys(INDEXES[BY_TIME])
        changes = {"deleted": now, "updated": now, "pv": 0, "lv": definition.latest, "ch": None, "ln": None}
        try:
            expect = {"pv": definition.published, "deleted": None}
            self._table.update((partition, keys.HEAD), changes | unlisted, expect=expect)
        except Refused as refused:
            detail = f"event {definition.name!r} was published or deleted by somebody else meanwhile: look at it again"
            raise Conflict(detail) from refused
        self._table.delete((partition, keys.DRAFT))

    def publish(self, project: str, definition: Definition, body: Body, *, now: int) -> int:
        """Freeze *body* as the next version and point the head at it.

        Raises:
            Conflict: somebody else published meanwhile.
        """
        partition = keys.definition(project, definition.name)
        number = definition.latest + 1
        frozen = _body_item(body)
        try:
            item = {PARTITION: partition, SORT: keys.version(number), "at": now} | frozen
            self._table.put(item, condition="attribute_not_exists(pk)")
        except Refused as refused:
            # A publish that died between its two writes left the version behind. It is completed, whosever it was:
            # else nobody could ever publish this event again.
            if (left := refused.item) is None:
                raise
            if any(left.get(name) != value for name, value in frozen.items()):
                with suppress(Conflict):
                    self._point(project, definition, left, now)
                raise _published_meanwhile(definition.name) from refused
        self._point(project, definition, frozen, now)
        return number

    def _point(self, project: str, definition: Definition, version: Item, now: int) -> None:
        """Point the head at the version that follows, if nobody has yet."""
        place = keys.definition(project, definition.name), keys.HEAD
        number = definition.latest + 1
        changes = {"pv": number, "lv": number, "ch": version["ch"], "ln": version["ln"], "updated": now}
        changes |= {name: version.get(name) for name in ("wi", "xi", "ps", "rt", "sw")}
        try:
            self._table.update(place, changes, expect={"pv": definition.published, "deleted": None})
        except Refused as refused:
            raise _published_meanwhile(definition.name) from refused

    def version(self, project: str, name: str, number: int) -> Body | None:
        """A published version; it never changes, so it may be cached for ever."""
        item = self._table.get((keys.definition(project, name), keys.version(number)))
        return _body(item) if item else None

    def versions(self, project: str, name: str, *, limit: int) -> list[tuple[int, int]]:
        """The newest versions: (number, when it was published)."""
        found = self._table.query(keys.definition(project, name), begins=keys.VERSION, descending=True, limit=limit)
        return [(int(item[SORT].removeprefix(keys.VERSION)), item["at"]) for item in found]

    def latest(self, project: str, *, before: str, limit: int) -> list[tuple[str, Definition | None]]:
        """Entries of the list of events, newest first, each with its place; None for what is gone meanwhile."""
        entries = newest(self._table, [keys.definitions(project)], before=before, limit=limit)
        wanted = [(entry[PARTITION], entry[SORT]) for entry in entries]
        found = self._table.get_many(wanted) if wanted else {}
        heads = [decode_head(found[key]) if key in found else None for key in wanted]
        return [
            (entry[PLACE], None if head is None or head.deleted else head)
            for entry, head in zip(entries, heads, strict=True)
        ]

    def head_key(self, project: str, name: str) -> Key:
        """Where the head lies, for reads of many things at once."""
        return keys.definition(project, name), keys.HEAD


def decode_head(item: Item) -> Definition:
    """The head's part of a definition."""
    return Definition(
        name=item["name"],
        title=item.get("title", ""),
        published=item["pv"],
        latest=item["lv"] if "lv" in item else item["pv"],
        deleted=item.get("deleted", 0),
        channels=tuple(map(Channel, item.get("ch", ()))),
        lane=Lane(item.get("ln", Lane.NORMAL)),
        window=item.get("wi", ""),
        expires_in=item.get("xi", 0),
        persistence=persistence_items.decode(item.get("ps", {})),
        routing=routing_items.decode(item.get("rt", "")),
        stack=stack_items.decode_stack(item.get("sw")),
        created=item["created"],
        updated=item["updated"],
    )


def _listed(project: str, definition: Definition) -> Item:
    """The head's entry in the list of events."""
    place = f"{definition.created:013d}#{definition.name}"
    return dict(zip(INDEXES[BY_TIME], (keys.definitions(project), place), strict=True))


def _published_meanwhile(name: str) -> Conflict:
    return Conflict(f"event {name!r} was published by somebody else meanwhile: look at it and publish again")


def _body_item(body: Body) -> Item:
    templates: Mapping[str, Mapping[str, str]] = {name: dict(parts) for name, parts in body.templates.items()}
    variants = {name: [asdict(one) for one in given] for name, given in body.variants.items()}
    return {
        "ch": [channel.value for channel in body.channels],
        "ln": body.lane.value,
        "to": body.tracking.opens or None,
        "tc": body.tracking.clicks or None,
        "wi": body.window or None,
        "xi": body.expires_in or None,
        "ps": persistence_items.encode(body.persistence) or None,
        "sw": stack_items.encode_stack(body.stack),
        "tm": _dumps(templates),
        "vr": _dumps(variants) if variants else None,
        **routing_items.attributes(body),
    }


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _body(item: Item) -> Body:
    return Body(
        channels=tuple(map(Channel, item["ch"])),
        lane=Lane(item["ln"]),
        templates=json.loads(item["tm"]),
        tracking=Tracking(opens=item.get("to", False), clicks=item.get("tc", False)),
        variants=_variants(json.loads(item["vr"])) if "vr" in item else {},
        window=item.get("wi", ""),
        expires_in=item.get("xi", 0),
        persistence=persistence_items.decode(item.get("ps", {})),
        **routing_items.fields(item),
        stack=stack_items.decode_stack(item.get("sw")),
    )


def _variants(given: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, tuple[Variant, ...]]:
    return {name: tuple(Variant(**one) for one in some) for name, some in given.items()}
