"""Projects with their integrations, and API keys."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from heliograph.domain.errors import Conflict, NotFound
from heliograph.domain.limits import Limits
from heliograph.domain.model import Channel
from heliograph.domain.project import ApiKey, Integration, Mode, Project, Scope
from heliograph.names import INDEXES, PARTITION, SORT, WORK
from heliograph.store import hold_items, keys
from heliograph.store.table import Item, Refused, Table

_LIST, _LIST_SORT = INDEXES[WORK]


class Projects:
    """All projects. One query reads a project with its integrations and their order."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, project: Project) -> None:
        """Store a new project.

        Raises:
            Conflict: there is one with this id.
        """
        item = {"name": project.name, "salt": project.salt, "created": project.created}
        item |= {"retention": project.retention_days, "doubt": project.doubt}
        item |= {_LIST: keys.PROJECTS, _LIST_SORT: project.id}
        try:
            place = {PARTITION: keys.project(project.id), SORT: keys.HEAD}
            self._table.put(place | item, condition="attribute_not_exists(pk)")
        except Refused as exc:
            raise Conflict(f"there is already a project {project.id!r}: choose another id", field="id") from exc

    def ids(self) -> Iterator[str]:
        """Those of all projects, in order; one that was made in this second may be missing."""
        for entry in self._table.query(keys.PROJECTS, index=WORK):
            yield entry[_LIST_SORT]

    def get(self, project: str) -> Project | None:
        """A project with its integrations."""
        head: Item | None = None
        integrations: list[Integration] = []
        order: dict[Channel, tuple[str, ...]] = {}
        weights: dict[Channel, dict[str, int]] = {}
        holds: list[Item] = []
        for item in self._table.query(keys.project(project), strong=True):
            sort: str = item[SORT]
            if sort == keys.HEAD:
                head = item
            elif sort.startswith(keys.INTEGRATION):
                integrations.append(_integration(item))
            elif sort.startswith(keys.ORDER):
                channel = Channel(sort.removeprefix(keys.ORDER))
                order[channel] = tuple(item["ids"])
                weights |= {channel: item["weights"]} if "weights" in item else {}
            elif sort.startswith(keys.HOLD):
                holds.append(item)
        if head is None:
            return None
        return Project(
            id=project,
            name=head["name"],
            salt=head["salt"],
            created=head["created"],
            retention_days=head["retention"],
            doubt=head["doubt"],
            limits=_limits(head.get("limits", {})),
            integrations=tuple(sorted(integrations, key=lambda one: (one.created, one.id))),
            order=order,
            weights=weights,
            circuits=hold_items.circuits(holds),
            pauses=hold_items.pauses(holds),
        )

    def limit(self, project: str, limits: Limits) -> None:
        """Set all limits of a project that exists.

        Raises:
            NotFound: it does not.
        """
        item = {name: value for name, value in asdict(limits).items() if value}
        try:
            self._table.update((keys.project(project), keys.HEAD), {"limits": item}, expect={})
        except Refused as exc:
            raise NotFound(f"there is no project {project!r}: create it first", field="id") from exc

    def add_integration(self, project: Project, integration: Integration) -> None:
        """Store an integration and put it last in the order of each of its channels."""
        item = asdict(integration) | {"channels": sorted(integration.channels), "name": integration.name or None}
        item |= {"rate": thousandths(integration.rate), "account": integration.account or None}
        place = {PARTITION: keys.project(project.id), SORT: f"{keys.INTEGRATION}{integration.id}"}
        self._table.put(place | item)
        for channel in sorted(integration.channels):
            known = project.order.get(channel, ())
            shares = project.weights.get(channel, {})
            self.order(project.id, channel, (*known, integration.id), seen=known, weights=shares)

    def pace(self, project: str, integration: str, rate: float) -> None:
        """Set an integration's rate, messages a second; 0 takes it away.

        Raises:
            NotFound: there is no such integration.
        """
        place = (keys.project(project), f"{keys.INTEGRATION}{integration}")
        try:
            self._table.update(place, {"rate": thousandths(rate)}, expect={"id": integration})
        except Refused as exc:
            detail = f"there is no integration {integration[:40]!r} in this project: use an id of GET /v1/integrations"
            raise NotFound(detail, field="id", code="INTEGRATION_NOT_FOUND") from exc

    def change_integration(self, project: str, integration: Integration) -> None:
        """Write what may change of an integration: sender, name and account.

        Raises:
            NotFound: it is gone.
        """
        changes: Item = {"sender": integration.sender, "name": integration.name or None}
        changes["account"] = integration.account or None
        try:
            self._table.update((keys.project(project), f"{keys.INTEGRATION}{integration.id}"), changes, expect={})
        except Refused as exc:
            raise NotFound("the integration was removed meanwhile", field="integration") from exc

    def remove_integration(self, project: str, integration: str) -> None:
        """Delete an integration that is in no order any more."""
        self._table.delete((keys.project(project), f"{keys.INTEGRATION}{integration}"))

    def order(
        self,
        project: str,
        channel: Channel,
        ids: tuple[str, ...],
        *,
        seen: tuple[str, ...],
        weights: Mapping[str, int] | None = None,
    ) -> None:
        """Set the order of a channel's integrations, and their *weights*, if the order is still as *seen*.

        Raises:
            Conflict: somebody else changed it meanwhile.
        """
        place = {PARTITION: keys.project(project), SORT: f"{keys.ORDER}{channel}"}
        # A channel that never had an order and one whose order is empty are the same to who reads them.
        condition = "ids = :seen" if seen else "attribute_not_exists(pk) OR ids = :seen"
        try:
            item = {"ids": list(ids), "weights": dict(weights) if weights else None}
            self._table.put(place | item, condition=condition, values={":seen": list(seen)})
        except Refused as exc:
            raise Conflict(f"the order of {channel} was changed meanwhile: read it and set it again") from exc

    def add_key(self, key: ApiKey) -> None:
        """Store a key; the same id again replaces it."""
        partition, sort = keys.api_key(key.id)
        item = asdict(key) | {"scopes": sorted(key.scopes), "mode": key.mode.value, "name": key.name or None}
        item |= {_LIST: keys.API_KEYS, _LIST_SORT: f"{key.project}#{key.id}"}
        self._table.put(item | {PARTITION: partition, SORT: sort})

    def key(self, key_id: str) -> ApiKey | None:
        """A key by the id inside its text."""
        item = self._table.get(keys.api_key(key_id))
        return _key(item) if item else None

    def keys_of(self, project: str) -> Iterator[ApiKey]:
        """Those that were ever made for a project, by their ids; one of this second may be missing."""
        for entry in self._table.query(keys.API_KEYS, index=WORK, begins=f"{project}#"):
            if found := self.key(entry[_LIST_SORT].partition("#")[2]):
                yield found

    def expire(self, key_id: str, *, at: int) -> None:
        """Have a key end at that time (epoch milliseconds)."""
        self._table.update(keys.api_key(key_id), {"expires": at}, expect={})

    def revoke(self, key_id: str) -> None:
        """End a key for good."""
        self._table.update(keys.api_key(key_id), {"revoked": True}, expect={})


def _integration(item: Item) -> Integration:
    known: dict[str, Any] = {name: item[name] for name in ("id", "provider", "sender", "created")}
    return Integration(
        **known,
        channels=frozenset(map(Channel, item["channels"])),
        name=item.get("name", ""),
        rate=item.get("rate", 0) / 1000,
        account=item.get("account", ""),
    )


def thousandths(rate: float) -> int | None:
    """A rate as it is stored, since the table holds no fractions; None for none."""
    return round(rate * 1000) or None


def _limits(item: Item) -> Limits:
    return Limits(**item | {"sms_countries": tuple(item.get("sms_countries", ()))})


def _key(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        project=item["project"],
        mode=Mode(item["mode"]),
        digest=item["digest"],
        scopes=frozenset(map(Scope, item["scopes"])),
        expires=item["expires"],
        revoked=item["revoked"],
        name=item.get("name", ""),
        created=item.get("created", 0),
    )
