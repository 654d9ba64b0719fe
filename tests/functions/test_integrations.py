"""Integrations in use: vendors asked before anything is stored, credentials changed field by field, removal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from heliograph.bootstrap import reaching
from heliograph.domain.errors import Transient
from heliograph.domain.model import JSON
from heliograph.domain.tools import Response
from heliograph.names import INTEGRATIONS, parameters_root
from tests.functions.conftest import Call
from tests.functions.granted import STAGE
from tests.functions.stage import Stage

SID = "AC" + "0" * 32
GOOD, FRESH = "a-good-token-0123", "a-fresh-token-0123"


@dataclass
class Vendor:
    """Twilio's account resource: takes the tokens that are good, and may be out of reach."""

    good: set[str] = field(default_factory=lambda: {GOOD})
    asked: list[str] = field(default_factory=list)
    down: bool = False

    @property
    def http(self) -> "Vendor":
        return self

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, auth: Any = None) -> Response:  # noqa: ARG002  # Http's
        self.asked.append(auth[1])
        if self.down:
            raise Transient("api.twilio.com cannot be reached: ConnectTimeout")
        if auth[1] not in self.good:
            return Response(401, {}, b'{"code": 20003, "message": "Authenticate", "status": 401}')
        return Response(200, {}, b'{"status": "active"}')


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    one = Vendor()
    monkeypatch.setattr(reaching, "tools", lambda: one)
    return one


def twilio(token: str = GOOD, **more: Any) -> JSON:
    credentials = {"account_sid": SID, "auth_token": token, "second_auth_token": "the-one-before-0"}
    return {"provider": "twilio", "sender": "+15005550006", "credentials": credentials, "check": True} | more


def kept(acme: Stage, integration: str) -> Any:
    """The credentials in the vault; None when there are none."""
    ssm, name = acme.client("ssm"), f"{parameters_root(STAGE)}/{INTEGRATIONS}/acme/{integration}"
    found = ssm.get_parameters(Names=[name], WithDecryption=True)["Parameters"]
    return json.loads(found[0]["Value"]) if found else None


def listed(manage: Call) -> Any:
    return manage("GET", "/v1/integrations").json()


def test_credentials_that_the_vendor_refuses_are_not_stored(acme: Stage, manage: Call, vendor: Vendor) -> None:
    before = acme.items()

    answer = manage("POST", "/v1/integrations", twilio("a-wrong-token-01"))

    told = answer.json()
    assert (answer.status, told["code"], told["field"]) == (400, "CREDENTIALS_REFUSED", "credentials")
    assert "Authenticate" in told["detail"]
    assert "a-wrong-token-01" not in answer.text
    assert acme.items() == before
    assert vendor.asked == ["a-wrong-token-01"]


def test_when_the_vendor_cannot_be_asked_nothing_is_stored(acme: Stage, manage: Call, vendor: Vendor) -> None:
    vendor.down, before = True, acme.items()

    answer = manage("POST", "/v1/integrations", twilio())

    assert answer.status == 503
    assert "could not be asked" in answer.json()["detail"]
    assert acme.items() == before


def test_nobody_is_asked_without_being_told_to(manage: Call, vendor: Vendor) -> None:
    assert manage("POST", "/v1/integrations", twilio(check=False)).status == 201
    assert vendor.asked == []


def test_two_integrations_of_one_provider_stand_side_by_side(acme: Stage, manage: Call, vendor: Vendor) -> None:
    vendor.good |= {FRESH}

    first = manage("POST", "/v1/integrations", twilio()).json()
    second = manage("POST", "/v1/integrations", twilio(FRESH)).json()

    assert listed(manage)["order"]["sms"][-2:] == [first["id"], second["id"]]
    assert first["webhook_url"] != second["webhook_url"]
    tokens = [kept(acme, one["id"])["auth_token"] for one in (first, second)]
    assert tokens == [GOOD, FRESH]


