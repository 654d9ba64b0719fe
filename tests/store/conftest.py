"""One empty table in memory for each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from heliograph.store.contacts import Contacts
from heliograph.store.definitions import Definitions
from heliograph.store.messages import Messages
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from tests.support.dynamo import Dynamo
from tests.support.table import NAME, moto_client

PEPPER = "a pepper for tests only"


@pytest.fixture(params=["moto", "fake"])
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Every test of the store holds over both: that is what the fake is worth."""
    if request.param == "fake":
        yield Dynamo()
        return
    with moto_client() as made:
        yield made


@pytest.fixture
def table(client: Any) -> Table:
    return Table(client, NAME)


@pytest.fixture
def messages(table: Table) -> Messages:
    return Messages(table)


@pytest.fixture
def contacts(table: Table) -> Contacts:
    return Contacts(table, PEPPER)


@pytest.fixture
def definitions(table: Table) -> Definitions:
    return Definitions(table)


@pytest.fixture
def projects(table: Table) -> Projects:
    return Projects(table)
