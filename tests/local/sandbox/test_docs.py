"""The docs page says what the code does."""

from local.sandbox.docs import PAGE, page


def test_the_docs_page_holds_the_table_of_the_code() -> None:
    text = PAGE.read_text()

    assert text == page(text), "docs/sandbox.md has drifted: run python -m local.sandbox.docs"
