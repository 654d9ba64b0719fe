"""A wake-up call brings a message one step further: what ends it before a call, and what puts it off."""

from dataclasses import replace

import pytest

from heliograph.domain.attempts import Phase
from heliograph.domain.contact import Suppression
from heliograph.domain.definition import Body
from heliograph.domain.errors import Busy
from heliograph.domain.message import MessageId
from heliograph.domain.model import Channel
from heliograph.domain.project import Mode
from heliograph.domain.retry import MAX_HOPS, MAX_TRIES
from heliograph.domain.status import Rank, Status
from heliograph.domain.tokens import Echo, Hook
from tests.usecases.world import AT, HOUR, SIGNER, WELCOME, World


def test_a_plain_message_is_claimed_sent_and_done(world: World) -> None:
    world.waiting()

    done = world.work()

    assert done == "sent"
    assert (world.state.phase, world.state.rank, world.state.check) == (Phase.DONE, Rank.SENT, None)
    assert world.state.log[1].provider_message_id == "pm-1"
    assert world.state.log[1].integration == "first"


def test_what_the_provider_gets_is_rendered_and_carries_our_tokens(world: World) -> None:
    world.waiting()

    world.work()

    sent = world.first.sent[0]
    assert (sent.to, sent.subject, sent.html) == ("grace@example.com", "Hi Grace", "<p>Hello Grace</p>")
    assert Echo.decode(SIGNER, sent.echo) == Echo(
        project="acme", notification=AT.notification, message=0, integration="first", attempt=1
    )
    url, _, token = sent.callback_url.rpartition("/")
    assert (url, Hook.decode(SIGNER, token)) == (
        "https://hooks.test/webhooks/fake",
        Hook(project="acme", integration="first"),
    )
    assert sent.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.headers["List-Unsubscribe"].startswith("<https://links.test/u/")


def test_nothing_happens_for_a_message_that_is_gone(world: World) -> None:
    assert world.work() == "gone"


