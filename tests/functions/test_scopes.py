import pytest

from heliograph.domain.project import Scope
from tests.functions.conftest import manager
from tests.functions.stage import Stage


@pytest.mark.parametrize(
    ("method", "target", "scope"),
    [
        ("POST", "/v1/attachments", Scope.SEND),
        ("POST", "/v1/events", Scope.MANAGE),
        ("PUT", "/v1/events/x", Scope.MANAGE),
        ("POST", "/v1/events/x/publish", Scope.MANAGE),
        ("GET", "/v1/events/x", Scope.READ),
        ("POST", "/v1/contacts", Scope.MANAGE),
        ("PUT", "/v1/contacts/x", Scope.MANAGE),
        ("GET", "/v1/contacts/x", Scope.READ),
        ("POST", "/v1/integrations", Scope.MANAGE),
        ("GET", "/v1/integrations", Scope.READ),
        ("PUT", "/v1/integrations/order", Scope.MANAGE),
        ("GET", "/v1/notifications", Scope.READ),
        ("GET", "/v1/notifications/x", Scope.READ),
    ],
)
def test_every_endpoint_wants_a_key_with_its_scope(shared: Stage, method: str, target: str, scope: Scope) -> None:
    call = manager(shared)
    lacking = shared.key(scopes=frozenset(Scope) - {scope})

    assert call(method, target, {}, key="").status == 401
    refused = call(method, target, {}, key=lacking)
    assert (refused.status, refused.json()["code"]) == (403, "FORBIDDEN")
