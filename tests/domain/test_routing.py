"""Which channels a notification takes, and what follows a message."""

from dataclasses import replace

import pytest

from heliograph.domain import attempts, further, hidden, view
from heliograph.domain.attempts import Progress
from heliograph.domain.conditions import Condition, Op
from heliograph.domain.message import Content, Message
from heliograph.domain.model import Channel
from heliograph.domain.onward import AT_ONCE, next_channel
from heliograph.domain.report import Notification
from heliograph.domain.routing import Failover, Plan, Routing, RoutingMode, plan
from heliograph.domain.status import Rank, Status
from heliograph.domain.timing import Terms
from heliograph.domain.tries import Try
from tests.support.builders import DAY, NOW, message, message_id

EMAIL, SMS, WHATSAPP = Channel.EMAIL, Channel.SMS, Channel.WHATSAPP
ADA = {"id": "ada", "email": "ada@example.com", "phone": "+46701234567"}
ALL = Routing(mode=RoutingMode.ALL)
OVER = Routing(failover=Failover(on_failure=True))
NEVER = (Condition(field="payload.no", op=Op.EXISTS, value=True),)


@pytest.mark.parametrize(
    ("routing", "to", "expected"),
    [
        (Routing(), ADA, Plan((EMAIL,), "ada@example.com")),
        (ALL, ADA, Plan((EMAIL, SMS), "ada@example.com")),
        (OVER, ADA, Plan((EMAIL, SMS), "ada@example.com")),
        (ALL, {"phone": "+46701234567"}, Plan((SMS,), "+46701234567")),
        (ALL, {"id": "ada"}, None),
        (Routing(conditions={EMAIL: NEVER}), ADA, Plan((SMS,), "+46701234567")),
        (replace(ALL, conditions={SMS: NEVER}), ADA, Plan((EMAIL,), "ada@example.com")),
        (replace(ALL, conditions={EMAIL: NEVER, SMS: NEVER}), ADA, Plan((EMAIL,), "ada@example.com", filtered=True)),
        (Routing(conditions={EMAIL: NEVER}), {"email": "a@b.c"}, Plan((EMAIL,), "a@b.c", filtered=True)),
    ],
)
def test_the_plan_holds_the_channels_that_can_be_used(routing: Routing, to: dict[str, str], expected: Plan) -> None:
    assert plan((EMAIL, SMS), routing, to, {"payload": {}, "contact": to}) == expected


def sent(**moving: object) -> Progress:
    start = replace(message().progress, **moving)  # type: ignore[arg-type]  # fields of Progress
    claimed = attempts.claim(start, now=NOW, token="a", lease=1, integration="int-1", provider="ses").after
    return attempts.sent(claimed, now=NOW + 100, provider_message_id="m-1").after


def told(state: Progress, *ranks: Rank) -> Progress:
    for rank in ranks:
        move = attempts.fact(state, attempt=1, rank=rank, now=NOW + 5_000)
        state = move.after if move else state
    return state


def test_a_message_that_nothing_follows_leaves_the_work_index() -> None:
    assert sent().check is None
    assert told(sent(), Rank.HARD_BOUNCE).check is None


def test_after_a_failure_it_stays_there_until_its_successor_has_begun() -> None:
    state = told(sent(fails_over=True), Rank.HARD_BOUNCE)

    assert (next_channel(state), state.followed, state.bad) == (AT_ONCE, True, None)


def test_without_a_receipt_the_time_runs_from_the_hand_over() -> None:
    state = sent(patience=300_000)

    assert (state.check, state.followed) == (NOW + 100 + 300_000, True)
    assert told(state, Rank.DEFERRED).check == state.check
    assert told(state, Rank.DELIVERED).check is None
    assert told(state, Rank.HARD_BOUNCE).check is None


@pytest.mark.parametrize("order", [(Rank.DELIVERED, Rank.HARD_BOUNCE), (Rank.HARD_BOUNCE, Rank.DELIVERED)])
def test_the_order_of_reports_does_not_decide_whether_another_channel_follows(order: tuple[Rank, Rank]) -> None:
    assert next_channel(told(sent(fails_over=True), *order)) == AT_ONCE


