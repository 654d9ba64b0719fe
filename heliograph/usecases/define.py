"""Define: events with their drafts and published versions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from heliograph.domain.definition import Body, Definition
from heliograph.domain.errors import BadInput, Conflict, NotFound
from heliograph.domain.language import language_tag
from heliograph.domain.model import JSON, Channel
from heliograph.domain.parts import PARTS, TEXT, Parts
from heliograph.domain.persistence import Persistence
from heliograph.domain.routing_view import routing_shown
from heliograph.domain.stacking import SECOND, Stack
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.flat import flat
from heliograph.usecases.layouts import Check, Find
from heliograph.usecases.ports import Clock


class DefinitionStore(Protocol):
    """See heliograph.store.definitions."""

    def get(self, project: str, name: str) -> Definition | None: ...
    def save_draft(self, project: str, definition: Definition) -> None: ...
    def publish(self, project: str, definition: Definition, body: Body, *, now: int) -> int: ...


def _without(_project: str) -> Find:
    return lambda _name: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Define:
    """Works on one project's events."""

    store: DefinitionStore
    check: Check
    clock: Clock
    layouts: Callable[[str], Find] = _without
    """A project's layouts and partials."""

    def save(self, project: str, name: str, title: str, body: Body, *, new: bool = False) -> tuple[Definition, bool]:
        """Save a draft; the second value says whether the event is new.

        Raises:
            BadInput: a template that could never be rendered, or that belongs to no channel of the event.
            Conflict: it exists and *new* was asked for.
        """
        self._check(body)
        # Only to see that it can be: the draft keeps its source, and publishing takes the layouts as they are then.
        flat(body, self.check, self.layouts(project))
        now = self.clock()
        known = self.store.get(project, name)
        before = known.latest if known else 0
        known = None if known and known.deleted else known
        if known is not None and new:
            raise Conflict(f"there is already an event {name!r}: change it with PUT /v1/events/{name}", field="name")
        created = known.created if known else now
        definition = replace(
            known or Definition(name=name, latest=before), title=title, draft=body, created=created, updated=now
        )
        self.store.save_draft(project, definition)
        return definition, known is None

    def get(self, project: str, name: str) -> Definition:
        """An event with its draft.

        Raises:
            NotFound: there is none of this name.
        """
        found = self.store.get(project, name)
        if found is None or found.deleted:
            raise NotFound(f"there is no event {name!r} in this project", field="name", code="EVENT_NOT_FOUND")
        return found

    def publish(self, project: str, name: str) -> Definition:
        """Freeze the draft, with the layouts as they are now, as the next version; what is sent from now on uses it.

        Raises:
            BadTemplate: with the layouts as they are now, it could not be rendered.
            NotFound: there is no such event.
            Conflict: it has no draft, or somebody else published meanwhile.
        """
        definition = self.get(project, name)
        if definition.draft is None:
            raise Conflict(f"event {name!r} has no draft to publish: save one with PUT /v1/events/{name}")
        body, now = flat(definition.draft, self.check, self.layouts(project)), self.clock()
        number = self.store.publish(project, definition, body, now=now)
        return replace(
            definition,
            published=number,
            latest=number,
            channels=body.channels,
            lane=body.lane,
            window=body.window,
            expires_in=body.expires_in,
            persistence=body.persistence,
            routing=body.routing,
            stack=body.stack,
            updated=now,
        )

    def _check(self, body: Body) -> None:
        if len(set(body.channels)) < len(body.channels):
            raise BadInput("`channels` names a channel twice: name each once", field="channels")
        covered = {_channel(name, body.channels) for name in body.templates}
        for channel in body.channels:
            if channel not in covered:
                detail = f"there is no template for {channel.value}: add `templates.{channel.value}`"
                raise BadInput(detail, field="templates")
        for name, parts in body.templates.items():
            known = _parts(_channel(name, body.channels))
            for index, variant in enumerate(body.variants.get(name, ())):
                self._check_parts(f"templates.{name}.variants[{index}]", {**parts, **variant.parts}, known)
            if name not in body.variants:
                self._check_parts(f"templates.{name}", parts, known)

    def _check_parts(self, field: str, parts: Mapping[str, str], known: Parts) -> None:
        names, needed = known.names, known.content
        for part in parts:
            if part not in names:
                raise BadInput(f"`{field}.{part}` is no part of it: use {', '.join(names)}", field=f"{field}.{part}")
        for part in known.required:
            if not parts.get(part, "").strip():
                raise BadInput(f"`{field}.{part}` is missing: give it", field=f"{field}.{part}")
        if not any(parts.get(part) for part in needed):
            content = " or ".join(f"`{part}`" for part in needed)
            raise BadInput(f"`{field}` has no content: give it {content}", field=field)


def shown(definition: Definition) -> JSON:
    """An event as callers see it."""
    draft = definition.draft
    return {
        "name": definition.name,
        "title": definition.title,
        "version": definition.published or None,
        "channels": [channel.value for channel in definition.channels],
        "draft": draft and body_shown(draft),
        "created_at": timestamp(definition.created),
        "updated_at": timestamp(definition.updated),
    }


def body_shown(body: Body) -> JSON:
    """A draft or a version as callers see it."""
    return {
        "channels": [channel.value for channel in body.channels],
        "priority": body.lane.value,
        "window": body.window or None,
        "expires_in": body.expires_in // 1000 or None,
        **persistence_shown(body.persistence),
        "stack": _stack_shown(body.stack) if body.stack else None,
        "tracking": {"opens": body.tracking.opens, "clicks": body.tracking.clicks},
        **routing_shown(body),
        "templates": _templates_shown(body),
    }


def _stack_shown(stack: Stack) -> JSON:
    seconds = stack.window // SECOND
    return {"mode": stack.mode.value, "window": seconds, "keep": stack.keep.value, "limit": stack.limit}


def persistence_shown(given: Persistence) -> JSON:
    """`{deadlines, retries}`: in seconds what is not as usual, null where all is."""
    named = {"message": given.message, "channel": given.channel, "provider": given.provider}
    deadlines = {name: value // SECOND or None for name, value in named.items()}
    return {"deadlines": deadlines if any(deadlines.values()) else None, "retries": given.retries}


def _templates_shown(body: Body) -> JSON:
    """Templates as they were given: parts, and variants where there are some."""
    found: JSON = {name: dict(parts) for name, parts in body.templates.items()}
    for name, variants in body.variants.items():
        found[name]["variants"] = [{"name": one.name, "weight": one.weight, **one.parts} for one in variants]
    return found


def _parts(channel: Channel) -> Parts:
    return PARTS.get(channel) or TEXT


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
