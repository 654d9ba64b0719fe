"""SES's quota is read now and then, and a SES that does not answer changes nothing."""

from dataclasses import dataclass, field

from heliograph.domain.errors import Unavailable
from heliograph.usecases.quota import Quota
from tests.usecases.fakes import Clock

MINUTE = 60_000


@dataclass
class Desk:
    """A quota on fakes."""

    kept: list[tuple[str, float]] = field(default_factory=list)
    asked: int = 0
    notes: list[object] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    silent: bool = False

    def __post_init__(self) -> None:
        self.quota = Quota(
            store=self,
            mail_rate=self.rate,
            clock=self.clock,
            note=lambda what, **fields: self.notes.append((what, fields)),
            trouble=lambda what, _exc: self.notes.append(what),
        )

    def keep(self, provider: str, rate: float) -> bool:
        self.kept.append((provider, rate))
        return (provider, rate) not in self.kept[:-1]

    def rate(self) -> float:
        self.asked += 1
        if self.silent:
            raise Unavailable("SES did not say")
        return 14.0

    def minutes(self, count: int) -> None:
        for _ in range(count):
            self.quota.run()
            self.clock.pass_(MINUTE)


def test_it_is_read_at_once_and_every_five_minutes() -> None:
    desk = Desk()

    desk.minutes(11)

    assert desk.asked == 3
    assert desk.notes == [("quota", {"provider": "ses", "rate": 14.0})]


def test_what_was_known_holds_while_ses_does_not_answer() -> None:
    desk = Desk(silent=True)

    desk.minutes(2)

    assert desk.kept == []
    assert desk.notes == ["SES's quota was not read; the one that was known holds"]
