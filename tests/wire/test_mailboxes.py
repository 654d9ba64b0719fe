"""Mail addresses with display names."""

from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.wire import mailboxes


@pytest.mark.parametrize(
    ("sender", "written"),
    [
        ("shop@sender.example", "shop@sender.example"),
        ("<shop@sender.example>", "shop@sender.example"),
        ("Ada's Shop <shop@sender.example>", '"Ada\'s Shop" <shop@sender.example>'),
        ('"Shop, Ltd." <shop@sender.example>', '"Shop, Ltd." <shop@sender.example>'),
        ("Café Ådal <shop@sender.example>", '"Café Ådal" <shop@sender.example>'),
    ],
)
def test_a_name_is_quoted_and_keeps_its_letters(sender: str, written: str) -> None:
    assert mailboxes.quoted(sender) == written
    assert mailboxes.domain(sender) == "sender.example"


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30))
def test_whatever_a_name_holds_it_is_read_back_as_it_was(name: str) -> None:
    first = parseaddr(mailboxes.quoted(f'"{name.translate(mailboxes.SPECIAL)}" <a@b.example>'))

    assert first == parseaddr(
        mailboxes.quoted(mailboxes.quoted(f'"{name.translate(mailboxes.SPECIAL)}" <a@b.example>'))
    )
    assert first[1] == "a@b.example"
