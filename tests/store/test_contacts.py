"""Contacts and the identifiers that name exactly one of them.

Moto's conditional writes are not atomic between threads, so races are interleaved by hand: another caller acts right
before a chosen write of the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from heliograph.domain.contact import Contact
from heliograph.domain.errors import Conflict, Lost
from heliograph.store.contacts import Contacts
from heliograph.store.table import Item, Table, Write
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
        self._count()
        super().put(item, **conditions)

    def transact(self, writes: Sequence[Write]) -> None:
        self._count()
        super().transact(writes)

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._other()


def saved(contacts: Contacts, contact: Contact, known: Contact | None = None) -> Contact:
    """The contact as it stands after it was saved."""
    contacts.save("demo", contact, known=known)
    found = contacts.get("demo", contact.id)
    assert found is not None
    return found


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
    eve = saved(contacts, EVE)

    with pytest.raises(Conflict):
        contacts.save("demo", replace(eve, phone=ADA.phone), known=eve)

    assert contacts.owner("demo", "email", EVE.email) == "eve"


def test_an_identifier_that_is_given_up_is_free_for_others(contacts: Contacts) -> None:
    ada = saved(contacts, ADA)

    contacts.save("demo", replace(ada, phone="", email="countess@example.com"), known=ada)
    contacts.save("demo", replace(EVE, email=ADA.email, phone=ADA.phone), known=None)

    assert contacts.owner("demo", "email", "countess@example.com") == "ada"
    assert contacts.owner("demo", "email", ADA.email) == "eve"
    assert contacts.owner("demo", "phone", ADA.phone) == "eve"


def test_a_contact_that_is_saved_again_keeps_its_identifiers(contacts: Contacts) -> None:
    ada = saved(contacts, ADA)

    changed = saved(contacts, replace(ada, language="en"), known=ada)

    assert changed.language == "en"
    assert contacts.owner("demo", "email", ADA.email) == "ada"


def test_an_address_that_is_only_written_otherwise_stays_the_contact_s(contacts: Contacts) -> None:
    ada = saved(contacts, ADA)

    changed = saved(contacts, replace(ada, email="ADA@Example.com"), known=ada)

    assert changed.email == "ADA@Example.com"
    assert contacts.owner("demo", "email", ADA.email) == "ada"


def test_an_identifier_that_is_unchanged_costs_no_write(contacts: Contacts, table: Table) -> None:
    ada = saved(contacts, ADA)
    writes: list[None] = []
    counting = Contacts(Interrupted(table, 2, lambda: writes.append(None)), PEPPER)

    counting.save("demo", replace(ada, language="en"), known=ada)

    assert writes == []


def test_of_two_contacts_that_want_one_identifier_at_once_one_gets_it(contacts: Contacts, table: Table) -> None:
    grace = Contact(id="grace", email=EVE.email, created=NOW, updated=NOW)

    with pytest.raises(Conflict, match="another contact already has this email"):
        Contacts(Interrupted(table, 1, lambda: saved(contacts, grace)), PEPPER).save("demo", EVE, known=None)

    assert contacts.owner("demo", "email", EVE.email) == "grace"
    assert contacts.get("demo", "eve") is None


def test_who_gives_an_address_to_a_contact_while_another_takes_it_changes_nothing(
    contacts: Contacts, table: Table
) -> None:
    ada, eve = saved(contacts, ADA), saved(contacts, EVE)
    late = Contacts(Interrupted(table, 1, lambda: saved(contacts, replace(eve, phone="+46701111111"), eve)), PEPPER)

    with pytest.raises(Conflict, match="another contact already has this phone"):
        late.save("demo", replace(ada, phone="+46701111111"), known=ada)

    assert contacts.get("demo", "ada") == ada
    assert contacts.owner("demo", "phone", ADA.phone) == "ada"


def test_of_two_changes_of_one_contact_the_later_one_is_refused_and_leaves_no_name_behind(
    contacts: Contacts, table: Table
) -> None:
    ada = saved(contacts, ADA)
    first = replace(ada, email="first@example.com")
    late = Contacts(Interrupted(table, 1, lambda: saved(contacts, first, ada)), PEPPER)

    with pytest.raises(Lost):
        late.save("demo", replace(ada, email="second@example.com"), known=ada)

    assert contacts.get("demo", "ada") == first
    assert contacts.owner("demo", "email", "second@example.com") == ""


def test_both_of_two_changes_to_the_same_address_leave_it_named(contacts: Contacts, table: Table) -> None:
    ada = saved(contacts, ADA)
    same = replace(ada, email="new@example.com")
    late = Contacts(Interrupted(table, 1, lambda: saved(contacts, same, ada)), PEPPER)

    with pytest.raises(Lost):
        late.save("demo", replace(same, language="en"), known=ada)

    assert contacts.owner("demo", "email", "new@example.com") == "ada"


def test_a_contact_that_is_removed_frees_its_identifiers(contacts: Contacts, client: Any) -> None:
    ada = saved(contacts, ADA)

    contacts.remove("demo", ada)

    assert scan(client) == []


def test_a_contact_that_changed_meanwhile_is_not_removed(contacts: Contacts) -> None:
    ada = saved(contacts, ADA)
    saved(contacts, replace(ada, language="en"), known=ada)

    with pytest.raises(Lost):
        contacts.remove("demo", ada)

    assert contacts.owner("demo", "email", ADA.email) == "ada"


def test_the_list_is_newest_first_and_shows_no_tombstone(contacts: Contacts) -> None:
    people = [replace(EVE, id=f"c{n}", email="", created=NOW + n) for n in range(5)]
    for one in people:
        saved(contacts, one)
    gone = contacts.get("demo", "c3")
    assert gone is not None
    contacts.entomb("demo", gone, at=NOW + 10, ledger={"pk": "demo#GD#202701", "sk": "x"})

    found = contacts.latest("demo", before="~", limit=3)
    more = contacts.latest("demo", before=found[-1][0], limit=3)

    assert [one.id for _, one in found if one] == ["c4", "c2", "c1"]
    assert [one.id for _, one in more if one] == ["c0"]


def test_who_was_erased_comes_back_with_the_time_of_it(contacts: Contacts) -> None:
    ada = saved(contacts, ADA)
    stone = contacts.entomb("demo", ada, at=NOW + 10, ledger={"pk": "demo#GD#202701", "sk": "x"})
    known = contacts.get("demo", "ada")
    assert known == stone
    assert known.gone

    back = saved(contacts, replace(known.created_again(NOW + 20), email=ADA.email), known)

    assert not back.gone
    assert back.erased == NOW + 10
    assert contacts.owner("demo", "email", ADA.email) == "ada"
