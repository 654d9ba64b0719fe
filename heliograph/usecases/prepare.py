"""Prepare: everything before the claim. A message is rendered, checked for suppression, given an integration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from heliograph.domain import parts, stacking
from heliograph.domain.contact import API, DEVICES, Suppression
from heliograph.domain.definition import Body, Chosen
from heliograph.domain.errors import TemplateError
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, Attachment, Channel, Outgoing
from heliograph.domain.plan import next_integration
from heliograph.domain.project import Integration, Project
from heliograph.domain.reasons import Reason
from heliograph.domain.signing import Signer
from heliograph.domain.sms import check_length
from heliograph.domain.status import Status
from heliograph.domain.tokens import Echo, Hook, Link, LinkPurpose
from heliograph.domain.tracking import tracked
from heliograph.domain.weights import weighted
from heliograph.usecases.attaching import attachments
from heliograph.usecases.differing import copies, differing, effective, usable
from heliograph.usecases.ports import ContactStore, FileStore, MessageStore, ProjectStore, Renderer, VersionStore

_SUPPRESSED: Final = {one.value: one for one in (Reason.COMPLAINT, Reason.UNSUBSCRIBED, Reason.HARD_BOUNCE)}
"""Anything else was added by hand, for a reason that only the caller knows."""


class Stop(Exception):
    """The message ends before any call."""

    def __init__(self, ending: Status, reason: Reason, text: str = "", *, cause: str = "") -> None:
        super().__init__(text)
        self.ending, self.reason, self.text = ending, reason, text
        self.cause = cause
        """The notification whose event suppressed the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A rendered message; what it becomes with an attempt's number is `outgoing`."""

    project: Project
    integration: Integration
    choices: tuple[Integration, ...]
    """All that could be used for the channel, in order."""
    parts: Mapping[str, str]
    muted: frozenset[str] = frozenset()
    """Addresses that would get a copy and must not be written to."""
    variant: str = ""
    overrides: JSON = field(default_factory=dict)
    """The event's and the send's, as they hold together."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare:
    """Makes messages ready. `urls` gives the public base URLs `webhooks` and `links`."""

    messages: MessageStore
    contacts: ContactStore
    versions: VersionStore
    projects: ProjectStore
    render: Renderer
    signer: Signer
    urls: Mapping[str, str]
    files: FileStore

    def __call__(self, message: Message, *, now: int, repeat: bool = False, over: Integration | None = None) -> Ready:
        """Make it ready for its next attempt, *over* a chosen integration, or to *repeat* the current one.

        Raises:
            Stop: it ends here, and why.
        """
        if message.erased:
            raise Stop(Status.CANCELED, Reason.ERASED)
        project = self.projects.get(message.id.project)
        if project is None:
            raise Stop(Status.FAILED, Reason.INTERNAL, "the project is gone")
        body = self._version(message)
        if message.filtered:
            raise Stop(Status.SUPPRESSED, Reason.FILTERED, "the event's conditions left out every channel")
        message = replace(message, overrides=effective(body, message.overrides))
        template = _template(body, message)
        rendered = self._rendered(message, project, template)
        self._check_recipient(message, required=body.required)
        choices = _choices(project, message)
        chosen = _same(choices, message) if repeat else over or _next(choices, message, now)
        muted = frozenset(to for to in copies(message) if self._suppression(message, to))
        return Ready(
            project=project,
            integration=chosen,
            choices=choices,
            parts=rendered,
            variant=template.variant,
            muted=muted,
            overrides=message.overrides,
            attachments=self._attachments(message),
        )

    def outgoing(self, ready: Ready, message: Message) -> Outgoing:
        """What the provider gets for the message's current attempt."""
        message = replace(message, overrides=ready.overrides)
        at, attempt, integration = message.id, message.progress.attempt, ready.integration
        echo = Echo(
            project=at.project,
            notification=at.notification,
            message=at.number,
            integration=integration.id,
            attempt=attempt,
        )
        hook = Hook(project=at.project, integration=integration.id).encode(self.signer)
        outgoing = Outgoing(
            channel=message.channel,
            to=message.to,
            sender=integration.sender,
            subject=ready.parts.get("subject", "") or ready.parts.get("title", ""),
            html=ready.parts.get("html", ""),
            text=ready.parts.get("text", ""),
            headers=self._headers(message),
            data=parts.data(message.channel, ready.parts),
            attachments=ready.attachments,
            expires=message.progress.expires // 1000,
            project=at.project,
            notification=at.notification,
            number=at.number,
            event=message.event,
            claimed=message.progress.log[-1].at,
            echo=echo.encode(self.signer),
            send_key=f"{at.notification}-{at.number}-{attempt}",
            callback_url=f"{self.urls['webhooks']}/webhooks/{integration.provider}/{hook}",
        )
        return differing(outgoing, message, ready.muted)

    def _rendered(self, message: Message, project: Project, template: Chosen) -> Mapping[str, str]:
        content = self.messages.content(message)
        stacked: JSON = {}
        if message.stacked is not None:
            stacked = stacking.context(self.messages.gathered(message), message.stacked)
        links = {"unsubscribe": self._link(message, "unsubscribe")}
        context: JSON = content.payload | {
            "payload": content.payload,
            "contact": {name: value for name, value in content.contact.items() if name != DEVICES},
            "event": {"name": message.event, "version": message.version},
            "project": {"id": project.id, "name": project.name},
            "links": links,
        }
        try:
            rendered = self.render(
                template.parts,
                context | stacked,
                channel=template.name,
                language=message.language or template.language,
                timezone=content.contact.get("timezone", ""),
            )
            check_length(message.channel, rendered)
            parts.data(message.channel, rendered)
        except TemplateError as exc:
            raise Stop(Status.FAILED, Reason.TEMPLATE_ERROR, str(exc)) from exc
        if "html" not in rendered or message.channel is not Channel.EMAIL:
            return rendered
        html = tracked(
            rendered["html"],
            self._version(message).tracking,
            pixel=lambda: self._link(message, "open"),
            click=lambda target: self._link(message, "click", target),
            own=self.urls["links"],
        )
        return rendered | {"html": html}

    def _version(self, message: Message) -> Body:
        if not message.version:
            raise Stop(Status.FAILED, Reason.UNPUBLISHED)
        body: Body | None = self.versions.version(message.id.project, message.event, message.version)
        if body is None:
            raise Stop(Status.FAILED, Reason.UNKNOWN_EVENT)
        return body

    def _check_recipient(self, message: Message, *, required: bool) -> None:
        found = self.contacts.standing(
            message.id.project, message.mode, message.channel, message.to, contact=message.contact
        )
        if message.created <= found.erased:
            raise Stop(Status.CANCELED, Reason.ERASED)
        if (why := found.suppression) is None or (required and why.reason == Reason.UNSUBSCRIBED):
            return
        reason = _SUPPRESSED.get(why.reason, Reason.FILTERED)
        if why.source == API:
            raise Stop(Status.SUPPRESSED, reason, f"the address was suppressed by the API ({why.reason})")
        text = f"the address is suppressed since an event of notification {why.source}"
        raise Stop(Status.SUPPRESSED, reason, text, cause=why.source)

    def _attachments(self, message: Message) -> tuple[Attachment, ...]:
        found = attachments(self.files, message) if message.channel is Channel.EMAIL else ()
        if found is None:
            raise Stop(Status.FAILED, Reason.INTERNAL, "a file that was attached is no longer stored: send it again")
        return found

    def _suppression(self, message: Message, to: str) -> Suppression | None:
        return self.contacts.suppressed(message.id.project, message.mode, message.channel, to)

    def _link(self, message: Message, purpose: LinkPurpose, target: str = "") -> str:
        at = message.id
        link = Link(purpose=purpose, project=at.project, notification=at.notification, message=at.number, target=target)
        return f"{self.urls['links']}/{purpose[0]}/{link.encode(self.signer)}"

    def _headers(self, message: Message) -> dict[str, str]:
        if message.channel is not Channel.EMAIL:
            return {}
        # RFC 8058: the one-click address and its companion header.
        one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return {"List-Unsubscribe": f"<{self._link(message, 'unsubscribe')}>"} | one_click


