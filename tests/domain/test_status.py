"""The status table, line by line as it was decided, and that evidence is joined whatever its order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.model import EventKind
from heliograph.domain.reasons import ADVICE, Reason
from heliograph.domain.status import (
    BAD,
    ENGAGEMENT,
    TABLE,
    TRY_AGAIN,
    CourierView,
    Evidence,
    Mark,
    Rank,
    Row,
    Status,
    join,
    rank_of,
    row_of,
    views,
)

DECIDED = [
    # rank, status, provider event, bounce, Notifuse, Sendivent, Courier
    (0, "scheduled", None, None, "scheduled", "queued", "DELAYED"),
    (10, "queued", "queued", None, "queued", "queued", "ENQUEUED"),
    (15, "queued", None, None, "queued", "queued", "ENQUEUED"),
    (18, "failed", None, None, "failed", "failed", "UNDELIVERABLE"),
    (18, "suppressed", None, None, "failed", "suppressed", "UNDELIVERABLE, UNSUBSCRIBED"),
    (18, "canceled", None, None, "failed", "failed", "CANCELED"),
    (18, "expired", None, None, "failed", "failed", "UNDELIVERABLE"),
    (18, "unknown", None, None, "failed", "failed", "UNDELIVERABLE"),
    (20, "sent", "sent", None, "sent", "sent", "SENT"),
    (25, "sent", "deferred", None, "bounce", "sent", "SENT"),
    (30, "bounced", "bounced", "soft", "bounce", "failed", "UNDELIVERABLE, BOUNCED"),
    (40, "delivered", "delivered", None, "delivered", "delivered", "DELIVERED"),
    (50, "failed", "failed", None, "failed", "failed", "UNDELIVERABLE"),
    (55, "dropped", "dropped", None, "dropped", "failed", "UNDELIVERABLE, PROVIDER_ERROR"),
    (60, "bounced", "bounced", "hard", "dropped", "failed", "UNDELIVERABLE, BOUNCED"),
]
MARKED = [
    ("opened", "opened", "opened", "delivered", "OPENED"),
    ("clicked", "clicked", "clicked", "delivered", "CLICKED"),
    ("unsubscribed", "unsubscribed", "unsubscribed", "delivered", "DELIVERED, UNSUBSCRIBED"),
    ("complained", "spam", "spam", "delivered", "DELIVERED, COMPLAINT"),
]

evidence = st.builds(
    Evidence,
    rank=st.sampled_from([int(row.rank) for row in TABLE if row.event]),
    code=st.sampled_from(["", "250", "4.2.2", "5.1.1"]),
    event_id=st.sampled_from(["", "e-1", "e-2", "e-3"]),
)


def the(status: Status, rank: Rank) -> Row:
    return next(row for row in TABLE if (row.status, row.rank) == (status, rank))


def test_the_table_is_what_was_decided() -> None:
    found = [
        (row.rank, row.status, row.event, row.bounce, row.notifuse, row.sendivent, str(row.courier)) for row in TABLE
    ]

    assert found == DECIDED


def test_engagement_is_what_was_decided_weakest_first() -> None:
    found = [(mark.event, mark.status, mark.notifuse, mark.sendivent, str(mark.courier)) for mark in ENGAGEMENT]

    assert found == MARKED


def test_every_status_is_in_the_table_or_is_engagement() -> None:
    assert {row.status for row in TABLE} | {mark.status for mark in ENGAGEMENT} == set(Status)


def test_every_event_of_a_provider_has_one_place() -> None:
    of_delivery = [row.event for row in TABLE if row.event]
    of_people = [mark.event for mark in ENGAGEMENT]

    assert set(of_delivery) | set(of_people) == set(EventKind)
    assert set(of_delivery).isdisjoint(of_people)


def test_every_rank_is_in_the_table_in_order() -> None:
    ranks = [row.rank for row in TABLE]

    assert ranks == sorted(ranks)
    assert set(ranks) == set(Rank)


def test_failures_are_listed_and_only_passing_ones_are_tried_again() -> None:
    assert {row.rank for row in TABLE if row.sendivent in {"failed", "suppressed"}} == BAD
    assert {Rank.SOFT_BOUNCE, Rank.FAILED} == TRY_AGAIN


def test_a_provider_event_gives_its_rank_and_engagement_gives_none() -> None:
    assert [rank_of(row.event, row.bounce) for row in TABLE if row.event] == [row.rank for row in TABLE if row.event]
    assert [rank_of(mark.event) for mark in ENGAGEMENT] == [None] * 4


def test_a_line_is_found_by_its_rank_and_by_which_of_our_endings() -> None:
    assert [row_of(row.rank, row.status if row.rank is Rank.ENDED else None) for row in TABLE] == list(TABLE)
    assert row_of(Rank.ENDED) is the(Status.FAILED, Rank.ENDED)


def test_every_reason_says_in_one_sentence_what_to_do() -> None:
    assert set(ADVICE) == set(Reason)
    assert all(text.endswith(".") and text.count(". ") == 0 for text in ADVICE.values())


def test_the_list_of_reasons_is_closed() -> None:
    decided = """
        filtered no_channel no_provider unpublished unknown_event unsubscribed hard_bounce complaint template_error
        invalid_recipient provider_error provider_unavailable throttled quota not_allowed expired unknown_outcome
        merged erased canceled internal
    """

    assert set(Reason) == set(decided.split())


@given(evidence, evidence)
def test_joining_is_commutative(one: Evidence, other: Evidence) -> None:
    assert join(one, other) == join(other, one)


@given(evidence, evidence, evidence)
def test_joining_is_associative(one: Evidence, other: Evidence, third: Evidence) -> None:
    assert join(join(one, other), third) == join(one, join(other, third))


@given(evidence)
def test_joining_is_idempotent(one: Evidence) -> None:
    assert join(one, one) == one


@given(evidence, evidence)
def test_a_join_is_one_of_the_two_and_never_lower(one: Evidence, other: Evidence) -> None:
    joined = join(one, other)

    assert joined in (one, other)
    assert joined.rank == max(one.rank, other.rank)


def test_at_equal_rank_the_smallest_code_then_id_wins() -> None:
    assert join(Evidence(60, "5.1.1", "b"), Evidence(60, "5.0.0", "z")) == Evidence(60, "5.0.0", "z")
    assert join(Evidence(60, "5.1.1", "b"), Evidence(60, "5.1.1", "a")) == Evidence(60, "5.1.1", "a")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.rank.name} {row.status}")
def test_without_engagement_the_vendors_see_the_delivery(row: Row) -> None:
    assert views(row) == (row.notifuse, row.sendivent, row.courier)


@pytest.mark.parametrize("mark", ENGAGEMENT, ids=lambda mark: mark.status)
def test_engagement_covers_the_delivery_for_the_vendors_too(mark: Mark) -> None:
    weaker_too = [one.event for one in ENGAGEMENT[: ENGAGEMENT.index(mark) + 1]]

    found = views(the(Status.DELIVERED, Rank.DELIVERED), reversed(weaker_too))

    assert found == (mark.notifuse, mark.sendivent, mark.courier)


@pytest.mark.parametrize(("reason", "word"), [("no_channel", "NO_CHANNELS"), ("no_provider", "NO_PROVIDERS")])
def test_courier_calls_what_has_no_way_to_go_unroutable_with_the_reason(reason: str, word: str) -> None:
    found = views(the(Status.FAILED, Rank.ENDED), reason=reason)

    assert found == ("failed", "failed", CourierView("UNROUTABLE", word))


def test_courier_tells_what_a_condition_filtered_from_who_opted_out() -> None:
    suppressed = the(Status.SUPPRESSED, Rank.ENDED)

    assert views(suppressed, reason="filtered") == ("failed", "suppressed", CourierView("FILTERED"))
    assert str(views(suppressed, reason="unsubscribed").courier) == "UNDELIVERABLE, UNSUBSCRIBED"
