"""An event: the named definition of a notification, with its versions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from heliograph.domain.message import Lane
from heliograph.domain.model import JSON, Channel
from heliograph.domain.persistence import Persistence
from heliograph.domain.plan import language_chain
from heliograph.domain.routing import Routing
from heliograph.domain.stacking import Stack
from heliograph.domain.tracking import Tracking
from heliograph.domain.variants import Variant, choose

type Templates = Mapping[str, Mapping[str, str]]
"""`email` or `email.sv` -> part (`subject`, `html`, `text`) -> source."""


class Chosen(NamedTuple):
    """The template of one message."""

    name: str
    parts: Mapping[str, str]
    variant: str = ""
    """Empty where the template has none."""

    @property
    def language(self) -> str:
        """Of the template, empty where it is for all."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a version freezes: the channels in order and a template for each channel and language."""

    channels: tuple[Channel, ...]
    templates: Templates = field(default_factory=dict)
    lane: Lane = Lane.NORMAL
    tracking: Tracking = field(default_factory=Tracking)
    variants: Mapping[str, tuple[Variant, ...]] = field(default_factory=dict)
    """By the template's name."""
    window: str = ""
    """When its messages may go, as opening hours; empty: always."""
    expires_in: int = 0
    """Milliseconds after they are due at which its messages expire; 0: they have no such limit."""
    persistence: Persistence = field(default_factory=Persistence)
    routing: Routing = field(default_factory=Routing)
    topic: str = ""
    """What it is about, for people's preferences."""
    required: bool = False
    """It goes also to those who unsubscribed from the channel; a hard bounce and a complaint still stop it."""
    overrides: JSON = field(default_factory=dict)
    """What all its sends have, as a send's own overrides, which win member by member."""
    senders: Mapping[str, str] = field(default_factory=dict)
    """By channel: the sender that takes the place of the integration's, unless `overrides` name one."""
    stack: Stack | None = None

    def template(self, channel: Channel, language: str) -> tuple[str, Mapping[str, str]] | None:
        """The template for a language, or the nearest wider one: (its name, its parts)."""
        known = {name.lower(): name for name in self.templates}
        for tag in language_chain(language):
            name = known.get((f"{channel}.{tag}" if tag else channel.value).lower())
            if name is not None:
                return name, self.templates[name]
        return None

    def chosen(self, channel: Channel, language: str, notification: str, variant: str = "") -> Chosen | None:
        """The template for a language, in the notification's variant or the one that is named."""
        found = self.template(channel, language)
        if found is None:
            return None
        name, parts = found
        variants = self.variants.get(name, ())
        if not variants:
            return Chosen(name, parts)
        named = next((one for one in variants if one.name == variant), None)
        one = named or choose(variants, notification)
        return Chosen(name, {**parts, **one.parts}, one.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """An event as it is now: `published` is 0 until a version is; channels, lane and time are that version's."""

    name: str
    title: str = ""
    published: int = 0
    latest: int = 0
    """The number of the last version ever; above `published` when the event was deleted and made again."""
    deleted: int = 0
    """When it was deleted; 0 while it is there. Its versions stay for what waits to be sent."""
    channels: tuple[Channel, ...] = ()
    lane: Lane = Lane.NORMAL
    window: str = ""
    expires_in: int = 0
    persistence: Persistence = field(default_factory=Persistence)
    routing: Routing = field(default_factory=Routing)
    stack: Stack | None = None
    draft: Body | None = None
    created: int = 0
    updated: int = 0
