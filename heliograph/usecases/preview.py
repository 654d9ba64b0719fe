"""Preview: an event rendered with sample data, as it would be sent, without sending it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from heliograph.domain import parts, sms, stacking
from heliograph.domain.contact import PROFILE, Contact
from heliograph.domain.definition import Body, Chosen, Definition
from heliograph.domain.errors import BadInput, BadTemplate, NotFound, TemplateError
from heliograph.domain.model import JSON, KINDS, Channel, Kind
from heliograph.usecases.flat import flat
from heliograph.usecases.layouts import Check, Find
from heliograph.usecases.ports import ProjectStore, Renderer

DRAFT: Final = "draft"


class DefinitionStore(Protocol):
    """See heliograph.store.definitions."""

    def get(self, project: str, name: str) -> Definition | None: ...
    def version(self, project: str, name: str, number: int) -> Body | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What an event is rendered with. *contact* has a contact's checked fields."""

    channel: Channel
    language: str = ""
    payload: JSON
    contact: JSON
    version: int | str = DRAFT
    variant: str = ""
    items: tuple[JSON, ...] = ()
    """Of an event with a stack: the payloads that it would gather; without any, the payload alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Renders events of one project."""

    store: DefinitionStore
    projects: ProjectStore
    check: Check
    render: Renderer
    layouts: Callable[[str], Find]
    links_url: Callable[[], str]

    def __call__(self, project: str, event: str, sample: Sample) -> JSON:
        """`{event, version, channel, template, variant, parts}`, for SMS also `sms: {encoding, characters, parts}`.

        Raises:
            NotFound: no such event or version.
            BadInput: the event has no such template or variant.
            BadTemplate: it cannot be rendered with this sample.
        """
        body = self._body(project, event, sample.version)
        sample, stacked = _stacked(body, event, sample)
        template = _chosen(body, event, sample)
        rendered = self._rendered(project, event, sample, template, stacked)
        shown: JSON = {
            "event": event,
            "version": sample.version,
            "channel": sample.channel.value,
            "template": template.name,
            "variant": template.variant or None,
            "parts": dict(rendered),
        }
        if KINDS[sample.channel] is not Kind.SMS:
            return shown
        found = sms.measure(rendered.get("text", ""))
        air = {"encoding": found.encoding.value, "characters": found.characters, "parts": found.parts}
        return shown | {"sms": air | {"too_long": found.parts > sms.DEFAULT_MAX_PARTS}}

    def _body(self, project: str, event: str, version: int | str) -> Body:
        definition = self.store.get(project, event)
        if definition is None or definition.deleted:
            raise NotFound(f"there is no event {event!r} in this project", field="name", code="EVENT_NOT_FOUND")
        if isinstance(version, int):
            body = self.store.version(project, event, version) if version <= definition.latest else None
            if body is None:
                detail = f"event {event!r} has no version {version}: the last published one is {definition.published}"
                raise NotFound(detail, field="version", code="VERSION_NOT_FOUND")
            return body
        if definition.draft is None:
            raise NotFound(f"event {event!r} has no draft: save one, or name a version", field="version")
        return flat(definition.draft, self.check, self.layouts(project))

    def _rendered(self, project: str, event: str, sample: Sample, template: Chosen, stacked: JSON) -> Mapping[str, str]:
        found = self.projects.get(project)
        known = {name: sample.contact[name] for name in PROFILE if name in sample.contact}
        contact = Contact(id=sample.contact.get("id", "preview"), **known, meta=sample.contact.get("meta", {}))
        context: JSON = sample.payload | {
            "payload": sample.payload,
            "contact": contact.profile(),
            "event": {"name": event, "version": sample.version},
            "project": {"id": project, "name": found.name if found else ""},
            "links": {"unsubscribe": f"{self.links_url()}/u/preview"},
        }
        try:
            rendered = self.render(
                template.parts,
                context | stacked,
                channel=template.name,
                language=sample.language or contact.language or template.language,
                timezone=contact.timezone,
            )
            parts.data(sample.channel, rendered)
        except TemplateError as exc:
            field = f"templates.{exc.part or template.name}"
            raise BadTemplate(str(exc), field=field, line=exc.line) from exc
        return rendered


def _stacked(body: Body, event: str, sample: Sample) -> tuple[Sample, JSON]:
    """The sample as a stack shows it, and what only the templates of a stack have."""
    if body.stack is None:
        if sample.items:
            raise BadInput(f"event {event!r} has no stack, so there are no items: leave them out", field="items")
        return sample, {}
    if sample.items and sample.payload:
        raise BadInput("the payload of a stack is that of one of its items: give `items` alone", field="payload")
    stacked = stacking.sampled(sample.items or (sample.payload,), body.stack)
    return replace(sample, payload=stacked["payload"]), stacked


def _chosen(body: Body, event: str, sample: Sample) -> Chosen:
    language = sample.language or sample.contact.get("language", "")
    found = body.chosen(sample.channel, language, "", sample.variant)
    if found is None:
        detail = (
            f"event {event!r} has no template for {sample.channel.value}: it has {', '.join(sorted(body.templates))}"
        )
        raise BadInput(detail, field="channel", code="CHANNEL_NOT_IN_EVENT")
    if sample.variant and found.variant != sample.variant:
        names = ", ".join(one.name for one in body.variants.get(found.name, ())) or "none"
        detail = f"template {found.name!r} has no variant {sample.variant!r}: it has {names}"
        raise BadInput(detail, field="variant")
    return found
