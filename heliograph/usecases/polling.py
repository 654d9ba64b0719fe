"""Polling: ask a provider what became of a message, and take the answer in as if it had been reported."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from heliograph.domain.errors import ProviderError
from heliograph.domain.polling import MOST, PAUSE, Answer, Asked, Question
from heliograph.domain.tools import Tools
from heliograph.usecases.apply import Apply, Source
from heliograph.usecases.ports import Later, Load, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """Asks providers; a question that is lost or doubled is harmless, as are its answers."""

    apply: Apply
    vault: Vault
    load: Load
    tools: Tools
    later: Later
    note: Callable[..., None]
    """Logs one line: note(what, **fields)."""
    soonest: float = 0
    """Seconds after which it is asked again at the latest; 0: after the usual pause."""

    def __call__(self, question: Question, source: Source) -> str:
        """Ask once; when the provider does not know yet, ask again later.

        Returns:
            One word for the log.

        Raises:
            Busy, Unavailable: it must come again.
        """
        answer = self._answer(question, source)
        for event in answer.events:
            self.apply.event(event, source)
        if not answer.more:
            return "answered"
        if question.asked + 1 >= MOST:
            return "never answered"
        body = {"v": 1, "project": source.project, "integration": source.integration}
        again = replace(question, asked=question.asked + 1)
        delay = self.soonest or PAUSE
        self.later.put(source.project, [body | {"poll": again.as_json()}], delay=delay)
        return "asked again later"

    def _answer(self, question: Question, source: Source) -> Answer:
        provider = self.load(question.provider)
        if not isinstance(provider, Asked):
            return Answer()
        try:
            credentials = self.vault.credentials(source.project, source.integration, provider)
            return provider.poll(question, credentials, self.tools)
        except ProviderError as exc:
            # Whatever it is, the message itself is out: no more than its receipt is missing.
            self.note("no answer", provider=question.provider, code=exc.code)
            return Answer(more=True)
