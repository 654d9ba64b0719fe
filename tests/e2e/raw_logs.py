"""The functions' log as CloudWatch would get it, beside what people see of it."""

from local.logs import Logs


class RawLogs(Logs):
    """Keeps every line of every function as it was written."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[tuple[str, str]] = []
        """(function, line)."""

    def line(self, name: str, line: str) -> None:
        self.raw.append((name, line))
        super().line(name, line)
