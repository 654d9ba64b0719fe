"""The page about the status says what the code does."""

import pytest

from cli.docs import PAGE, TABLES, page
from heliograph.domain.reasons import Reason
from heliograph.domain.status import Status


def test_the_page_is_what_the_tables_in_code_say() -> None:
    text = PAGE.read_text()

    assert page(text) == text, "docs/status.md has drifted: run `python -m cli.docs`"


def test_the_page_has_every_table_once() -> None:
    text = PAGE.read_text()

    assert [text.count(make()) for make in TABLES.values()] == [1] * len(TABLES)


@pytest.mark.parametrize("name", [*Status, *Reason])
def test_every_status_and_every_reason_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text()


def test_a_changed_table_is_mended() -> None:
    text = PAGE.read_text()

    drifted = text.replace("| 40 |", "| 41 |")

    assert drifted != text
    assert page(drifted) == text
