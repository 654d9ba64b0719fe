from heliograph.wire.tables import spread


def test_a_row_stands_for_each_of_its_words() -> None:
    rows = {"20003 20005": "account", "21610": "stop"}

    assert spread(rows) == {"20003": "account", "20005": "account", "21610": "stop"}
