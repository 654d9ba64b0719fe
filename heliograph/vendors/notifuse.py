"""Notifuse (2020 to 2023): `POST /messages.send` and `POST /users.upsert`.

The vendor's page shows no envelope of the answer; `{"results": [...]}` in the order of the request is ours. What it
does not document is ignored and named in the header `Heliograph-Ignored`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from heliograph.api.overriding import Overrides
from heliograph.api.problem import told
from heliograph.api.request import json_body, shaped
from heliograph.domain import view
from heliograph.domain.errors import BadInput, KeyReused
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, KINDS, Kind
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.domain.status import Status
from heliograph.domain.strict_json import canonical
from heliograph.usecases.accept import Acceptance
from heliograph.vendors.notifuse_shapes import MessagesBody, NotifuseMessage, NotifuseUser, UsersBody

EXISTS: Final = "id/exists"
_ERRORS: Final = {Kind.EMAIL: "emailError", Kind.SMS: "smsError"}
_BAD: Final = frozenset({Status.FAILED, Status.DROPPED, Status.BOUNCED, Status.SUPPRESSED, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One message of a call: its id as the caller gave it, and the request or what is wrong with it."""

    id: str
    request: SendRequest | BadInput
    ignored: tuple[str, ...] = ()


def messages(event: JSON, caller: Caller, *, now: int, random_key: Callable[[], str]) -> list[Asked]:
    """The call's messages, each checked by itself.

    Raises:
        BadInput: the call itself is wrong.
    """
    body = shaped(MessagesBody, json_body(event))
    return _in_order([_asked(one, caller, now, random_key()) for one in body.messages])


def users(event: JSON) -> list[tuple[str, JSON | BadInput]]:
    """Of each user the id as it was given, and the fields or what is wrong with them.

    Raises:
        BadInput: the call itself is wrong.
    """
    return [_user(one) for one in shaped(UsersBody, json_body(event)).users]


def result(asked: Asked, done: Acceptance | Exception, head: Message | None) -> JSON:
    """One of `results`: `{id, ok}`, with `error` when we refused it, `emailError` or `smsError` when a provider did."""
    if isinstance(done, Exception):
        error = EXISTS if isinstance(done, KeyReused) else told(done).detail
        return ({"id": asked.id} if asked.id else {}) | {"ok": False, "error": error}
    if done.replay:
        return {"id": asked.id, "ok": False, "error": EXISTS}
    return {"id": asked.id or done.id, "ok": True} | (_refusal(head) if head else {})


def upserted(name: str, done: Exception | None) -> JSON:
    """One of `results` of users."""
    return {"id": name, "ok": True} if done is None else {"id": name, "ok": False, "error": told(done).detail}


def ignored(asked: Sequence[Asked]) -> dict[str, str]:
    """The header that names what was not looked at."""
    names = dict.fromkeys(name for one in asked for name in one.ignored)
    printable = [name for name in names if name.isascii() and name.isprintable() and len(name) <= 100]  # noqa: PLR2004  # longer ones tell nobody anything
    return {"heliograph-ignored": ", ".join(printable[:20])} if printable else {}


def _asked(given: Any, caller: Caller, now: int, key: str) -> Asked:
    name = _id(given)
    try:
        one = shaped(NotifuseMessage, given)
        overrides, unknown = _overrides(one)
        who = one.fields()
        about = {"mode": caller.mode, "route": "notifuse", "body": given}
        request = SendRequest(
            event=one.notificationId,
            channel=None,
            to={"id": who.pop("id")},
            missing=who,
            payload=one.data,
            language="",
            due=now,
            key=one.id or key,
            increment_id=one.incrementId or "",
            overrides=overrides,
            body_hash=hashlib.sha256(canonical(about)).digest(),
        )
        return Asked(id=name, request=request, ignored=(*(one.model_extra or {}), *unknown))
    except BadInput as wrong:
        return Asked(id=name, request=wrong)


def _in_order(asked: Sequence[Asked]) -> list[Asked]:
    """What a call says of a person holds for its later messages too, though they are taken side by side."""
    told: dict[str, JSON] = {}
    found = []
    for one in asked:
        if isinstance(one.request, BadInput):
            found.append(one)
            continue
        known = told.setdefault(one.request.to["id"], {})
        told[one.request.to["id"]] = missing = {**one.request.missing, **known}
        found.append(replace(one, request=replace(one.request, missing=missing)))
    return found


def _user(given: Any) -> tuple[str, JSON | BadInput]:
    name = _id(given)
    try:
        return name, shaped(NotifuseUser, given).fields()
    except BadInput as wrong:
        return name, wrong


def _id(given: Any) -> str:
    found = given.get("id", "") if isinstance(given, dict) else ""
    return found if isinstance(found, str) else ""


_MAIL: Final = {"subject": "subject", "replyTo": "reply_to", "cc": "cc", "bcc": "bcc"}
"""Settings of a mail -> ours. The vendor does not list them; these are what a mail has."""


def _overrides(one: NotifuseMessage) -> tuple[JSON, list[str]]:
    """(our overrides, settings that are not ours)."""
    mail = {
        ours: one.emailSettingsOverride[theirs] for theirs, ours in _MAIL.items() if theirs in one.emailSettingsOverride
    }
    unknown = [f"emailSettingsOverride.{name}" for name in one.emailSettingsOverride if name not in _MAIL]
    found = shaped(Overrides, {"email": mail} if mail else {}).model_dump(mode="json", exclude_none=True)
    return found | ({"in_app": one.widgetSettingsOverride} if one.widgetSettingsOverride else {}), unknown


def _refusal(head: Message) -> JSON:
    attempt, row = view.standing(head, now=head.created)
    name = _ERRORS.get(KINDS[head.channel])
    if name is None or row.status not in _BAD:
        return {}
    known = head.progress.log[attempt]
    return {name: ": ".join(part for part in (known.reason or row.status.value, known.text) if part)}
