"""Suspects: messages whose wake-up call came back again and again, perhaps because they end their workers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from heliograph.domain import poison
from heliograph.domain.errors import Lost, Unavailable
from heliograph.domain.message import Hint, Message
from heliograph.usecases.dispatch import Dispatch

GUILTY: Final = "each worker that prepared it ended while it did: its template or its data ask for too much"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """Works on one suspect at a time: nothing else may run in the process meanwhile."""

    dispatch: Dispatch

    def __call__(self, hint: Hint, remaining: Callable[[], float]) -> str:
        """Work on the message that *hint* names, with a mark that stays on it if the process ends.

        Returns:
            One word for the log: what was done.

        Raises:
            Busy, Unavailable: the store did not answer; the same hint may come again.
        """
        dispatch = self.dispatch
        message = dispatch.messages.load(hint.message, now=dispatch.clock())
        if message is None or not poison.endangers(message.progress):
            return dispatch(hint, remaining)
        try:
            if poison.guilty(message.progress):
                return dispatch.give_up(message, GUILTY)
            marked = dispatch.messages.move(message, poison.mark(message.progress))
        except Lost:
            # Another call of the same message is worked on at this moment.
            return "moved on"
        dispatch.note("suspect", message, marks=marked.progress.marks)
        return self._visited(marked, hint, remaining)

    def _visited(self, marked: Message, hint: Hint, remaining: Callable[[], float]) -> str:
        try:
            done = self.dispatch(hint, remaining)
        except MemoryError:
            # It came through by luck alone.
            raise
        except Exception:
            # Whatever it is, the process is there, and what is wrong with all messages must end none.
            self._unmark(marked)
            raise
        self._unmark(marked)
        return done

    def _unmark(self, marked: Message) -> None:
        try:
            self.dispatch.messages.move(marked, poison.unmark(marked.progress))
        except (Lost, Unavailable) as exc:
            # One mark alone ends nothing.
            self.dispatch.note("a mark stays", marked, why=type(exc).__name__)
