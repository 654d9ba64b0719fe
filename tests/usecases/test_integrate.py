"""Integrations: credentials are checked, kept, and never come back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from heliograph import providers
from heliograph.domain.errors import BadInput, NotFound
from heliograph.domain.model import Channel
from heliograph.domain.project import Integration, Project
from heliograph.domain.provider import Credentials
from heliograph.domain.tokens import Hook
from heliograph.usecases.integrate import Integrate
from local.sandbox.accounts import verification_key
from tests.usecases.fakes import Clock
from tests.usecases.world import SIGNER

CANARY = "CANARY-9f2c"
TWILIO: dict[str, str] = {"account_sid": "AC" + "0" * 32, "auth_token": CANARY + "0" * 21}
SENDGRID: dict[str, str] = {"api_key": f"SG.{CANARY}", "verification_key": verification_key()}


@dataclass
class FakeProjects:
    project: Project = field(default_factory=lambda: Project(id="acme", name="Acme", salt="s", created=0))

    def get(self, project: str) -> Project | None:
        return self.project if project == "acme" else None

    def add_integration(self, project: Project, integration: Integration) -> None:
        order = {channel: (*project.order.get(channel, ()), integration.id) for channel in integration.channels}
        self.project = replace(project, integrations=(*project.integrations, integration), order=project.order | order)

    def order(
        self, project: str, channel: Channel, ids: tuple[str, ...], *, seen: tuple[str, ...], weights: Mapping[str, int]
    ) -> None:
        assert (project, self.project.order[channel]) == ("acme", seen)
        order, shares = self.project.order | {channel: ids}, {**self.project.weights, channel: weights}
        self.project = replace(self.project, order=order, weights={one: by for one, by in shares.items() if by})


@dataclass
class FakeSafe:
    kept: dict[tuple[str, str], Credentials] = field(default_factory=dict)

    def store(self, project: str, integration: str, credentials: Credentials) -> None:
        self.kept[project, integration] = credentials


@dataclass
class Desk:
    """Integrate on fakes."""

    projects: FakeProjects = field(default_factory=FakeProjects)
    safe: FakeSafe = field(default_factory=FakeSafe)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.integrate = Integrate(
            store=self.projects,
            vault=self.safe,
            load=providers.load,
            signer=SIGNER,
            webhooks_url="https://hooks.test",
            defaults={"ses": {"configuration_set": "ours"}},
            pepper="pepper",
            new_id=lambda: f"i{next(self.numbers)}",
            clock=Clock(),
        )

    def add(self, provider: str, credentials: dict[str, Any], sender: str = "Ada <ada@acme.test>") -> dict[str, Any]:
        return self.integrate.add("acme", provider, sender=sender, name=provider, credentials=credentials)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_integration_comes_last_in_the_order_of_its_channels(desk: Desk) -> None:
    desk.add("ses", {})
    desk.add("sendgrid", SENDGRID)

    found = desk.integrate.all("acme")

    assert [one["provider"] for one in found["integrations"]] == ["ses", "sendgrid"]
    assert found["order"] == {"email": ["i1", "i2"]}


def test_its_webhook_url_is_unguessable_and_names_it(desk: Desk) -> None:
    added = desk.add("sendgrid", SENDGRID)

    url, _, token = added["webhook_url"].rpartition("/")
    assert url == "https://hooks.test/webhooks/sendgrid"
    assert Hook.decode(SIGNER, token) == Hook(project="acme", integration="i1")


def test_what_reports_over_the_bus_or_not_at_all_has_no_webhook_url(desk: Desk) -> None:
    assert desk.add("ses", {})["webhook_url"] is None
    assert desk.add("sns_sms", {}, sender="Acme")["webhook_url"] is None


def test_secrets_are_in_no_answer(desk: Desk) -> None:
    answers = [desk.add("sendgrid", SENDGRID), desk.add("twilio", TWILIO, sender="+15005550006")]
    answers.append(desk.integrate.all("acme"))
    answers.append(desk.integrate.order("acme", Channel.EMAIL, ("i1",)))

    assert CANARY not in json.dumps(answers)
    assert CANARY in json.dumps(desk.safe.kept["acme", "i1"].model_dump(), default=lambda it: it.get_secret_value())


@pytest.mark.parametrize("provider", sorted(providers.REGISTRY))
@pytest.mark.parametrize("value", [CANARY, 7, None, [CANARY], {"a": CANARY}, CANARY + "\r\n", ""])
def test_a_refusal_of_credentials_names_the_field_and_repeats_no_value(desk: Desk, provider: str, value: Any) -> None:
    fields = providers.load(provider).Credentials.model_fields
    wrong = dict.fromkeys(fields, value) | {"surplus": CANARY}

    with pytest.raises(BadInput) as caught:
        desk.add(provider, wrong)

    assert caught.value.field.startswith("credentials.")
    assert CANARY not in caught.value.detail
    assert caught.value.__cause__ is None
    assert (desk.safe.kept, desk.projects.project.integrations) == ({}, ())


def test_what_is_missing_is_named(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.add("twilio", {"account_sid": TWILIO["account_sid"]})

    assert caught.value.field == "credentials.auth_token"


def test_the_stage_fills_in_what_it_knows(desk: Desk) -> None:
    desk.add("ses", {})

    assert desk.safe.kept["acme", "i1"].model_dump()["configuration_set"] == "ours"


def test_an_unknown_provider_is_named_with_those_that_are_known(desk: Desk) -> None:
    with pytest.raises(NotFound, match="sendgrid") as caught:
        desk.add("pigeon", {})

    assert caught.value.field == "provider"


def test_a_sender_that_could_break_a_header_is_refused(desk: Desk) -> None:
    with pytest.raises(BadInput) as caught:
        desk.add("ses", {}, sender="Ada <ada@acme.test>\r\nBcc: all@acme.test")

    assert caught.value.field == "sender"
    assert desk.safe.kept == {}


def test_the_order_can_be_changed(desk: Desk) -> None:
    desk.add("ses", {})
    desk.add("sendgrid", SENDGRID)

    assert desk.integrate.order("acme", Channel.EMAIL, ("i2", "i1"))["order"] == {"email": ["i2", "i1"]}


def test_weights_are_set_with_the_order_and_gone_without(desk: Desk) -> None:
    desk.add("ses", {})
    desk.add("sendgrid", SENDGRID)

    weighed = desk.integrate.order("acme", Channel.EMAIL, ("i2", "i1"), {"i1": 20, "i2": 80})
    plain = desk.integrate.order("acme", Channel.EMAIL, ("i2", "i1"))

    assert weighed["weights"] == {"email": {"i1": 20, "i2": 80}}
    assert plain["weights"] == {}


@pytest.mark.parametrize(
    ("weights", "field"), [({"i1": 1, "x": 2}, "weights.x"), ({"i1": 0, "i2": 0}, "weights"), ({"i3": 0}, "weights.i3")]
)
def test_weights_that_say_nothing_are_refused(desk: Desk, weights: dict[str, int], field: str) -> None:
    desk.add("ses", {})
    desk.add("sendgrid", SENDGRID)

    with pytest.raises(BadInput) as caught:
        desk.integrate.order("acme", Channel.EMAIL, ("i1", "i2"), weights)

    assert caught.value.field == field
    assert desk.integrate.all("acme")["weights"] == {}


@pytest.mark.parametrize("ids", [(), ("i1",), ("i1", "i1"), ("i1", "i2", "i3"), ("i1", "x")])
def test_an_order_names_each_integration_once(desk: Desk, ids: tuple[str, ...]) -> None:
    desk.add("ses", {})
    desk.add("sendgrid", SENDGRID)

    with pytest.raises(BadInput) as caught:
        desk.integrate.order("acme", Channel.EMAIL, ids)

    assert caught.value.field == "ids"
