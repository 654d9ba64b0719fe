"""Batches: many different messages in one call, and how they stand together."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from heliograph.domain import view
from heliograph.domain.batch import Batch, BatchCall
from heliograph.domain.errors import KeyReused, NotFound
from heliograph.domain.identity import NOTIFICATION_ID_LENGTH, notification_id
from heliograph.domain.message import Message
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.retry import MESSAGE_DEADLINE
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.accept import DAY, Acceptance
from heliograph.usecases.accept_many import AcceptMany, Result
from heliograph.usecases.ports import Clock


class BatchStore(Protocol):
    """See heliograph.store.batches."""

    def begin(self, batch: Batch, *, now: int) -> Batch | None: ...
    def settle(self, batch: Batch) -> None: ...
    def drop(self, batch: Batch) -> None: ...
    def get(self, project: str, name: str, *, now: int) -> Batch | None: ...
    def heads(self, project: str, notifications: Iterable[str]) -> list[Message]: ...
    def further(self, heads: Iterable[Message]) -> dict[str, tuple[Message, ...]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBatch:
    """Takes calls with many messages."""

    accept: AcceptMany
    batches: BatchStore
    clock: Clock

    def __call__(self, call: BatchCall, caller: Caller, remaining: Callable[[], float]) -> tuple[str, list[Result]]:
        """The batch's id and one result a message, in order.

        The batch is stored before its messages: whatever happens then, nothing was accepted that it does not name.

        Raises:
            KeyReused: the call's key was used with another call.
            Busy, Unavailable: nothing was stored.
        """
        batch = self._batch(call, caller)
        if not batch.notifications:
            return batch.id, self.accept(call.requests, caller, remaining)
        known = self.batches.begin(batch, now=batch.created)
        if known is not None and known.body_hash != call.body_hash:
            raise KeyReused(
                "this idempotency key was used with another call: send the same call, or choose a new key",
                field="Idempotency-Key",
            )
        done = self.accept(call.requests, caller, remaining)
        self._settle(batch, done, known)
        return batch.id, done

    def _batch(self, call: BatchCall, caller: Caller) -> Batch:
        now = self.clock()
        asked = [request for request in call.requests if isinstance(request, SendRequest)]
        names = dict.fromkeys(_name(caller, request.key) for request in asked)
        last = max((request.due for request in asked), default=now)
        return Batch(
            project=caller.project.id,
            id=_name(caller, f"batch\0{call.key}"),
            mode=caller.mode,
            total=len(call.requests),
            notifications=tuple(names),
            rejected=len(call.requests) - len(asked),
            created=now,
            body_hash=call.body_hash,
            expires_from_table=(max(last, now) + MESSAGE_DEADLINE + caller.project.retention_days * DAY) // 1000,
        )

    def _settle(self, batch: Batch, done: Sequence[Result], known: Batch | None) -> None:
        names = tuple(dict.fromkeys(one.id for one in done if isinstance(one, Acceptance)))
        rejected = sum(not isinstance(one, Acceptance) for one in done)
        if not names and known is None:
            self.batches.drop(batch)
        elif (names, rejected) != _told(known or batch):
            self.batches.settle(replace(batch, notifications=names, rejected=rejected))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatch:
    """Reads a project's batches; a test key sees what test keys sent."""

    batches: BatchStore
    clock: Clock

    def __call__(self, caller: Caller, name: str) -> JSON:
        """`{id, state, total, rejected, counts, notifications, created_at}`; counts by the status of each.

        Raises:
            NotFound: there is none of this id in the caller's project and mode.
        """
        now, project = self.clock(), caller.project.id
        # No id is longer, and DynamoDB would refuse a key of more than 2048 bytes.
        short = len(name.encode()) <= NOTIFICATION_ID_LENGTH
        batch = self.batches.get(project, name, now=now) if short else None
        if batch is None or batch.mode != caller.mode:
            detail = f"there is no batch {name[:40]!r} in this project: use the id that the call answered"
            raise NotFound(detail, field="id", code="BATCH_NOT_FOUND")
        heads = self.batches.heads(project, batch.notifications)
        further = self.batches.further(heads)
        lines = [view.summary(head, further.get(head.id.notification, ()), now=now) for head in heads]
        return {
            "id": batch.id,
            "state": "completed" if all(line["state"] == "completed" for line in lines) else "accepted",
            "total": batch.total,
            "rejected": batch.rejected,
            "counts": dict(Counter(line["status"] for line in lines)),
            "notifications": list(batch.notifications),
            "created_at": timestamp(batch.created),
        }


def _name(caller: Caller, key: str) -> str:
    project = caller.project
    return notification_id(project=project.id, mode=caller.mode, salt=project.salt, key=key)


def _told(batch: Batch) -> tuple[tuple[str, ...], int]:
    return batch.notifications, batch.rejected
