"""Short names for the names and values of an expression, as DynamoDB wants them."""

from typing import Any


class Placeholders:
    """Placeholders of an expression: the same for the same value."""

    def __init__(self, letter: str) -> None:
        self._prefix = "#n" if letter == "n" else ":v"
        self._known: list[tuple[Any, str]] = []

    def __getitem__(self, value: Any) -> str:
        for known, short in self._known:
            if known == value and type(known) is type(value):
                return short
        short = f"{self._prefix}{len(self._known)}"
        self._known.append((value, short))
        return short

    def items(self) -> list[tuple[Any, str]]:
        return self._known
