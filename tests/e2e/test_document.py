"""The running API keeps to its document: drawn requests, right and wrong, and what is checked of each answer."""

import itertools
import json
import secrets
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from cli.openapi.document import READABLE
from cli.openapi.registry import OPERATIONS as REGISTERED
from heliograph.domain import api_keys
from heliograph.domain.project import ApiKey, Mode, Project, Scope
from local.host import Host
from tests.e2e.test_bad_input import wiring

EXAMPLES: Final = 15
"""Requests of each operation. They are the same in every run."""
ALWAYS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)
REJECTS: Final = "negative_data_rejection"
LENIENT: Final = {
    "send": "each recipient of a list is checked by itself",
    "sendOverChannel": "each recipient of a list is checked by itself",
    "sendBatch": "each message is checked by itself",
    "upsertContacts": "each contact is checked by itself",
    "notifuseSend": "each message is checked by itself, and what is not known is ignored",
    "notifuseUpsert": "each user is checked by itself, and what is not known is free data",
}
"""Operations that take a request of which a part is wrong, and why."""
KNOWN: Final = {
    "event": "welcome",
    "name": "welcome",
    "identifier": "ada",
    "number": 1,
    "channel": "email",
    "address": "grace@example.com",
    "item": "kofqzszqswbc7fh7f6y6h5emjq",
    "kind": "event",
    "integration": "demo3",
}
"""Path parameters of what there is."""
WELCOME: Final = {
    "name": "welcome",
    "channels": ["email", "sms"],
    "templates": {"email": {"subject": "Welcome", "text": "Hello"}, "sms": {"text": "Hello"}},
}

REFUSALS: Final = (400, 401, 403, 404, 409, 413, 415, 422)
"""Answers that reject a wrong request: a text that is too long may make the whole body so."""
CONFIG: Final = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": list(REFUSALS)}}}
)
SCHEMA: Final = schemathesis.openapi.from_dict(json.loads(READABLE.read_text()), config=CONFIG)
OPERATIONS: Final[dict[str, Any]] = {
    found.ok().definition.raw["operationId"]: found.ok()
    for found in SCHEMA.get_all_operations()
    if isinstance(found, Ok)
}
load_all_checks()


@pytest.fixture(scope="module")
def caller(host: Host) -> requests.Session:
    """With a key of a project of its own: what is drawn here must not disturb other tests."""
    parts = wiring(host)
    parts.projects.create(Project(id="drawn", name="Drawn", salt="drawn", created=parts.clock()))
    minted = api_keys.mint(Mode.LIVE, secrets.token_bytes)
    digest = api_keys.digest(minted.text, parts.secrets["pepper"])
    parts.projects.add_key(
        ApiKey(id=minted.id, project="drawn", mode=Mode.LIVE, digest=digest, scopes=frozenset(Scope))
    )
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {minted.text}"
    return session


@pytest.fixture
def seeded(host: Host, caller: requests.Session) -> Iterator[dict[str, Any]]:
    """The path parameters of what there is, made anew: the operation before may have removed it."""
    api = host.access.api
    for method, path, body in (
        ("PUT", "/v1/events/welcome", {key: value for key, value in WELCOME.items() if key != "name"}),
        ("POST", "/v1/events/welcome/publish", None),
        ("PUT", "/v1/contacts/ada", {"email": "ada@example.com"}),
        ("POST", "/v1/suppressions", {"channel": "email", "address": "grace@example.com"}),
    ):
        assert caller.request(method, f"{api}{path}", json=body, timeout=25).ok
    sent = caller.post(f"{api}/v1/send", json={"messages": [{"event": "welcome", "to": "ada"}]}, timeout=25).json()
    yield KNOWN | {"batch": sent["id"], "notification": sent["notifications"][0]["id"]}
    assert host.dead_letters() == 0


def drawn(operation: Any, known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Right requests about what there is, right ones about anything, and wrong ones."""
    inside = {one.name: known[one.name] for one in operation.path_parameters}
    places = [{"path_parameters": inside}, {}] if inside else [{}]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return st.one_of(
        *(operation.as_strategy(generation_mode=mode, **place) for mode, place in itertools.product(modes, places))
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_answered_stands_in_the_document(
    host: Host, caller: requests.Session, seeded: dict[str, Any], name: str
) -> None:
    checks = [CHECKS.get_one(check) for check in (*ALWAYS, *(() if name in LENIENT else (REJECTS,)))]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn(OPERATIONS[name], seeded))
    def every(case: Any) -> None:
        case.call_and_validate(base_url=host.access.api, session=caller, checks=checks, timeout=25)

    every()


def test_every_operation_of_the_document_is_drawn() -> None:
    assert OPERATIONS.keys() == {operation.id for operation in REGISTERED}