def test_stored_credentials_are_checked_on_demand(manage: Call, vendor: Vendor) -> None:
    name = manage("POST", "/v1/integrations", twilio()).json()["id"]

    good = manage("POST", f"/v1/integrations/{name}/check")
    vendor.good.clear()
    bad = manage("POST", f"/v1/integrations/{name}/check")

    assert (good.status, good.json()) == (200, {"id": name, "provider": "twilio", "ok": True, "error": None})
    assert (bad.status, bad.json()["ok"]) == (200, False)
    assert "Authenticate" in bad.json()["error"]


def test_credentials_are_changed_field_by_field_and_the_webhook_stays(
    acme: Stage, manage: Call, vendor: Vendor
) -> None:
    added = manage("POST", "/v1/integrations", twilio()).json()
    vendor.good = {FRESH}

    given = {"auth_token": FRESH, "second_auth_token": None}
    changed = manage("PATCH", f"/v1/integrations/{added['id']}", {"credentials": given, "name": "Texts", "check": True})

    assert changed.status == 200
    assert changed.json() == added | {"name": "Texts"}
    assert kept(acme, added["id"]) == {"account_sid": SID, "auth_token": FRESH}
    assert FRESH not in changed.text


def test_what_the_vendor_refuses_changes_nothing(acme: Stage, manage: Call, vendor: Vendor) -> None:
    name = manage("POST", "/v1/integrations", twilio()).json()["id"]
    before = (acme.items(), kept(acme, name))

    body = {"credentials": {"auth_token": "a-wrong-token-01"}, "sender": "Acme", "check": True}
    answer = manage("PATCH", f"/v1/integrations/{name}", body)

    assert (answer.status, answer.json()["code"]) == (400, "CREDENTIALS_REFUSED")
    assert (acme.items(), kept(acme, name)) == before
    assert vendor.asked[-1] == "a-wrong-token-01"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"sender": "ThisNameIsFarTooLong"}, "sender"),
        ({"credentials": {"auth_token": None}}, "credentials.auth_token"),
        ({"credentials": {"surplus": "x"}}, "credentials.surplus"),
        ({"provider": "ses"}, "provider"),
    ],
)
def test_a_change_that_cannot_be_is_a_400_that_names_the_field(
    acme: Stage, manage: Call, body: JSON, named: str
) -> None:
    before = acme.items()

    answer = manage("PATCH", "/v1/integrations/i3", body)

    assert (answer.status, answer.json()["field"]) == (400, named)
    assert acme.items() == before


def test_an_integration_is_removed_with_its_credentials_and_its_place(acme: Stage, manage: Call) -> None:
    name = manage("POST", "/v1/integrations", twilio(check=False)).json()["id"]

    answer = manage("DELETE", f"/v1/integrations/{name}")

    assert (answer.status, answer.json()) == (200, {"id": name, "deleted": True})
    found = listed(manage)
    assert name not in [one["id"] for one in found["integrations"]]
    assert name not in found["order"]["sms"]
    assert kept(acme, name) is None
    assert manage("DELETE", f"/v1/integrations/{name}").status == 404


def test_the_last_of_a_channel_goes_only_by_force(acme: Stage, manage: Call) -> None:
    before = acme.items()

    refused = manage("DELETE", "/v1/integrations/i3")
    unclear = manage("DELETE", "/v1/integrations/i3?force=yes")

    assert (refused.status, refused.json()["code"]) == (409, "LAST_INTEGRATION")
    assert (unclear.status, unclear.json()["field"]) == (400, "force")
    assert acme.items() == before
    assert manage("DELETE", "/v1/integrations/i3?force=true").status == 200
    assert listed(manage)["order"]["sms"] == []


def test_after_the_last_one_a_new_one_can_be_added(manage: Call) -> None:
    manage("DELETE", "/v1/integrations/i3?force=true")

    added = manage("POST", "/v1/integrations", twilio(check=False)).json()

    assert listed(manage)["order"]["sms"] == [added["id"]]


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "/v1/integrations/none"), ("DELETE", "/v1/integrations/none"),
                         ("POST", "/v1/integrations/none/check")]
)  # fmt: skip
def test_what_is_not_there_is_a_404(manage: Call, method: str, path: str) -> None:
    answer = manage(method, path, {"name": "x"} if method == "PATCH" else None)

    assert answer.status == 404
