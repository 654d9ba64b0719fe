"""Define: events with their drafts and published versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import BadInput, Conflict, NotFound
from heliograph.domain.language import language_tag
from heliograph.domain.model import JSON, KINDS, Channel, Kind
from heliograph.domain.view import timestamp
from heliograph.usecases.ports import Clock

PARTS: Final[Mapping[Kind, tuple[str, ...]]] = {Kind.EMAIL: ("subject", "html", "text")}
"""The parts of a template; every kind that is not named has `text` alone."""


class DefinitionStore(Protocol):
    """See heliograph.store.definitions."""

    def get(self, project: str, name: str) -> Definition | None: ...
    def save_draft(self, project: str, definition: Definition) -> None: ...
    def publish(self, project: str, definition: Definition, body: Body, *, now: int) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Define:
    """Works on one project's events."""

    store: DefinitionStore
    check: Callable[[str, str], None]
    """heliograph.templates.check: (path in the request, source); raises BadInput."""
    clock: Clock

    def save(self, project: str, name: str, title: str, body: Body, *, new: bool = False) -> tuple[Definition, bool]:
        """Save a draft; the second value says whether the event is new.

        Raises:
            BadInput: a template that could never be rendered, or that belongs to no channel of the event.
            Conflict: it exists and *new* was asked for.
        """
        self._check(body)
        now = self.clock()
        known = self.store.get(project, name)
        if known is not None and new:
            raise Conflict(f"there is already an event {name!r}: change it with PUT /v1/events/{name}", field="name")
        created = known.created if known else now
        definition = replace(known or Definition(name=name), title=title, draft=body, created=created, updated=now)
        self.store.save_draft(project, definition)
        return definition, known is None

    def get(self, project: str, name: str) -> Definition:
        """An event with its draft.

        Raises:
            NotFound: there is none of this name.
        """
        found = self.store.get(project, name)
        if found is None:
            raise NotFound(f"there is no event {name!r} in this project", field="name", code="EVENT_NOT_FOUND")
        return found

    def publish(self, project: str, name: str) -> Definition:
        """Freeze the draft as the next version; what is sent from now on uses it.

        Raises:
            NotFound: there is no such event.
            Conflict: it has no draft, or somebody else published meanwhile.
        """
        definition = self.get(project, name)
        if definition.draft is None:
            raise Conflict(f"event {name!r} has no draft to publish: save one with PUT /v1/events/{name}")
        body, now = definition.draft, self.clock()
        number = self.store.publish(project, definition, body, now=now)
        return replace(definition, published=number, channels=body.channels, lane=body.lane, updated=now)

    def _check(self, body: Body) -> None:
        if len(set(body.channels)) < len(body.channels):
            raise BadInput("`channels` names a channel twice: name each once", field="channels")
        covered = {_channel(name, body.channels) for name in body.templates}
        for channel in body.channels:
            if channel not in covered:
                detail = f"there is no template for {channel.value}: add `templates.{channel.value}`"
                raise BadInput(detail, field="templates")
        for name, parts in body.templates.items():
            self._check_parts(name, parts, PARTS.get(KINDS[_channel(name, body.channels)], ("text",)))

    def _check_parts(self, name: str, parts: Mapping[str, str], known: tuple[str, ...]) -> None:
        field = f"templates.{name}"
        for part in parts:
            if part not in known:
                raise BadInput(f"`{field}.{part}` is no part of it: use {', '.join(known)}", field=f"{field}.{part}")
        if "subject" in known and not parts.get("subject", "").strip():
            raise BadInput(f"`{field}.subject` is missing: give it", field=f"{field}.subject")
        if not any(parts.get(part) for part in ("html", "text")):
            content = "`text` or `html`" if "html" in known else "`text`"
            raise BadInput(f"`{field}` has no content: give it {content}", field=field)
        for part, source in parts.items():
            self.check(f"{field}.{part}", source)


def shown(definition: Definition) -> JSON:
    """An event as callers see it."""
    draft = definition.draft
    return {
        "name": definition.name,
        "title": definition.title,
        "version": definition.published or None,
        "channels": [channel.value for channel in definition.channels],
        "draft": draft
        and {
            "channels": [channel.value for channel in draft.channels],
            "priority": draft.lane.value,
            "tracking": {"opens": draft.tracking.opens, "clicks": draft.tracking.clicks},
            "templates": {name: dict(parts) for name, parts in draft.templates.items()},
        },
        "created_at": timestamp(definition.created),
        "updated_at": timestamp(definition.updated),
    }


def _channel(name: str, channels: tuple[Channel, ...]) -> Channel:
    """The channel of a template's name, `email` or `email.sv-FI`."""
    text, _, language = name.partition(".")
    if text not in channels:
        raise BadInput(
            f"`templates.{name}` belongs to none of the event's channels: name it after one of"
            f" {', '.join(channels)}, with a language behind it or without (`{channels[0]}.sv`)",
            field=f"templates.{name}",
        )
    if language and (tag := language_tag(language, f"templates.{name}")) != language:
        raise BadInput(f"`templates.{name}`: write the language as {tag!r}", field=f"templates.{name}")
    return Channel(text)
