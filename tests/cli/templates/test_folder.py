"""The folder as a whole."""

from pathlib import Path

import pytest

from cli.templates.changes import of_shared
from cli.templates.faults import Faulty
from cli.templates.folder import Shared, read
from cli.templates.uses import needed, ordered
from heliograph.domain.layout import LayoutKind


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("events/welcome", "layouts", "partials"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "events/welcome/event.yaml").write_text("channels: [sms]\n")
    (tmp_path / "events/welcome/sms.txt").write_text("Hi {% include 'z' %}\n")
    (tmp_path / "layouts/base.html").write_text("{% include 'a' %}{% block b %}{% include 'c' %}{% endblock %}")
    (tmp_path / "partials/a.html").write_text("{% include 'z' %}")
    (tmp_path / "partials/c.html").write_text("c")
    (tmp_path / "partials/z.txt").write_text("z\n")
    return tmp_path


def faults(root: Path) -> list[str]:
    with pytest.raises(Faulty) as caught:
        read(root)
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_is_read_with_or_without_a_line_end_at_the_end_of_a_file(root: Path) -> None:
    found = read(root)

    assert found.events["welcome"].body == {"channels": ["sms"], "templates": {"sms": {"text": "Hi {% include 'z' %}"}}}
    assert (found.shared["z"].source, found.shared["z"].kind) == ("z", LayoutKind.PARTIAL)
    assert found.shared["base"].place == "layouts/base.html"


def test_what_has_no_place_is_named_and_nothing_is_left_aside_but_readmes_and_hidden_files(root: Path) -> None:
    (root / "README.md").write_text("mine")
    (root / "events/welcome/.swp").write_text("the editor's")
    (root / "event").mkdir()
    (root / "events/stray.txt").write_text("")
    (root / "events/welcome/more").mkdir()
    (root / "events/Bad Name").mkdir()
    (root / "layouts/base.txt").write_text("again")
    (root / "partials/a.md").write_text("")
    (root / "partials/bad.html").write_bytes(b"ok\n\xc3\xa9 \xff")

    found = [fault.partition(": ")[0] for fault in faults(root)]

    assert sorted(found) == [
        "event",
        "events/Bad Name",
        "events/stray.txt",
        "events/welcome/more",
        "layouts/base.txt",
        "partials/a.md",
        "partials/bad.html:2:3",
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "there is no such folder" in faults(tmp_path / "none")[0]


def test_layouts_come_behind_what_they_use(root: Path) -> None:
    found = read(root)

    assert [one.name for one in ordered(found.shared, found.shared)] == ["z", "a", "c", "base"]
    assert [one.name for one in needed(found, ["welcome"])] == ["z"]


def test_a_cycle_of_layouts_ends(root: Path) -> None:
    (root / "partials/z.txt").write_text("{% include 'a' %}")
    found = read(root)

    assert {one.name for one in ordered(found.shared, found.shared)} == {"a", "base", "c", "z"}


def test_a_layout_that_becomes_a_partial_moves() -> None:
    old, new = (Shared("a", kind, "x") for kind in (LayoutKind.LAYOUT, LayoutKind.PARTIAL))

    changes = {change.place: change.word for change in of_shared(new, old)}

    assert changes == {"layouts/a.txt": "removed", "partials/a.txt": "new"}
    assert of_shared(Shared("a", LayoutKind.PARTIAL, "x", ".html"), new) == []
