"""Contacts and the identifiers that name exactly one of them.

Moto's conditional writes are not atomic between threads, so races are interleaved by hand: another caller acts right
before a chosen write of the first.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.errors import Conflict
from heliograph.store.contacts import Contacts
from heliograph.store.table import Item, Table
from tests.store.conftest import PEPPER
from tests.support.builders import NOW
from tests.support.table import scan

ADA = Contact(id="ada", email="ada@example.com", phone="+46701234567", language="sv", created=NOW, updated=NOW)
EVE = Contact(id="eve", email="eve@example.com", created=NOW, updated=NOW)


class Interrupted(Table):
    """The table of a caller before whose write number *at* somebody else acts."""

    def __init__(self, table: Table, at: int, other: Callable[[], object]) -> None:
        super().__init__(table._client, table.name)
        self._left, self._other = at, other

    def put(self, item: Item, **conditions: Any) -> None:
        self._left -= 1
        if self._left == 0:
            self._other()
        super().put(item, **conditions)


def test_a_contact_comes_back_as_it_was_saved(contacts: Contacts) -> None:
    ada = replace(ADA, first_name="Ada", timezone="Europe/Stockholm", country="SE", meta={"plan": {"name": "pro"}})

    contacts.save("demo", ada, known=None)

    assert contacts.get("demo", "ada") == ada


def test_each_identifier_names_the_contact_however_it_is_written(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)

    assert contacts.owner("demo", "email", "ADA@Example.com") == "ada"
    assert contacts.owner("demo", "phone", "+46 70 123 45 67") == "ada"
    assert contacts.owner("demo", "email", "grace@example.com") == ""


def test_contacts_and_identifiers_of_another_project_are_others(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)

    contacts.save("other", replace(EVE, email=ADA.email), known=None)

    assert contacts.get("other", "ada") is None
    assert contacts.owner("other", "email", ADA.email) == "eve"
    assert contacts.owner("demo", "email", ADA.email) == "ada"


def test_an_identifier_of_another_contact_is_a_conflict_that_names_the_field(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)

    with pytest.raises(Conflict, match="another contact already has this phone") as refused:
        contacts.save("demo", replace(EVE, phone=ADA.phone), known=None)

    assert refused.value.field == "phone"
    assert contacts.get("demo", "eve") is None


def test_after_a_conflict_nothing_of_the_refused_contact_is_left(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)
    with pytest.raises(Conflict):
        contacts.save("demo", replace(EVE, phone=ADA.phone), known=None)

    grace = replace(EVE, id="grace")
    contacts.save("demo", grace, known=None)

    assert contacts.owner("demo", "email", EVE.email) == "grace"


def test_a_conflict_does_not_take_what_the_contact_had(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)
    contacts.save("demo", EVE, known=None)

    with pytest.raises(Conflict):
        contacts.save("demo", replace(EVE, phone=ADA.phone), known=None)

    assert contacts.owner("demo", "email", EVE.email) == "eve"


def test_an_identifier_that_is_given_up_is_free_for_others(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)

    contacts.save("demo", replace(ADA, phone="", email="countess@example.com"), known=ADA)
    contacts.save("demo", replace(EVE, email=ADA.email, phone=ADA.phone), known=None)

    assert contacts.owner("demo", "email", "countess@example.com") == "ada"
    assert contacts.owner("demo", "email", ADA.email) == "eve"
    assert contacts.owner("demo", "phone", ADA.phone) == "eve"


def test_saving_the_same_contact_again_is_no_conflict_with_itself(contacts: Contacts) -> None:
    contacts.save("demo", ADA, known=None)

    contacts.save("demo", replace(ADA, language="en"), known=None)

    found = contacts.get("demo", "ada")
    assert found is not None
    assert found.language == "en"


def test_an_identifier_that_is_unchanged_costs_no_write(contacts: Contacts, table: Table) -> None:
    contacts.save("demo", ADA, known=None)
    writes: list[None] = []
    counting = Contacts(Interrupted(table, 2, lambda: writes.append(None)), PEPPER)

    counting.save("demo", replace(ADA, language="en"), known=ADA)

    assert writes == []


@pytest.mark.parametrize("write", [1, 2])
def test_of_two_contacts_that_want_one_identifier_at_once_one_gets_it(
    contacts: Contacts, table: Table, write: int
) -> None:
    grace = Contact(id="grace", email=EVE.email, created=NOW, updated=NOW)
    refused: list[str] = []

    def other() -> None:
        try:
            contacts.save("demo", grace, known=None)
        except Conflict:
            refused.append("grace")

    try:
        Contacts(Interrupted(table, write, other), PEPPER).save("demo", EVE, known=None)
    except Conflict:
        refused.append("eve")

    winner = contacts.owner("demo", "email", EVE.email)
    assert len(refused) == 1
    assert winner not in refused
    assert [one for one in ("eve", "grace") if contacts.get("demo", one)] == [winner]


def test_a_release_never_takes_an_identifier_from_its_new_owner(contacts: Contacts, client: Any) -> None:
    contacts.save("demo", ADA, known=None)
    without = replace(ADA, email="")
    contacts.save("demo", without, known=ADA)
    contacts.save("demo", replace(EVE, email=ADA.email), known=None)

    contacts.save("demo", without, known=ADA)

    assert contacts.owner("demo", "email", ADA.email) == "eve"
    assert len(scan(client)) == 4
