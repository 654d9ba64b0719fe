"""Delivery windows: what is read, what is refused, and when one opens next."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadInput
from heliograph.domain.windows import DAYS, next_opening, week
from heliograph.domain.zones import wall

STOCKHOLM = ZoneInfo("Europe/Stockholm")
WORK = "Mo-Fr 08:00-16:30"


def at(text: str, zone: ZoneInfo = STOCKHOLM) -> int:
    found = datetime.fromisoformat(text)
    return int((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000)


def shown(when: int, zone: ZoneInfo = STOCKHOLM) -> str:
    return datetime.fromtimestamp(when / 1000, zone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("asked", "opens"),
    [  # 2027-01-04 is a Monday
        ("2027-01-04T08:00", "2027-01-04T08:00+01:00"),
        ("2027-01-04T07:59:59.999", "2027-01-04T08:00+01:00"),
        ("2027-01-04T16:29:59", "2027-01-04T16:29+01:00"),
        ("2027-01-04T16:30", "2027-01-05T08:00+01:00"),
        ("2027-01-08T17:00", "2027-01-11T08:00+01:00"),
        ("2027-01-09T12:00", "2027-01-11T08:00+01:00"),
    ],
)
def test_what_is_due_outside_waits_for_the_next_opening(asked: str, opens: str) -> None:
    assert shown(next_opening(WORK, at(asked), STOCKHOLM)) == opens


@pytest.mark.parametrize(
    ("hours", "asked", "opens"),
    [
        ("24/7", "2027-01-09T03:00", "2027-01-09T03:00+01:00"),
        ("Mo-Su", "2027-01-09T03:00", "2027-01-09T03:00+01:00"),
        ("08:00-12:00,13:00-17:00", "2027-01-09T12:00", "2027-01-09T13:00+01:00"),
        ("Mo,We 10:00-11:00", "2027-01-05T10:30", "2027-01-06T10:00+01:00"),
        ("Fr-Mo 10:00-11:00", "2027-01-05T10:30", "2027-01-08T10:00+01:00"),
        ("Mo-Fr 08:00-16:30; Sa 10:00-14:00", "2027-01-08T20:00", "2027-01-09T10:00+01:00"),
        ("Mo-Su 08:00-20:00; Sa,Su off", "2027-01-08T20:00", "2027-01-11T08:00+01:00"),
        ("24/7; Su off", "2027-01-10T09:00", "2027-01-11T00:00+01:00"),
        ("Mo - Fr 08:00-12:00 , 13:00 - 17:00", "2027-01-04T12:30", "2027-01-04T13:00+01:00"),
        ("Mo-Fr 08:00-16:30; We 12:00-13:00", "2027-01-06T09:00", "2027-01-06T12:00+01:00"),
        ("20:00-24:00", "2027-01-06T09:00", "2027-01-06T20:00+01:00"),
    ],
)
def test_days_times_lists_and_later_rules(hours: str, asked: str, opens: str) -> None:
    assert shown(next_opening(hours, at(asked), STOCKHOLM)) == opens


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2027-01-08T21:59", "2027-01-08T22:00+01:00"),
        ("2027-01-09T05:59", "2027-01-09T05:59+01:00"),
        ("2027-01-09T06:00", "2027-01-15T22:00+01:00"),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(asked: str, opens: str) -> None:
    assert shown(next_opening("Fr 22:00-06:00; Sa off", at(asked), STOCKHOLM)) == opens


@pytest.mark.parametrize(
    ("hours", "asked", "opens"),
    [
        ("Su 02:15-05:00", "2027-03-28T00:00", "2027-03-28T03:00+02:00"),
        ("Su 02:15-02:45", "2027-03-28T00:00", "2027-04-04T02:15+02:00"),
        ("Su 02:30-04:00", "2027-10-31T00:00", "2027-10-31T02:30+02:00"),
        ("Su 02:30-04:00", "2027-10-31T02:10+01:00", "2027-10-31T02:10+01:00"),
        ("Su 01:00-02:30", "2027-10-31T02:10+01:00", "2027-11-07T01:00+01:00"),
    ],
)
def test_when_the_clocks_change(hours: str, asked: str, opens: str) -> None:
    assert shown(next_opening(hours, at(asked), STOCKHOLM)) == opens


def test_the_clock_hangs_where_the_contact_is() -> None:
    asked, tokyo = at("2027-01-04T07:00+00:00"), ZoneInfo("Asia/Tokyo")

    assert shown(next_opening(WORK, asked, tokyo), tokyo) == "2027-01-04T16:00+09:00"
    assert shown(next_opening(WORK, asked, ZoneInfo("UTC")), ZoneInfo("UTC")) == "2027-01-04T08:00+00:00"


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        ("PH off", "holidays"),
        ("Mo-Fr,PH 08:00-16:30", "holidays"),
        ("SH Mo 08:00-10:00", "holidays"),
        ("", "empty"),
        ("Mo 08:00-10:00;", "empty"),
        ("off", "never opens"),
        ("Mo 08:00-10:00; Mo off", "never opens"),
        ("Mo-", "no day"),
        ("-Fr", "no day"),
        ("mo 08:00-10:00", "no day"),
        ("Mo[1] 08:00-10:00", "no day"),
        ("Jan-Mar 08:00-10:00", "no day"),
        ("sunrise-sunset", "no day"),
        ("closed", "no day"),
        ("Mo open", "no span"),
        ("08:00", "no span"),
        ("8:00-9:00", "no span"),
        ("08:00-26:00", "no span"),
        ("08:00-24:30", "no span"),
        ("24:00-08:00", "no span"),
        ("08:00-08:00", "no span"),
        ("08:60-09:00", "no span"),
        ("08:00+", "no span"),
        ("08:00-10:00,", "no span"),
        ("08:00-10:00,Mo", "no span"),
        ("0\N{ARABIC-INDIC DIGIT EIGHT}:00-10:00", "no span"),
        ("Mo 08:00-10:00 Tu 08:00-10:00", "more than days and times"),
        ('Mo 08:00-10:00 "by appointment"', "more than days and times"),
        ("Mo 08:00-10:00 || Tu 08:00-10:00", "more than days and times"),
        ("24/7 off", "more than days and times"),
        ("Mo;" * 100, "at most 200"),
    ],
)
def test_what_is_not_of_the_subset_is_refused_with_a_sentence(hours: str, word: str) -> None:
    with pytest.raises(BadInput, match=word) as caught:
        week(hours)

    assert (caught.value.field, caught.value.code, caught.value.http_status) == ("window", "INVALID_WINDOW", 400)


def test_a_window_that_stays_closed_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="does not open within 2 days"):
        next_opening("Mo 08:00-10:00", at("2027-01-05T00:00"), STOCKHOLM, days=2)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = week(text)
    except BadInput:
        return
    assert len(found) == len(DAYS)


minutes = st.integers(0, 24 * 60 - 1)
spans = st.tuples(minutes, st.integers(1, 24 * 60)).filter(lambda span: span[0] != span[1])
day_lists = st.lists(st.sampled_from(DAYS), min_size=1, max_size=4).map(",".join)
rules = st.builds(
    lambda days, times: f"{days} {','.join(f'{clock(start)}-{clock(end)}' for start, end in times)}",
    day_lists,
    st.lists(spans, min_size=1, max_size=3),
)
texts = st.lists(rules, min_size=1, max_size=3).map("; ".join)
zones = st.sampled_from(["UTC", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])
moments = st.integers(1_767_225_600_000, 1_893_456_000_000)
"""2026 to 2029."""


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def is_open(text: str, when: datetime) -> bool:
    """A second reading of the grammar, minute by minute, for days without a change of clocks."""

    def covers(day: datetime, minute: int) -> bool:
        times = ""
        for rule in text.split("; "):
            days, _, found = rule.partition(" ")
            times = found if DAYS[day.weekday()] in days.split(",") else times
        for span in filter(None, times.split(",")):
            start, end = (int(part[:2]) * 60 + int(part[3:]) for part in span.split("-"))
            if start <= minute < (end if end > start else end + 24 * 60):
                return True
        return False

    minute = when.hour * 60 + when.minute
    return covers(when, minute) or covers(when - timedelta(days=1), minute + 24 * 60)


@given(text=texts, asked=moments, name=zones)
def test_the_answer_is_never_before_the_question_and_stays_when_asked_again(text: str, asked: int, name: str) -> None:
    zone = ZoneInfo(name)

    opening = next_opening(text, asked, zone)

    assert opening >= asked
    assert next_opening(text, opening, zone) == opening


@given(text=texts, asked=moments, name=zones)
def test_the_answer_lies_inside_and_nothing_between_does(text: str, asked: int, name: str) -> None:
    zone = ZoneInfo(name)

    opening = next_opening(text, asked, zone)

    offsets = {
        datetime.fromtimestamp((asked + hours * 3_600_000) / 1000, zone).utcoffset() for hours in range(-48, 240)
    }
    if len(offsets) == 1:
        assert is_open(text, wall(opening, zone))
        assert not any(is_open(text, wall(when, zone)) for when in range(asked, opening - 1, 7 * 60_000))


@given(text=texts, asked=moments, later=st.integers(0, 7 * 86_400_000), name=zones)
def test_who_asks_later_is_not_answered_earlier(text: str, asked: int, later: int, name: str) -> None:
    zone = ZoneInfo(name)

    assert next_opening(text, asked, zone) <= next_opening(text, asked + later, zone)
