"""What the manage function needs."""

import base64
import secrets
from functools import cache

from heliograph import providers, templates
from heliograph.bootstrap import wiring
from heliograph.bootstrap.sending import authenticate
from heliograph.store.layouts import Layouts as LayoutStore
from heliograph.usecases.batches import ReadBatch
from heliograph.usecases.define import Define
from heliograph.usecases.integrate import Integrate
from heliograph.usecases.layouts import Layouts, finder
from heliograph.usecases.people import People
from heliograph.usecases.preview import Preview
from heliograph.usecases.read import Read
from heliograph.usecases.waiting import Waiting
from heliograph.usecases.withdraw import Withdraw

__all__ = ["authenticate", "define", "integrate", "layouts", "people", "preview", "read", "read_batch", "waiting"]


@cache
def define() -> Define:
    """Works on events."""
    store = LayoutStore(wiring().table)
    return Define(
        store=wiring().definitions,
        check=templates.check,
        clock=wiring().clock,
        layouts=lambda project: finder(store, project),
    )


@cache
def layouts() -> Layouts:
    """Works on layouts and partials."""
    return Layouts(store=LayoutStore(wiring().table), check=templates.check, clock=wiring().clock)


@cache
def preview() -> Preview:
    """Renders events with sample data."""
    store = LayoutStore(wiring().table)
    return Preview(
        store=wiring().definitions,
        projects=wiring().projects,
        check=templates.check,
        render=templates.render,
        layouts=lambda project: finder(store, project),
        links_url=lambda: wiring().urls["links"],
    )


@cache
def people() -> People:
    """Works on contacts."""
    return People(store=wiring().contacts, contact_id=wiring().contact_id, clock=wiring().clock)


@cache
def integrate() -> Integrate:
    """Works on integrations."""
    parts = wiring()
    return Integrate(
        store=parts.projects,
        vault=parts.vault,
        load=providers.load,
        signer=parts.signer,
        webhooks_url=parts.urls["webhooks"],
        defaults={name: {"configuration_set": parts.settings.configuration_set} for name in ("aws_sms", "ses")},
        pepper=parts.secrets["pepper"],
        new_id=lambda: base64.b32encode(secrets.token_bytes(7)).decode().lower().rstrip("="),
        clock=parts.clock,
    )


@cache
def read() -> Read:
    """Reads notifications."""
    return Read(messages=wiring().messages, signer=wiring().signer, clock=wiring().clock)


@cache
def waiting() -> Waiting:
    """Cancels and moves what waits."""
    parts = wiring()
    return Waiting(
        messages=parts.messages,
        people=people(),
        wakeups=parts.wakeups,
        files=parts.files,
        signer=parts.signer,
        clock=parts.clock,
        withdraw=Withdraw(messages=parts.messages, store=parts.gathering, clock=parts.clock),
    )


@cache
def read_batch() -> ReadBatch:
    """Reads batches."""
    return ReadBatch(batches=wiring().batches, clock=wiring().clock)
