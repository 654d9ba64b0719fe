"""Provider events on the events queue come off it as they went on."""

import json
from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.event_json import event_from_json, event_to_json
from heliograph.domain.model import EventKind, ProviderEvent

words = st.text(max_size=12)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
events = st.builds(
    ProviderEvent,
    kind=st.sampled_from(EventKind),
    bounce=st.sampled_from([None, "hard", "soft"]),
    provider_message_id=words,
    echo=words,
    recipient=words,
    event_id=words,
    occurred_at=st.none() | st.datetimes(timezones=zones),
    reason=words,
    code=words,
    text=words,
    machine=st.booleans(),
    raw=st.dictionaries(words, words | st.integers() | st.lists(words, max_size=2), max_size=3),
)


@given(events)
def test_any_event_survives_the_queue(event: ProviderEvent) -> None:
    assert event_from_json(json.loads(json.dumps(event_to_json(event)))) == event


def test_what_is_not_set_is_not_sent() -> None:
    assert event_to_json(ProviderEvent(kind=EventKind.DELIVERED)) == {"kind": "delivered"}
