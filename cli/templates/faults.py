"""What is wrong with a folder, by file, line and column."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One sentence on one file; *file* is the path in the folder, line and column count from 1, 0 where not known."""

    file: str
    sentence: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = [self.file, *(str(number) for number in (self.line, self.column) if number)]
        return f"{':'.join(place)}: {self.sentence}"


class Faulty(Exception):
    """A folder that cannot be used as it is, with everything that is wrong."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
