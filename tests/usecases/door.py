"""Accept on a world's fakes."""

from dataclasses import replace
from typing import Any

from heliograph.domain.definition import Definition
from heliograph.domain.message import Lane
from heliograph.domain.model import Channel
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.usecases.accept import Accept, Acceptance
from tests.usecases.fakes import FakeReads
from tests.usecases.world import CALLER, World

WELCOME = Definition(name="welcome", published=3, channels=(Channel.EMAIL, Channel.SMS), lane=Lane.NORMAL)


class Door:
    """Accept on a world's fakes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.definitions = {("acme", "welcome"): WELCOME}
        self.troubles: list[str] = []
        self.accept = Accept(
            reads=FakeReads(self.definitions, world.contacts),
            messages=world.messages,
            contacts=world.contacts,
            wakeups=world.wakeups,
            clock=world.clock,
            contact_id=lambda project, identifier: f"c_{project}_{identifier}",
            on_trouble=lambda what, _: self.troubles.append(what),
        )

    def __call__(self, caller: Caller = CALLER, **changes: Any) -> Acceptance:
        request = SendRequest(
            event="welcome",
            channel=None,
            to={"email": "grace@example.com"},
            payload={"plan": "gold"},
            due=self.world.clock(),
            key="order-1",
            body_hash=b"one",
        )
        return self.accept(replace(request, **changes), caller)

    def stored(self) -> Any:
        [message] = self.world.messages.items.values()
        return message
