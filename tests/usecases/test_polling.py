"""A provider that tells only when it is asked is asked until it knows."""

from dataclasses import dataclass, field, replace
from typing import Any

from heliograph.domain.errors import Transient
from heliograph.domain.model import EventKind, ProviderEvent
from heliograph.domain.polling import MOST, PAUSE, Answer, Question
from heliograph.domain.status import Rank
from heliograph.domain.tokens import Echo
from heliograph.usecases.polling import Polling
from tests.usecases.fakes import FakeProvider, NoTools
from tests.usecases.world import AT, FROM_FIRST, SIGNER, World

ECHO = Echo(project="acme", notification=AT.notification, message=0, integration="first", attempt=1).encode(SIGNER)
QUESTION = Question(provider="fake", id="m-1", echo=ECHO)


@dataclass
class Oracle(FakeProvider):
    """Answers as it is told."""

    answer: Answer | Exception = field(default_factory=Answer)

    def poll(self, question: Question, credentials: Any, tools: Any) -> Answer:  # noqa: ARG002  # the Protocol's
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asked(answer: Answer | Exception, question: Question = QUESTION) -> tuple[str, World]:
    world = World(first=Oracle(answer=answer))
    world.sent()
    polling = Polling(
        apply=world.apply, vault=world.vault, load=world.load, tools=NoTools(), later=world.later, note=world.notes
    )
    return polling(question, FROM_FIRST), world


def test_an_answer_is_taken_in_like_a_report() -> None:
    event = ProviderEvent(kind=EventKind.BOUNCED, bounce="hard", echo=ECHO, event_id="1")

    done, world = asked(Answer(events=(event,)))

    assert (done, world.state.rank, world.later.puts) == ("answered", Rank.HARD_BOUNCE, [])


def test_what_is_not_known_yet_is_asked_again_later() -> None:
    done, world = asked(Answer(more=True))

    ((project, (body,), delay),) = world.later.puts
    assert (done, project, delay) == ("asked again later", "acme", PAUSE)
    assert Question.from_json(body["poll"]) == replace(QUESTION, asked=1)


def test_trouble_of_the_provider_is_no_answer() -> None:
    done, world = asked(Transient("busy"))

    assert (done, world.state.rank) == ("asked again later", Rank.SENT)


def test_after_the_last_question_nobody_asks_any_more() -> None:
    done, world = asked(Answer(more=True), replace(QUESTION, asked=MOST - 1))

    assert (done, world.later.puts) == ("never answered", [])


def test_a_provider_that_cannot_be_asked_answers_nothing() -> None:
    done, _ = asked(Answer(more=True), replace(QUESTION, provider="other"))

    assert done == "answered"
