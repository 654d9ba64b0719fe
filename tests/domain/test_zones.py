"""A local time is the first moment at which the clock on the wall there shows it or later."""

import zoneinfo
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadInput
from heliograph.domain.zones import find_zone, moment, wall, zone_name

ZONES = (
    "UTC",
    "Europe/Stockholm",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Havana",
)
NEAR_NOW = st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2037-12-31"))


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2027-01-31T09:00", "Europe/Stockholm", "2027-01-31T08:00+00:00"),
        ("2027-07-31T09:00", "Europe/Stockholm", "2027-07-31T07:00+00:00"),
        ("2027-07-31T09:00", "UTC", "2027-07-31T09:00+00:00"),
        ("2027-07-31T09:00:30.250", "Asia/Kathmandu", "2027-07-31T03:15:30.250+00:00"),
    ],
)
def test_nine_oclock_is_nine_oclock_where_they_are(local: str, zone: str, expected: str) -> None:
    assert moment(datetime.fromisoformat(local), ZoneInfo(zone)) == ms(expected)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2027-03-28T02:00", "Europe/Stockholm", "2027-03-28T03:00+02:00"),
        ("2027-03-28T02:30", "Europe/Stockholm", "2027-03-28T03:00+02:00"),
        ("2027-03-28T02:59:59.999", "Europe/Stockholm", "2027-03-28T03:00+02:00"),
        ("2027-03-28T03:00", "Europe/Stockholm", "2027-03-28T03:00+02:00"),
        ("2027-03-14T02:30", "America/New_York", "2027-03-14T03:00-04:00"),
        ("2027-10-03T02:15", "Australia/Lord_Howe", "2027-10-03T02:30+11:00"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-31T00:00+14:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_the_first_moment_after_the_gap(local: str, zone: str, expected: str) -> None:
    assert moment(datetime.fromisoformat(local), ZoneInfo(zone)) == ms(expected)


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2027-10-31T02:30", "Europe/Stockholm", "2027-10-31T02:30+02:00"),
        ("2027-10-31T03:00", "Europe/Stockholm", "2027-10-31T03:00+01:00"),
        ("2027-11-07T01:30", "America/New_York", "2027-11-07T01:30-04:00"),
        ("2027-04-04T01:45", "Australia/Lord_Howe", "2027-04-04T01:45+11:00"),
    ],
)
def test_of_a_time_that_the_clocks_show_twice_it_is_the_first(local: str, zone: str, expected: str) -> None:
    assert moment(datetime.fromisoformat(local), ZoneInfo(zone)) == ms(expected)


@given(local=NEAR_NOW, name=st.sampled_from(ZONES))
def test_before_that_moment_the_clock_has_not_shown_it_and_then_it_does(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)

    at = moment(local, zone)

    shown = datetime.fromtimestamp(at / 1000, zone).replace(tzinfo=None)
    before = wall(at - 1_000, zone)
    assert shown >= local - timedelta(milliseconds=1)
    assert before < local


@given(at=st.integers(1_700_000_000, 2_100_000_000), name=st.sampled_from(ZONES))
def test_what_a_clock_shows_is_never_later_than_the_moment(at: int, name: str) -> None:
    zone = ZoneInfo(name)

    assert moment(wall(at * 1_000, zone), zone) <= at * 1_000


@pytest.mark.parametrize("name", ["Europe/Stockholm", "UTC", "Etc/GMT+5", "America/Argentina/Ushuaia"])
def test_zones_of_the_list_are_known(name: str) -> None:
    assert zone_name(name, "timezone") == name


@pytest.mark.parametrize(
    "name",
    ["", "Europe", "Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe/Stockholm/", "localtime", "Factory",
     "x" * 500, "Europe/Stöckholm", "contact", "\0", "UTC\n", "tzdata.zi", "+01:00"],
)  # fmt: skip
def test_whatever_is_no_zone_is_refused_by_name(name: str) -> None:
    assert find_zone(name) is None

    with pytest.raises(BadInput) as caught:
        zone_name(name, "to.timezone")

    assert caught.value.field == "to.timezone"


@pytest.fixture
def no_zone_files() -> Iterator[None]:
    """A machine without zone files, as Lambda's may be."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    yield
    zoneinfo.reset_tzpath(to=before)


@pytest.mark.usefixtures("no_zone_files")
def test_the_zones_come_from_the_lock_where_the_system_has_none() -> None:
    zone = ZoneInfo.no_cache("Europe/Stockholm")

    assert datetime(2027, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)
