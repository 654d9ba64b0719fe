from cli import rights
from heliograph.names import Function


def test_the_page_is_what_the_table_of_permissions_says() -> None:
    text = rights.PAGE.read_text("utf-8")

    assert rights.page(text) == text


def test_every_function_has_its_row() -> None:
    rows = rights.table().splitlines()[2:]

    assert [row.split("`")[1] for row in rows] == list(Function)