def test_what_was_canceled_is_followed_by_nothing() -> None:
    waiting = replace(message().progress, fails_over=True, patience=1)
    bounced = told(sent(fails_over=True), Rank.HARD_BOUNCE)

    assert attempts.cancel(waiting, now=NOW)[0].after.check is None
    assert attempts.cancel(bounced, now=NOW)[0].after.check is None


def test_hidden_keys_stay_while_another_channel_may_have_to_begin() -> None:
    state = told(sent(fails_over=True), Rank.DELIVERED)

    assert hidden.over(told(sent(), Rank.DELIVERED))
    assert not hidden.over(state)
    assert hidden.over(replace(state, stop=True))
    assert hidden.over(replace(state, fails_over=False))


def head(**changes: object) -> Message:
    return message(plan=(EMAIL, SMS, WHATSAPP), content=Content(contact=ADA), **changes)


def next_of(before: Message, now: int = NOW, number: int = 1) -> Message | None:
    return further.successor(before, head(), Content(contact=ADA), number=number, now=now)


def test_a_further_message_takes_over_everything_but_its_channel_address_and_story() -> None:
    state = told(sent(fails_over=True, patience=60_000), Rank.HARD_BOUNCE)
    before = head(progress=state, overrides={"sms": {"sender_id": "Shop"}}, metadata={"a": "b"}, language="sv")

    found = next_of(before, NOW + 9_000)

    assert found is not None
    assert (found.id.number, found.channel, found.to) == (1, SMS, "+46701234567")
    assert (found.language, found.overrides, found.content) == ("sv", before.overrides, before.content)
    assert (found.metadata, found.progress.attempt, found.progress.due) == ({}, 0, NOW + 9_000)
    assert (found.progress.fails_over, found.progress.patience) == (True, 60_000)
    assert (found.begun, found.why) == (NOW + 9_000, "email bounced: hard_bounce")


def test_the_last_of_the_plan_is_followed_by_nothing() -> None:
    found = next_of(head(progress=told(sent(fails_over=True, patience=60_000), Rank.HARD_BOUNCE)), number=2)

    assert found is not None
    assert (found.progress.fails_over, found.progress.patience) == (False, 0)


def test_an_expiry_that_was_asked_for_holds_for_all_and_the_usual_one_begins_anew() -> None:
    state, later = sent(fails_over=True), NOW + 2 * DAY
    asked, usual = head(progress=state, terms=Terms(lifetime=3 * DAY)), head(progress=state)

    limited, fresh = next_of(asked, later), next_of(usual, later)

    assert limited
    assert fresh
    assert (limited.progress.expires, fresh.progress.expires) == (state.expires, later + 3 * DAY)
    assert fresh.expires_from_table - usual.expires_from_table == 2 * DAY // 1000
    assert next_of(asked, NOW + 3 * DAY) is None


def test_why_the_next_channel_begins_names_no_words_of_the_provider() -> None:
    ended = attempts.end(
        replace(message().progress, fails_over=True),
        now=NOW,
        ending=Status.FAILED,
        why=Try(reason="provider_error", code="550", text="ada@example.com is unknown"),
    ).after

    assert further.why(head(progress=sent(patience=300_000))) == "no receipt by email within 300 s"
    assert further.why(head(progress=ended)) == "email failed: provider_error"


def test_a_message_that_never_began_is_not_shown() -> None:
    canceled = attempts.cancel(message().progress, now=NOW)[0].after
    whole = Notification(messages=(head(progress=sent()), head(id=message_id(number=1), progress=canceled)), reports=())

    shown = view.notification(whole, now=NOW)

    assert (shown["status"], len(shown["messages"])) == ("sent", 1)


def test_what_was_canceled_does_not_speak_for_what_was_sent() -> None:
    canceled = attempts.cancel(message().progress, now=NOW)[0].after
    first = head(progress=replace(sent(), step=1))
    whole = Notification(messages=(first, head(id=message_id(number=1), progress=canceled)), reports=())

    shown = view.notification(whole, now=NOW)

    assert (shown["status"], shown["counts"]) == ("sent", {"sent": 1, "canceled": 1})


def test_a_notification_that_waits_for_its_next_channel_is_not_completed() -> None:
    whole = Notification(messages=(head(progress=sent(patience=60_000)),), reports=())

    assert view.notification(whole, now=NOW)["state"] == "accepted"
