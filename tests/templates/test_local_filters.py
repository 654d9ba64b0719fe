from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import available_timezones

import pytest
from babel import Locale, localedata
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.domain.errors import TemplateError
from heliograph.templates import moments, numbers, render
from heliograph.templates.languages import _text, words

PAYLOAD = {
    "at": "2027-01-31T21:05:09+00:00",
    "day": "2027-01-31",
    "price": 1234.5,
    "exact": "1234567.891",
    "rate": 0.256,
}


def text(source: str, language: str = "en", zone: str = "UTC", **payload: object) -> str:
    return render({"text": source}, {"payload": PAYLOAD | payload}, language=language, timezone=zone)["text"].replace(
        "\u202f", " "
    )


@pytest.mark.parametrize(
    ("source", "language", "zone", "result"),
    [
        ("{{ day | date }}", "en", "UTC", "Jan 31, 2027"),
        ("{{ day | date('long') }}", "sv", "UTC", "31 januari 2027"),
        ("{{ day | date('full') }}", "de", "UTC", "Sonntag, 31. Januar 2027"),
        ("{{ day | date('short') }}", "en-GB", "UTC", "31/01/2027"),
        ("{{ at | date('long') }}", "sv-FI", "Asia/Tokyo", "1 februari 2027"),
        ("{{ at | time }}", "en", "America/New_York", "4:05 PM"),
        ("{{ at | time('medium') }}", "sv", "Europe/Stockholm", "22:05:09"),
        ("{{ at | datetime('short') }}", "fr", "Europe/Paris", "31/01/2027 22:05"),
        ("{{ at | datetime('long', zone='Asia/Kolkata') }}", "en", "UTC", "February 1, 2027, 2:35 AM"),
        ("{{ at | date('long', language='es') }}", "en", "UTC", "31 de enero de 2027"),
        ("{{ at | datetime('full') }}", "zh-TW", "Asia/Taipei", "2027年2月1日 星期一 清晨5:05"),
        ("{{ 1801429509 | datetime }} {{ 1801429509000 | time }}", "en", "UTC", "Jan 31, 2027, 9:05:09 PM 9:05 PM"),
        ("{{ '2027-01-31T09:00' | time }}", "sv", "Asia/Tokyo", "09:00"),
        ("{{ price | number }} {{ exact | number(1) }}", "de", "UTC", "1.234,5 1.234.567,9"),
        ("{{ exact | number }}", "hi", "UTC", "12,34,567.891"),
        ("{{ rate | percent }} {{ rate | percent(1) }}", "sv", "UTC", "26\xa0% 25,6\xa0%"),
        ("{{ price | money('EUR') }}", "de", "UTC", "1.234,50\xa0€"),
        ("{{ price | money('USD') }} {{ -price | money('USD') }}", "en", "UTC", "$1,234.50 -$1,234.50"),
        ("{{ price | money('SEK') }}", "sv", "UTC", "1\xa0234,50\xa0kr"),
        ("{{ price | money('JPY') }} {{ price | money('KWD') }}", "en", "UTC", "¥1,234 KWD\xa01,234.500"),
        ("{{ price | money('EUR', 0) }}", "tlh", "UTC", "€1,234"),
        ("{{ price | money('XYZ') }}", "en", "UTC", "XYZ\xa01,234.50"),
    ],
)  # fmt: skip
def test_writes_for_the_language_and_the_zone(source: str, language: str, zone: str, result: str) -> None:
    assert text(source, language, zone) == result


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ 'soon' | date }}", "it is no date: give ISO 8601"),
        ("{{ '0001-01-01T00:00+14:00' | date(zone='Asia/Tokyo') }}", "too near the first"),
        ("{{ 1e300 | date }}", "the number is no time"),
        ("{{ true | date }}", "true or false is no date"),
        ("{{ day | time }}", "a date without a time"),
        ("{{ day | date('huge') }}", "date takes one of short, medium, long, full"),
        ("{{ at | date(zone='Mars/Base') }}", "no such time zone"),
        ("{{ at | date(zone='../../../etc/passwd') }}", "no such time zone"),
        ("{{ at | date(language='..') }}", "a tag such as"),
        ("{{ price | money('€') }}", "three letters"),
        ("{{ 'x' | money('EUR') }}", "a text is no number"),
        ("{{ price | number(11) }}", "0 to 10 digits"),
        ("{{ nope | date }}", 'the payload has no "nope"'),
    ],
)
def test_what_cannot_be_written_ends_the_rendering_with_a_sentence(source: str, words: str) -> None:
    with pytest.raises(TemplateError, match="text line 1") as ended:
        text(source)

    assert words in str(ended.value)


def plain(text: str, tag: str) -> str:
    """With Babel's minus and per cent, which are ASCII in every language; ours are the language's own."""
    _point, _group, minus, percent = words(tag)["signs"]
    return text.replace(minus, "-").replace(percent, "%")


def babel_locales() -> list[str]:
    lines = [line.partition('": ')[0].strip('"') for line in _text().splitlines()[1:]]
    return [tag for tag in lines if localedata.exists(tag.replace("-", "_"))]


@pytest.mark.parametrize("tag", babel_locales())
def test_every_language_is_written_as_by_babel(tag: str) -> None:
    localedata._cache.clear()  # Babel lets one locale's words turn up in another's
    locale = Locale.parse(tag.replace("-", "_"))
    day, moment = date(2027, 8, 4), datetime(2027, 8, 4, 16, 5, 9, tzinfo=UTC)

    assert [moments.written_date(day, style, tag) for style in moments.DATES] == [
        format_date(day, style, locale=locale) for style in moments.DATES
    ]
    assert [moments.written_time(moment, style, tag) for style in moments.TIMES] == [
        format_time(moment, style, locale=locale) for style in moments.TIMES
    ]
    for value in (Decimal("1234567.8915"), Decimal("-12.6"), Decimal(0)):
        assert plain(numbers.number(value, tag, None), tag) == format_decimal(value, locale=locale)
        assert plain(numbers.percent(value, tag, None), tag) == format_percent(value, locale=locale)
        for currency in ("EUR", "JPY", "XPF"):
            ours = plain(numbers.money(value, tag, currency, None), tag).replace(numbers.SPACE, "")
            assert ours == format_currency(value, currency, locale=locale).replace(numbers.SPACE, "")


@settings(deadline=None)
@given(
    st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=45)),
    st.sampled_from(["en", "sv", "ar", "hi", "zh-TW", "xx"]),
    st.sampled_from(sorted(available_timezones())),
)
def test_any_value_is_written_or_refused_with_a_sentence(value: object, language: str, zone: str) -> None:
    for name in ("date", "time", "datetime", "number", "percent", "money('EUR')"):
        with suppress(TemplateError):
            assert text(f"{{{{ value | {name} }}}}", language, zone, value=value)
