"""What a call came to: the same whether it is written at once or, by the events queue, later."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain import attempts
from heliograph.domain.attempts import Phase, Progress
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.status import Rank, Status
from tests.support.builders import NOW

HELD = attempts.claim(
    Progress(due=NOW, check=NOW), now=NOW, token="mine", lease=NOW + 1, integration="i", provider="p"
).after
SENT = Outcome(token="mine", verdict=Verdict.SENT, provider_message_id="m-1")
LATER = Outcome(token="mine", verdict=Verdict.RETRY, due=NOW + 5, free=True, reason="throttled", code="429")
OVER = Outcome(token="mine", verdict=Verdict.END, ending=Status.FAILED, reason="provider_error", text="x" * 400)


@pytest.mark.parametrize("outcome", [SENT, LATER, OVER], ids=lambda outcome: outcome.verdict)
def test_it_survives_the_events_queue(outcome: Outcome) -> None:
    assert Outcome.from_json(json.loads(json.dumps(outcome.as_json()))) == outcome


@given(st.builds(Outcome, token=st.text(), verdict=st.sampled_from(Verdict), ending=st.sampled_from(Status)))
def test_any_outcome_survives_the_events_queue(outcome: Outcome) -> None:
    assert Outcome.from_json(json.loads(json.dumps(outcome.as_json()))) == outcome


@pytest.mark.parametrize("outcome", [SENT, LATER, OVER], ids=lambda outcome: outcome.verdict)
def test_it_moves_nothing_once_the_claim_is_somebody_elses(outcome: Outcome) -> None:
    assert outcome.move(replace(HELD, token="theirs"), NOW) is None
    assert outcome.move(replace(HELD, token=""), NOW) is None


def test_sent_records_the_providers_id() -> None:
    move = SENT.move(HELD, NOW + 7)

    assert move is not None
    assert (move.after.phase, move.after.rank) == (Phase.DONE, Rank.SENT)
    assert (move.after.log[1].provider_message_id, move.after.log[1].sent_at) == ("m-1", NOW + 7)


def test_retry_opens_it_again_and_says_why() -> None:
    move = LATER.move(HELD, NOW)

    assert move is not None
    assert (move.after.phase, move.after.due, move.after.tries) == (Phase.OPEN, NOW + 5, 0)
    assert (move.after.log[1].reason, move.after.log[1].code) == ("throttled", "429")


def test_an_end_keeps_the_providers_words_cut_to_a_length() -> None:
    move = OVER.move(HELD, NOW)

    assert move is not None
    assert (move.after.phase, move.after.log[1].ending, len(move.after.log[1].text)) == (Phase.DONE, Status.FAILED, 300)