def _template(body: Body, message: Message) -> Chosen:
    found = body.chosen(message.channel, message.language, message.id.notification)
    if found is None:
        text = f"version {message.version} of event {message.event!r} has no template for {message.channel.value}"
        raise Stop(Status.FAILED, Reason.TEMPLATE_ERROR, text)
    return found


def _choices(project: Project, message: Message) -> tuple[Integration, ...]:
    found = project.choices(message.channel, message.mode, message.overrides.get("provider", ""))
    if not found:
        raise Stop(Status.FAILED, Reason.NO_PROVIDER)
    shares = project.weights.get(message.channel, {})
    if not (allowed := weighted(usable(found, message), shares, message.id.name)):
        if message.channel is Channel.PUSH:
            raise Stop(Status.FAILED, Reason.NO_PROVIDER, "the push token's service is not set up in this project")
        raise Stop(Status.FAILED, Reason.NOT_ALLOWED, "no integration may send from the address that is asked for")
    return allowed


def _next(choices: tuple[Integration, ...], message: Message, now: int) -> Integration:
    chosen = next_integration(choices, message.progress, now, deadline=message.terms.provider_deadline)
    if chosen is None:
        last = message.progress.log[-1]
        raise Stop(Status.FAILED, Reason(last.reason or Reason.PROVIDER_ERROR), last.text)
    return chosen


def _same(choices: tuple[Integration, ...], message: Message) -> Integration:
    wanted = message.progress.log[-1].integration
    found = next((one for one in choices if one.id == wanted), None)
    if found is None:
        raise Stop(Status.UNKNOWN, Reason.UNKNOWN_OUTCOME, "its integration is gone")
    return found
