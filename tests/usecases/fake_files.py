"""The bucket in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from heliograph.domain.attachment import Offer, Upload
from tests.usecases.fake_messages import Trouble


@dataclass
class FakeFiles:
    """Objects by key, with the days that each is kept; uploads are put in by tests."""

    objects: dict[str, bytes] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    trouble: Trouble = field(default_factory=Trouble)

    def offer(self, key: str, *, name: str, type: str, size: int, sha256: str = "") -> Offer:  # noqa: A002, ARG002  # FileStore's
        return Offer(url=f"https://files.test/{key}", headers={"Content-Type": type})

    def uploaded(self, key: str) -> Upload | None:
        self.trouble()
        return self.uploads.get(key)

    def put(self, key: str, content: bytes, *, days: int) -> None:
        self.trouble()
        self.objects[key], self.days[key] = content, days

    def copy(self, source: str, key: str, *, days: int) -> bool:
        self.trouble()
        if source not in self.objects:
            return False
        self.put(key, self.objects[source], days=days)
        return True

    def get(self, key: str) -> bytes | None:
        self.trouble()
        return self.objects.get(key)

    def remove(self, keys: Sequence[str]) -> None:
        self.trouble()
        for key in keys:
            self.objects.pop(key, None)
            self.removed.append(key)

    def upload(self, key: str, content: bytes, *, name: str = "a.pdf", type: str = "application/pdf") -> None:  # noqa: A002  # its name in HTTP
        self.objects[key] = content
        self.uploads[key] = Upload(name=name, type=type, size=len(content))
