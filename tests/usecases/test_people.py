"""Contacts are created once and merged ever after."""

import pytest

from heliograph.domain.errors import Conflict, NotFound
from heliograph.usecases.people import People, shown
from tests.usecases.fakes import Clock, FakeContacts


@pytest.fixture
def people() -> People:
    return People(store=FakeContacts(), contact_id=lambda _, identifier: f"c_{identifier}", clock=Clock())


def test_a_new_contact_is_created_and_the_same_again_is_merged(people: People) -> None:
    first, new = people.upsert("acme", {"id": "u1", "email": "ada@example.com", "meta": {"tier": 1}})
    merged, again = people.upsert("acme", {"id": "u1", "first_name": "Ada", "meta": {"city": "Lund"}})

    assert (new, again) == (True, False)
    assert (merged.email, merged.first_name, merged.meta) == ("ada@example.com", "Ada", {"tier": 1, "city": "Lund"})
    assert merged.created == first.created


def test_without_an_id_the_first_identifier_makes_one(people: People) -> None:
    created, _ = people.upsert("acme", {"email": "ada@example.com"})

    assert created.id == "c_ada@example.com"


def test_without_an_id_whoever_has_the_address_is_meant(people: People) -> None:
    people.upsert("acme", {"id": "u1", "email": "ada@example.com"})

    found, new = people.upsert("acme", {"email": "ada@example.com", "first_name": "Ada"})

    assert (found.id, new) == ("u1", False)


def test_an_address_of_somebody_else_is_refused(people: People) -> None:
    people.upsert("acme", {"id": "u1", "email": "ada@example.com"})

    with pytest.raises(Conflict) as caught:
        people.upsert("acme", {"id": "u2", "email": "ada@example.com"})

    assert caught.value.field == "email"


@pytest.mark.parametrize("who", [{"id": "u1"}, {"email": "ada@example.com"}, {"phone": "+46701234567"}])
def test_a_contact_is_found_by_whatever_names_it(people: People, who: dict[str, str]) -> None:
    people.upsert("acme", {"id": "u1", "email": "ada@example.com", "phone": "+46701234567"})

    assert shown(people.find("acme", who))["id"] == "u1"


def test_a_contact_of_another_project_does_not_exist(people: People) -> None:
    people.upsert("other", {"id": "u1", "email": "ada@example.com"})

    with pytest.raises(NotFound):
        people.find("acme", {"id": "u1"})
    with pytest.raises(NotFound):
        people.find("acme", {"email": "ada@example.com"})
