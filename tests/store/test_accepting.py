"""What accepting reads: the event's head and the contact that the recipient names."""

from dataclasses import replace

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.definition import Body, Definition
from heliograph.domain.model import JSON, Channel
from heliograph.store.accepting import Reads
from heliograph.store.contacts import Contacts
from heliograph.store.definitions import Definitions
from heliograph.store.table import Table
from tests.store.conftest import PEPPER
from tests.support.builders import NOW

BODY = Body(channels=(Channel.EMAIL,), templates={"email": {"subject": "Hi", "text": "Hi"}})
WELCOME = Definition(name="welcome", created=NOW, updated=NOW)
ADA = Contact(id="ada", email="ada@example.com", phone="+46701234567", created=NOW, updated=NOW)


@pytest.fixture
def reads(table: Table, contacts: Contacts, definitions: Definitions) -> Reads:
    contacts.save("demo", ADA, known=None)
    definitions.save_draft("demo", replace(WELCOME, draft=BODY))
    definitions.publish("demo", WELCOME, BODY, now=NOW)
    return Reads(table, contacts, definitions, PEPPER)


@pytest.mark.parametrize(
    "who",
    [
        {"id": "ada"},
        {"id": "ada", "email": "new@example.com"},
        {"email": "Ada@example.com"},
        {"phone": "+46 70 123 45 67"},
        {"email": "unknown@example.com", "phone": "+46701234567"},
    ],
)
def test_a_contact_is_found_by_what_names_it(reads: Reads, who: JSON) -> None:
    definition, contact = reads.read("demo", "welcome", who)

    assert contact == ADA
    assert definition == replace(WELCOME, published=1, latest=1, channels=(Channel.EMAIL,))


@pytest.mark.parametrize("who", [{"id": "grace"}, {"email": "grace@example.com"}, {"id": "grace", "email": ADA.email}])
def test_nobody_is_found_by_what_names_nobody(reads: Reads, who: JSON) -> None:
    _, contact = reads.read("demo", "welcome", who)

    assert contact is None


def test_nothing_is_found_across_projects(reads: Reads) -> None:
    assert reads.read("other", "welcome", {"id": "ada", "email": ADA.email}) == (None, None)


def test_a_contact_without_an_id_of_the_callers_is_found_in_one_call(reads: Reads, contacts: Contacts) -> None:
    made = Contact(
        id=reads.contact_id("demo", "Grace@example.com"), email="grace@example.com", created=NOW, updated=NOW
    )
    contacts.save("demo", made, known=None)

    _, contact = reads.read("demo", "unknown", {"email": "grace@example.com"})

    assert contact == made
    assert "grace" not in made.id
