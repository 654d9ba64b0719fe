"""What a call to a provider came to, in a form that can be written now or, when the table is busy, later."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from heliograph.domain import attempts
from heliograph.domain.attempts import Move, Progress
from heliograph.domain.model import JSON
from heliograph.domain.status import Status
from heliograph.domain.tries import Try


class Verdict(StrEnum):
    """What to do with the attempt."""

    SENT = "sent"
    RETRY = "retry"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one call, tied to the claim it was made under."""

    token: str
    verdict: Verdict
    provider_message_id: str = ""
    due: int = 0
    """For `retry`, epoch milliseconds."""
    free: bool = False
    """For `retry`: it costs no try."""
    ending: Status = Status.FAILED
    """For `end`."""
    reason: str = ""
    code: str = ""
    text: str = ""

    def move(self, state: Progress, now: int) -> Move | None:
        """The move to write; None when the claim is no longer held under this token."""
        if state.token != self.token:
            return None
        why = Try(reason=self.reason, code=self.code, text=self.text[:300])
        match self.verdict:
            case Verdict.SENT:
                return attempts.sent(state, now=now, provider_message_id=self.provider_message_id)
            case Verdict.RETRY:
                return attempts.retry(state, now=now, due=self.due, free=self.free, why=why)
            case Verdict.END:
                return attempts.end(state, now=now, ending=self.ending, why=why)

    def as_json(self) -> JSON:
        """For the events queue."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: JSON) -> Self:
        """Back from the events queue."""
        return cls(**body | {"verdict": Verdict(body["verdict"]), "ending": Status(body["ending"])})
