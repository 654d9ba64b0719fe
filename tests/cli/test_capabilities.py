"""The table of all providers says what the code does."""

import pytest

from cli.capabilities import PAGE, page, table
from heliograph.providers import REGISTRY, load


def test_the_table_is_what_the_providers_say() -> None:
    text = PAGE.read_text()

    assert page(text) == text, "docs/providers/README.md has drifted: run `python -m cli.docs`"
    assert text.count(table()) == 1


def test_a_changed_table_is_mended() -> None:
    text = PAGE.read_text()

    drifted = text.replace("comes back", "gets lost")

    assert drifted != text
    assert page(drifted) == text


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_provider_has_a_row_that_leads_to_its_page(name: str) -> None:
    (row,) = [line for line in table().splitlines() if line.startswith(f"| [`{name}`]")]

    assert (PAGE.parent / row.partition("](")[2].partition(")")[0]).exists()
    for kind in load(name).capabilities.reports:
        assert f"`{kind}`" in row
