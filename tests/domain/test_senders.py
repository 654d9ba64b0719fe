from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.senders import allowed, domain, named, parts


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40))
def test_a_name_and_its_address_come_apart_as_they_were_put_together(name: str) -> None:
    name = " ".join(name.split())

    assert parts(named(name, "ada@example.com")) == (name, "ada@example.com")


@pytest.mark.parametrize(
    ("wanted", "senders", "expected"),
    [
        ("news@acme.test", ["Acme <hello@acme.test>"], True),
        ("News <news@ACME.test>", ["hello@acme.test"], True),
        ("news@mail.acme.test", ["hello@acme.test"], False),
        ("news@acme.test.evil.test", ["hello@acme.test"], False),
        ("news@other.test", ["a@acme.test", "b@other.test"], True),
        ("news@acme.test", [], False),
    ],
)
def test_a_sender_is_allowed_where_its_whole_domain_is_the_integration_s(
    *, wanted: str, senders: list[str], expected: bool
) -> None:
    assert allowed(wanted, senders) is expected


def test_an_address_hidden_in_a_name_is_not_the_sender() -> None:
    sender = named("hello@acme.test", "eve@elsewhere.test")

    assert domain(sender) == "elsewhere.test"
    assert parseaddr(sender)[1] == "eve@elsewhere.test"