def test_a_message_beyond_its_time_in_the_table_is_gone(world: World) -> None:
    world.waiting(expires_from_table=world.clock() // 1000 - 1)

    assert world.work() == "gone"
    assert world.first.sent == []


def test_a_message_that_is_done_is_left_alone(world: World) -> None:
    before = world.sent()

    assert world.work() == "done"
    assert world.message == before
    assert len(world.first.sent) == 1


def test_a_message_that_is_not_due_is_put_off_until_it_is(world: World) -> None:
    world.waiting(due=world.clock() + HOUR)

    assert world.work(hop=3) == "put off"
    [(hint, _, at)] = world.wakeups.calls
    assert (hint.hop, at) == (4, world.clock() + HOUR)
    assert world.first.sent == []


def test_a_message_that_went_round_too_often_is_left_to_the_sweep(world: World) -> None:
    world.waiting(due=world.clock() + HOUR)

    assert world.work(hop=MAX_HOPS) == "left to the sweep"
    assert world.wakeups.calls == []


def test_a_message_past_its_expiry_expires(world: World) -> None:
    world.waiting(expires=world.clock())

    assert world.work() == "expired"
    assert (world.state.phase, world.state.log[0].ending) == (Phase.DONE, Status.EXPIRED)
    assert world.first.sent == []


def test_a_stopped_message_is_canceled_and_never_sent(world: World) -> None:
    world.waiting(stop=True)

    assert world.work() == "canceled"
    assert world.state.log[0].ending is Status.CANCELED
    assert world.first.sent == []


def test_a_message_that_another_attempt_delivered_is_not_tried_again(world: World) -> None:
    message = world.sent()
    state = message.progress.ranked(1, Rank.DELIVERED)
    world.waiting(attempt=1, ranks=state.ranks, log=state.log, delivered=1, tries=1)

    assert world.work() == "ended"
    assert (world.state.phase, world.state.ranks[1]) == (Phase.DONE, Rank.DELIVERED)
    assert len(world.first.sent) == 1


def test_tries_have_an_end(world: World) -> None:
    world.waiting(tries=MAX_TRIES)

    assert world.work() == "ended"
    assert world.state.log[0].ending is Status.FAILED


def test_a_template_error_ends_it_and_names_the_line_and_the_variable(world: World) -> None:
    broken = Body(channels=(Channel.EMAIL,), templates={"email": {"subject": "Hi", "text": "one\n{{ order.total }}"}})
    world.versions.bodies["acme", "welcome", 1] = broken
    world.waiting()

    assert world.work() == "failed"
    ended = world.state.log[0]
    assert (ended.ending, ended.reason) == (Status.FAILED, "template_error")
    assert "email.text line 2" in ended.text
    assert "order" in ended.text
    assert world.first.sent == []


@pytest.mark.parametrize(
    ("version", "channel", "reason"),
    [
        (0, Channel.EMAIL, "unpublished"),
        (7, Channel.EMAIL, "unknown_event"),
        (1, Channel.SMS, "template_error"),
    ],
)
def test_a_message_without_a_template_fails_with_the_reason(
    world: World, version: int, channel: Channel, reason: str
) -> None:
    world.waiting(version=version, channel=channel)

    assert world.work() == "failed"
    assert world.state.log[0].reason == reason


@pytest.mark.parametrize(
    ("listed", "reason"),
    [("hard_bounce", "hard_bounce"), ("complaint", "complaint"), ("unsubscribed", "unsubscribed")],
)
def test_a_suppressed_address_is_never_written_to(world: World, listed: str, reason: str) -> None:
    why = Suppression(reason=listed, source="an earlier one", at=1)
    world.contacts.suppress("acme", Mode.LIVE, Channel.EMAIL, "GRACE@example.com", why)
    world.waiting()

    assert world.work() == "suppressed"
    assert (world.state.log[0].ending, world.state.log[0].reason) == (Status.SUPPRESSED, reason)
    assert world.first.sent == []


@pytest.mark.parametrize(
    ("listed", "done"), [("unsubscribed", "sent"), ("hard_bounce", "suppressed"), ("complaint", "suppressed")]
)
def test_what_is_required_goes_past_an_unsubscribe_and_nothing_else(world: World, listed: str, done: str) -> None:
    why = Suppression(reason=listed, source="an earlier one", at=1)
    world.contacts.suppress("acme", Mode.LIVE, Channel.EMAIL, "grace@example.com", why)
    world.versions.bodies["acme", "welcome", 1] = replace(WELCOME, required=True)
    world.waiting()

    assert world.work() == done


def test_what_a_test_key_left_behind_does_not_suppress_a_live_message(world: World) -> None:
    why = Suppression(reason="hard_bounce", source="a test", at=1)
    world.contacts.suppress("acme", Mode.TEST, Channel.EMAIL, "grace@example.com", why)
    world.waiting()

    assert world.work() == "sent"


def test_without_an_integration_it_fails_and_says_so(world: World) -> None:
    world.project(order={})
    world.waiting()

    assert world.work() == "failed"
    assert world.state.log[0].reason == "no_provider"


def test_a_message_may_ask_for_one_provider(world: World) -> None:
    world.waiting(overrides={"provider": "other"})

    assert world.work() == "sent"
    assert (len(world.first.sent), len(world.second.sent)) == (0, 1)


def test_a_message_of_a_project_that_is_gone_fails(world: World) -> None:
    world.projects.known.clear()
    world.waiting()

    assert world.work() == "failed"
    assert world.state.log[0].reason == "internal"


def test_a_throttled_claim_makes_no_call(world: World) -> None:
    world.waiting()
    world.messages.trouble.waiting.append(Busy("busy"))

    with pytest.raises(Busy):
        world.work()

    assert world.first.sent == []
    assert world.open_


def test_whoever_loses_the_claim_makes_no_call(world: World) -> None:
    world.waiting()
    world.messages.before_move.append(world.work)

    assert world.work() == "moved on"
    assert len(world.first.sent) == 1


def test_a_claim_whose_answer_was_lost_counts_as_ours_by_its_token(world: World) -> None:
    """The client repeats a write whose answer got lost, and the repeat is refused by the first one's success."""
    world.waiting()
    plain = world.messages.move

    def twice(message, move):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  # the same as move's
        world.messages.move = plain  # type: ignore[method-assign]  # once is enough
        plain(message, move)
        return plain(message, move)

    world.messages.move = twice  # type: ignore[method-assign]  # the client's retry

    assert world.work() == "sent"
    assert len(world.first.sent) == 1
    assert world.state.phase is Phase.DONE


def test_every_wakeup_carries_the_message_it_is_for(world: World) -> None:
    other = MessageId(project="acme", notification="m" * 26)
    world.waiting(at=other)
    world.waiting(due=world.clock() + 1)

    world.work()

    assert [hint.message for hint, _, _ in world.wakeups.calls] == [AT]
