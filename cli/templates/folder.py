"""The folder: `events/NAME/…`, `layouts/NAME.html`, `partials/NAME.html`; read as a whole, written file by file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cli.templates.event import FILE, Event, joined
from cli.templates.faults import Fault, Faulty
from cli.templates.names import EVENT, LAYOUT
from heliograph.domain.layout import LayoutKind

README: Final = "README.md"
KINDS: Final = {"layouts": LayoutKind.LAYOUT, "partials": LayoutKind.PARTIAL}
ENDINGS: Final = (".html", ".txt")


@dataclass(frozen=True, slots=True)
class Shared:
    """A layout or partial; *ending* is its file's, which means nothing to the service."""

    name: str
    kind: LayoutKind
    source: str
    ending: str = ""

    @property
    def place(self) -> str:
        """The path of its file in the folder."""
        folder = next(name for name, kind in KINDS.items() if kind is self.kind)
        return f"{folder}/{self.name}{self.ending or ENDINGS['<' not in self.source]}"


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in a folder, by name."""

    events: dict[str, Event] = field(default_factory=dict)
    shared: dict[str, Shared] = field(default_factory=dict)


def read(root: Path) -> Folder:
    """Everything in *root*; `README.md` and names that begin with a dot are the reader's own affair.

    Raises:
        Faulty: with everything that is wrong: broken YAML, texts that are not UTF-8, files that have no place.
    """
    if not root.is_dir():
        raise Faulty([Fault(str(root), "there is no such folder: name it with --folder")])
    found = Folder()
    wrong: list[Fault] = []
    for path in _entries(root):
        try:
            if path.name == "events" and path.is_dir():
                wrong += _events(path, found)
            elif path.name in KINDS and path.is_dir():
                wrong += _shared(path, found)
            else:
                wrong.append(Fault(path.name, "it has no place here: there are the folders events, layouts, partials"))
        except OSError as exc:
            wrong.append(Fault(path.name, f"it cannot be read: {exc.strerror}"))
    if wrong:
        raise Faulty(wrong)
    return found


def source(path: Path, place: str) -> str:
    """A file's text, without the line end behind it.

    Raises:
        Faulty: it is not UTF-8.
    """
    raw = path.read_bytes()
    try:
        return raw.decode().removesuffix("\n")
    except UnicodeDecodeError as exc:
        before = raw[: exc.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise Faulty([Fault(place, "it is not UTF-8: save it as UTF-8", before.count(b"\n") + 1, column)]) from exc


def write(root: Path, place: str, text: str) -> None:
    """Write a text with the line end behind it."""
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"{text}\n".encode())


def _events(root: Path, found: Folder) -> Iterator[Fault]:
    for path in _entries(root):
        place = f"events/{path.name}"
        if not path.is_dir() or not EVENT.fullmatch(path.name):
            yield Fault(place, "each event is a folder; its name is 1 to 64 of a-z 0-9 . _ - and no sign comes first")
            continue
        texts, wrong = _sources(path, place)
        yield from wrong
        try:
            event = joined(path.name, texts)
        except Faulty as exc:
            yield from exc.faults
        else:
            found.events[path.name] = event


def _sources(root: Path, place: str) -> tuple[dict[str, str], list[Fault]]:
    """The texts of an event, `event.yaml` first; and what is wrong with other files."""
    texts: dict[str, str] = {}
    wrong: list[Fault] = []
    for path in sorted(_entries(root), key=lambda path: path.name != FILE):
        if not path.is_file():
            wrong.append(Fault(f"{place}/{path.name}", "it is no file, and an event has files only"))
            continue
        try:
            texts[path.name] = source(path, f"{place}/{path.name}")
        except Faulty as exc:
            wrong += exc.faults
    return texts, wrong


def _shared(root: Path, found: Folder) -> Iterator[Fault]:
    for path in _entries(root):
        place = f"{root.name}/{path.name}"
        if path.suffix not in ENDINGS or not path.is_file() or not LAYOUT.fullmatch(path.stem):
            yield Fault(place, "a layout or partial is a file NAME.html or NAME.txt, of a-z 0-9 . _ -")
            continue
        known = found.shared.get(path.stem)
        if known:
            yield Fault(place, f"{known.place} has the same name: rename or remove one")
            continue
        try:
            found.shared[path.stem] = Shared(path.stem, KINDS[root.name], source(path, place), path.suffix)
        except Faulty as exc:
            yield from exc.faults


def _entries(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if not path.name.startswith(".") and path.name != README)
